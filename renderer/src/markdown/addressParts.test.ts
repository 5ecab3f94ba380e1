import { expect, it } from 'vitest'
import { readableAddress } from './address.ts'
import { addressParts } from './addressParts.ts'

const parts = (href: string) => addressParts(readableAddress(href) ?? '')

it.each([
  ['https://bank.example@evil.example:8080/bank.example?x=1', 'web', 'evil.example:8080', '/bank.example?x=1', null],
  ['https://bank.example.evil.example', 'web', 'bank.example.evil.example', '/', null],
  ['https://аpple.com/', 'web', 'xn--pple-43d.com', '/', '\u2068аpple.com\u2069'],
  ['https://bücher.example/', 'web', 'xn--bcher-kva.example', '/', '\u2068bücher.example\u2069'],
  ['https://例え.テスト/', 'web', 'xn--r8jz45g.xn--zckzah', '/', '\u2068例え.テスト\u2069'],
  ['https://[::1]/x', 'web', '[::1]', '/x', null],
  ['mailto:a@b.example?subject=hi', 'mail', 'a@b.example', '?subject=hi', null],
] as const)('%s', (href, kind, target, after, looksLike) => {
  expect(parts(href)).toMatchObject({ kind, target, after, looksLike })
})

it('leaves nothing in an address that turns text around', () => {
  for (const href of ['https://a.example/\u202Egnp.exe', 'mailto:a\u202E@b.example', 'https://a.example/?\u2066x#\u202E']) expect(readableAddress(href)).toMatch(/^[\x21-\x7E]+$/)
})

it('is null for what is no address', () => expect(addressParts('')).toBeNull())
