import { expect, test } from 'vitest'
import { titleOf } from './titleOf.ts'

test.each([
  ['What is the total?', 'What is the total?'],
  ['  one\n two\t three ', 'one two three'],
  [`${'word '.repeat(20)}end`, `${'word '.repeat(11)}word…`],
  ['图'.repeat(80), `${'图'.repeat(60)}…`],
  ['👩‍👩‍👧'.repeat(61), `${'👩‍👩‍👧'.repeat(24)}…`],
  [`Hi e${'\u0301'.repeat(100_000)}`, 'Hi…'],
])('%j is called %j', (question, title) => {
  expect(titleOf(question)).toBe(title)
})
