import { patternProblem } from '../../../../contract/patternProblem.ts'

/** Patterns that were judged; a run of thousands of pages has a handful of them. */
const judged = new Map<string, RegExp | null>()
const MOST_JUDGED = 200

/**
 * Whether the whole value, of at most `maxLength` characters, matches a template's pattern. A pattern with a problem matches
 * nothing: such a template cannot be saved, but it may come from an older version.
 */
export function matchesPattern(pattern: string, maxLength: number, value: string): boolean {
  const key = `${maxLength} ${pattern}`
  const known = judged.get(key)
  const expression = known === undefined ? compile(pattern, maxLength) : known
  if (judged.size >= MOST_JUDGED) judged.clear()
  judged.set(key, expression)
  return expression?.test(value) === true
}

function compile(pattern: string, maxLength: number): RegExp | null {
  return patternProblem(pattern, maxLength) === null ? new RegExp(`^(?:${pattern})$`, 'u') : null
}
