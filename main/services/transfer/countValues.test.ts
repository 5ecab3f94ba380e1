import fc from 'fast-check'
import { expect, it } from 'vitest'
import { countValues } from './countValues.ts'

const count = (text: string) => countValues(Buffer.from(text))

it('counts what begins or parts values, and nothing in strings', () => {
  expect(count('[{},{},{"a":[1,2]}]')).toBe(9)
  expect(count('"{[,:"')).toBe(0)
  expect(count('["a\\"{,", "\\\\", "，：", {}]')).toBe(5)
  expect(count('["never ends {,')).toBe(1)
})

it('counts the same whatever is in the strings', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, other) => count(JSON.stringify([one, { [other]: one }])) === 4))
})
