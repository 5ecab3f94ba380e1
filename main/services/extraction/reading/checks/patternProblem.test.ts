import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesPattern, patternProblem } from './patternProblem.ts'

test.each([
  String.raw`\d{4}-\d{2}`, '[A-Z]{2}[0-9]+', String.raw`INV-\d+`, '(?:A|B|C)', 'a?b?c?', String.raw`\+?[\d ]{5,20}`, String.raw`[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?`, '.*', '.+@.+', String.raw`(?<year>\d{4})`, String.raw`\p{Lu}+`, '[(+*]+', String.raw`\(\d+\)`, '', String.raw`(?:\d{3} )*`,
])('%s can be used', (pattern) => expect(patternProblem(pattern)).toBeNull())

test.each(['(a+)+', '(a*)*b', '(a|a)*', '(a|aa)+$', String.raw`(\d ?)+`, '(.*)(.*)(.*)(.*)', '((a{1,9}){1,9}){1,9}', '(?:(?:a|b)?)*', 'a?'.repeat(40) + 'a'.repeat(40), '(?=(a+)+)b', '(?<x>a+)*', '([a-z]+)*', '(a?){40}'])('%s could take years', (pattern) => expect(patternProblem(pattern)).toBe('slow'))

test.each(['(', '[', 'a{2', String.raw`\q`, '*', '(?<1>a)'])('%s is none', (pattern) => expect(patternProblem(pattern)).toBe('syntax'))

test('a pattern matches the whole value', () => {
  expect(matchesPattern('a|b', 'a')).toBe(true)
  expect(matchesPattern('a|b', 'ab')).toBe(false)
  expect(matchesPattern(String.raw`\d+`, '12')).toBe(true)
  expect(matchesPattern('.', '😀')).toBe(true)
  expect(matchesPattern('a*', 'a'.repeat(501))).toBe(false)
  expect(matchesPattern('(a+)+', 'a')).toBe(false)
})

test('what can be used is quick on texts made to be slow', () => {
  const piece = fc.constantFrom('a', '[ab]', '(?:a)', '(?:a|b)', '(a)', 'b', '.')
  const times = fc.constantFrom('', '', '?', '*', '+', '{1,3}', '{2}')
  const sequence = fc.array(fc.tuple(piece, times), { minLength: 1, maxLength: 8 }).map((pieces) => pieces.map(([one, many]) => one + many).join(''))
  const nested = fc.tuple(sequence, times, sequence).map(([inside, many, after]) => `(?:${inside})${many}${after}`)
  fc.assert(fc.property(fc.oneof(sequence, nested), (pattern) => {
    if (patternProblem(pattern) !== null) return
    const start = performance.now()
    matchesPattern(`${pattern}!`, 'a'.repeat(40))
    // Far above what any of them takes; those that double with each character would take longer than the test may.
    expect(performance.now() - start).toBeLessThan(5000)
  }))
})
