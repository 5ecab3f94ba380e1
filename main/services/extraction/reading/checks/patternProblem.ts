/** Characters of a value that a pattern is tried on. */
export const MOST_MATCHED = 2000

/** Why a pattern cannot be used; null where it can. */
export type PatternProblem = 'syntax' | 'slow' | null

/**
 * Whether a template's pattern is a regular expression (flag u), and one that takes no more than moderate time on any text. JavaScript
 * tries every way to match, so a repetition of what repeats itself (`(a+)+`), of alternatives, or a reference to a group can take years. Those are refused:
 * a repeated group must have no repetition without a limit in it, and its alternatives must begin with different characters.
 */
export function patternProblem(pattern: string): PatternProblem {
  try {
    new RegExp(pattern, 'u')
  } catch {
    return 'syntax'
  }
  return isSlow(pattern) ? 'slow' : null
}

/** Whether the whole value matches; what is longer than `MOST_MATCHED` does not. A pattern that has a problem matches nothing. */
export function matchesPattern(pattern: string, value: string): boolean {
  return value.length <= MOST_MATCHED && patternProblem(pattern) === null && new RegExp(`^(?:${pattern})$`, 'u').test(value)
}

/** Repetitions without a small limit that a pattern may have in a row; each more multiplies the time by the text's length. */
const MOST_REPETITIONS = 3
/** A limit that is as good as none. */
const SMALL = 64

interface Group {
  repeats: boolean
  alternatives: boolean
}

function isSlow(pattern: string): boolean {
  const open: Group[] = [{ repeats: false, alternatives: false }]
  let last: Group | null = null
  let repetitions = 0
  // Escapes, classes, the beginning of a group, its end, alternatives, and how often.
  for (const [piece] of pattern.matchAll(/\\[1-9k]|\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?[=!:]|\(\?<[^>]*>|\(|\)|\||[*+?]\??|\{\d+(?:,\d*)?\}\??|./gsu)) {
    if (/^\\[1-9k]$/.test(piece)) return true
    if (piece.startsWith('(')) {
      if (/^\(\?<?[=!]/.test(piece)) return true
      open.push({ repeats: false, alternatives: false })
      last = null
    } else if (piece === ')') {
      last = open.pop() ?? null
      const around = open.at(-1)
      if (around !== undefined && last !== null) around.repeats ||= last.repeats
      if (around !== undefined && last !== null) around.alternatives ||= last.alternatives
    } else if (piece === '|') {
      const group = open.at(-1)
      if (group !== undefined) group.alternatives = true
      last = null
    } else if (timesOf(piece) !== null) {
      const { most, varies } = timesOf(piece) ?? { most: 1, varies: false }
      const group = open.at(-1)
      if (last !== null && most > 1 && (last.repeats || (last.alternatives && most > SMALL))) return true
      if (group !== undefined && varies && most > 1) group.repeats = true
      if (varies && most > SMALL && ++repetitions > MOST_REPETITIONS) return true
      last = null
    } else last = null
  }
  return false
}

/** How often at most what stands before is repeated, and whether it may also be less often; null where the piece says nothing of it. */
function timesOf(piece: string): { most: number; varies: boolean } | null {
  if (/^[*+]\??$/.test(piece)) return { most: Infinity, varies: true }
  if (/^\?\??$/.test(piece)) return { most: 1, varies: true }
  const found = /^\{(\d+)(,?)(\d*)\}\??$/.exec(piece)
  if (found === null) return null
  const [, least = '', comma = '', most = ''] = found
  const limit = comma === '' ? Number(least) : most === '' ? Infinity : Number(most)
  return { most: limit, varies: limit !== Number(least) }
}
