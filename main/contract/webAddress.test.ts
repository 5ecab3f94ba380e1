import { expect, it } from 'vitest'
import { webAddress } from './webAddress.ts'

it('lets plain web addresses out, as the browser will read them', () => {
  expect(webAddress('https://example.org/a?b#c')).toBe('https://example.org/a?b#c')
  expect(webAddress('HTTP://EXAMPLE.org')).toBe('http://example.org/')
})

it.each([
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,x',
  'vscode://file/x',
  'smb://server/share',
  'https://user:password@example.org/',
  'https://example.org@evil.example/',
  `https://example.org/${'x'.repeat(2000)}`,
  'example.org',
  '',
])('keeps %s in', (address) => {
  expect(webAddress(address)).toBeNull()
})
