import { parsePattern } from '../../../contract/parsePattern.ts'

/** What HTML and most validators take for an address, roughly. */
const EMAIL = String.raw`[^@\s]+@[^@\s]+\.[^@\s]+`

/**
 * A template's pattern (of the whole value) for a schema's: `pattern` is looked for anywhere in the value, as JSON Schema has
 * it; `shortest` counts characters, and one is no limit, since an empty text is no value. Null: anything.
 */
export function textPattern(pattern: string | undefined, format: 'email' | undefined, shortest: number): string | null {
  const whole = pattern === undefined ? (format === undefined ? null : EMAIL) : wholePattern(pattern)
  if (shortest <= 1) return whole
  return whole === null ? `[^]{${shortest},}` : `(?=[^]{${shortest},}$)(?:${whole})`
}

/** Anchors at both ends make a pattern of the whole value by themselves; others are put between anything. */
function wholePattern(pattern: string): string {
  const framed = /^\^\(\?:([^]*)\)\$$/.exec(pattern)?.[1]
  if (framed !== undefined && isPattern(framed)) return framed
  const anchored = /^\^([^]*)\$$/.exec(pattern)?.[1]
  // An escaped "$" would leave a lone backslash, and "^a|b$" has each anchor in one choice only.
  if (anchored !== undefined && isPattern(anchored) && parsePattern(anchored).kind !== 'choice') return anchored
  const start = pattern.startsWith('^') ? '' : '[^]*', end = /(?<!\\)(?:\\\\)*\$$/.test(pattern) ? '' : '[^]*'
  return isPattern(pattern) && parsePattern(pattern).kind !== 'choice' ? `${start}(?:${pattern})${end}` : `[^]*(?:${pattern})[^]*`
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u').test('')
    parsePattern(source)
    return true
  } catch {
    return false
  }
}
