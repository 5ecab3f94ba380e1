import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { patternProblem } from './patternProblem.ts'

const code = (pattern: string, maxLength = 120) => patternProblem(pattern, maxLength)?.code ?? null

describe('patterns that people write are taken', () => {
  test.each([
    String.raw`[A-Z]{2}\d{2}[A-Z0-9]{4}\d{7}[A-Z0-9]{0,16}`,
    String.raw`[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){3,7}(?: [A-Z0-9]{1,3})?`,
    String.raw`\d{4}-\d{2}-\d{2}`,
    String.raw`(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.(\d{4}|\d{2})`,
    String.raw`[^@\s]+@[^@\s]+\.[^@\s]+`,
    String.raw`(\w+ )*\w+`,
    String.raw`[A-Z]+ [A-Z]+ [A-Z]+ [A-Z]+ [A-Z]+`,
    String.raw`\+?\d+(?:[ -]\d+)*`,
    String.raw`-?\d{1,3}(?:[.,]\d{3})*(?:[.,]\d+)?`,
    String.raw`(?=[^]{2,}$)(?:\p{Lu}\p{L}*)`,
    String.raw`INV-(?<year>\d{4})-\d+|(?:R|RE)\d{5}`,
    String.raw`\p{Script=Han}{2,4}`,
    String.raw`\u{1F600}|\uD83D\uDE00|\x41|\cA|\u4e00`,
    String.raw`[\]\-^]+`,
    '',
  ])('%s', (pattern) => {
    expect(patternProblem(pattern, 120)).toBeNull()
  })
})

describe('patterns with exponentially many ways are refused', () => {
  test.each([
    String.raw`(\d+)+x`,
    String.raw`(a|a)*x`,
    String.raw`(a|aa)+x`,
    String.raw`(a|a?)+x`,
    String.raw`(\w+\s?)*x`,
    String.raw`(?:[a-z]|\p{Ll})+x`,
    String.raw`(\d{1,3}[.,]?)+x`,
    String.raw`(\d{1,10}){10}x`,
    String.raw`(a*b?)*x`,
    String.raw`(a?){30}a{30}`,
    `${'a?'.repeat(30)}${'a'.repeat(30)}`,
    `${'(?:a|a)'.repeat(30)}x`,
    String.raw`(?=(\d+)+x)\d+`,
    String.raw`((ab|a)(b|c)?)*x`,
  ])('%s', (pattern) => {
    expect(code(pattern)).toBe('patternSlow')
  })
})

test('loops that share text are taken as far as the length of the value allows', () => {
  expect(code(String.raw`.*a.*b.*`, 120)).toBeNull()
  expect(code(String.raw`.*a.*b.*`, 2000)).toBe('patternSlow')
  expect(code(String.raw`.*a.*b.*c.*d.*`, 120)).toBe('patternSlow')
  expect(code(String.raw`\d+\d+`, 2000)).toBeNull()
})

test('what is no regular expression is told, and what is more than one', () => {
  expect(patternProblem('(', 120)).toEqual({ code: 'patternSyntax', params: { detail: 'Unterminated group' } })
  expect(code('a)(b')).toBe('patternSyntax')
  expect(code(String.raw`\_`)).toBe('patternSyntax')
  expect(patternProblem(String.raw`(a)\1`, 120)).toEqual({ code: 'patternUnsupported', params: { what: String.raw`\1` } })
  expect(code(String.raw`(?<x>a)\k<x>`)).toBe('patternUnsupported')
})

test('what is taken is quick also where it nearly matches', () => {
  const piece = fc.constantFrom('a', 'b', '.', String.raw`\d`, '[ab]', 'a?', 'a*', '(?:a|b)', '(?:ab|a)', '(?:a+b?)', '(?:a?b)')
  const repeated = fc.tuple(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '*', '+', '?', '{2}', '{1,5}', '{3,}')).map(([parts, how]) => `(?:${parts.join('')})${how}`)
  const pattern = fc.array(fc.oneof(piece, repeated), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''))
  let taken = 0
  fc.assert(
    fc.property(pattern, fc.constantFrom('a', 'b', 'ab', 'aab'), (source, letters) => {
      if (patternProblem(source, 60) !== null) return
      taken += 1
      const before = performance.now()
      new RegExp(`^(?:${source})$`, 'u').test(`${letters.repeat(60).slice(0, 59)}!`)
      // A runaway match of 60 characters takes minutes; the limit leaves room for a busy machine.
      expect(performance.now() - before).toBeLessThan(2000)
    }),
    { numRuns: 2000, seed: 7 },
  )
  expect(taken).toBeGreaterThan(300)
})
