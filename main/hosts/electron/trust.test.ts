import { describe, expect, it } from 'vitest'
import { isNonce, isOurAddress, isOurTopFrame } from './trust.ts'

describe('a sender', () => {
  it('is our page in the top frame', () => {
    expect(isOurTopFrame({ url: 'app://ui/', parent: null })).toBe(true)
    expect(isOurTopFrame({ url: 'app://ui/index.html?x#y', parent: null })).toBe(true)
  })

  it('is nobody else', () => {
    expect(isOurTopFrame(null)).toBe(false)
    expect(isOurTopFrame({ url: 'app://ui/', parent: {} })).toBe(false)
    expect(isOurTopFrame({ url: '', parent: null })).toBe(false)
  })

  it.each([
    'app://ui.evil.example/',
    'app://evil/ui',
    'app://ui:80/',
    'app://user@ui/',
    'app://ui@evil/',
    'https://ui/',
    'https://evil.example/app://ui/',
    'file:///app://ui/',
    'xapp://ui/',
    'app:ui',
    'data:text/html,app://ui/',
    'about:blank',
    'not an address',
  ])('is not %s', (address) => {
    expect(isOurAddress(address)).toBe(false)
  })
})

it.each([
  ['0123456789abcdef0123456789abcdef', true],
  ['0123456789ABCDEF0123456789ABCDEF', false],
  ['0123456789abcdef0123456789abcde', false],
  ['0123456789abcdef0123456789abcdef0', false],
  ['0123456789abcdef0123456789abcde\n', false],
  [['0123456789abcdef0123456789abcdef'], false],
  [undefined, false],
])('the nonce %j: %s', (nonce, good) => {
  expect(isNonce(nonce)).toBe(good)
})
