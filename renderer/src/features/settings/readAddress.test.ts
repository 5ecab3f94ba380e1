import { expect, it } from 'vitest'
import { settings } from '../../../../main/contract/domains/app.ts'
import { readAddress } from './readAddress.ts'

it.each([
  ['', null],
  ['  ', null],
  [' https://hub.example ', 'https://hub.example'],
  ['http://127.0.0.1:8080/mirror/', 'http://127.0.0.1:8080/mirror/'],
  ['HTTP://proxy.example:3128', 'HTTP://proxy.example:3128'],
  ['hub.example', undefined],
  ['ftp://hub.example', undefined],
  ['http://', undefined],
  ['javascript:alert(1)', undefined],
  [`https://hub.example/${'x'.repeat(2000)}`, undefined],
])('reads %s', (text, expected) => {
  expect(readAddress(text)).toBe(expected)
  if (expected !== undefined) expect(settings.safeParse({ downloads: { hub: expected, proxy: expected } }).success).toBe(true)
})
