import { expect, it } from 'vitest'
import { asksByItself } from './asksByItself.ts'

it.each([
  ['window', 'https://example.com/a', true],
  // The window host does nothing with these, so that the page has to offer something.
  ['window', 'mailto:someone@example.com', false],
  ['window', `https://example.com/${'a'.repeat(3000)}`, false],
  ['browser', 'https://example.com/a', false],
  [undefined, 'https://example.com/a', false],
] as const)('in the %s host, about %s: %s', (host, address, asks) => expect(asksByItself(host, address)).toBe(asks))
