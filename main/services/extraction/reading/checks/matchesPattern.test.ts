import { expect, test } from 'vitest'
import { matchesPattern } from './matchesPattern.ts'

test.each([
  ['a|b', 'a', true], ['a|b', 'ab', false], [String.raw`\d+`, '12', true], ['.', '😀', true], ['.', '12', false],
  // As `contract/patternProblem.ts` has it: one can be judged, the other could take years.
  [String.raw`(?:\d ?)+x|[A-Z]{2}\d{2}`, 'DE12', true], ['(a+)+', 'a', false], ['(', '(', false],
])('%s and %s: %j', (pattern, value, matches) => {
  expect(matchesPattern(pattern, 120, value)).toBe(matches)
  expect(matchesPattern(pattern, 120, value)).toBe(matches)
})
