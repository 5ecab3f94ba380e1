/** Characters of a value that a pattern is tried on. */
export const MOST_MATCHED = 500

/** Ways to match that may have to be tried: well under a second. */
const MOST_WAYS = 3e7

/** Why a pattern cannot be used: it is no regular expression, or one that can take years; null where it can. */
export type PatternProblem = 'syntax' | 'slow' | null

/**
 * Whether a template's pattern is a regular expression (flag u), and one that takes moderate time on any text. JavaScript tries every
 * way to match, so repetitions of what can itself be matched in several ways (`(a+)+`, `(a|b)*`, `(\d ?)+`) double the time with each
 * character. The ways are counted, without a look at the characters: a pattern that happens to be quick all the same is refused, too,
 * unless its repetitions are given limits (`(\d ?){1,8}`).
 */
export function patternProblem(pattern: string): PatternProblem {
  try {
    new RegExp(pattern, 'u')
  } catch {
    return 'syntax'
  }
  return new WayCounter(pattern).count() > MOST_WAYS ? 'slow' : null
}

/** Whether the whole value matches; one that is longer than `MOST_MATCHED` does not. A pattern that has a problem matches nothing. */
export function matchesPattern(pattern: string, value: string): boolean {
  return value.length <= MOST_MATCHED && patternProblem(pattern) === null && new RegExp(`^(?:${pattern})$`, 'u').test(value)
}

/** Escapes, classes, beginnings of groups, how often, and single characters. */
const PIECES = /\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\k<[^>]*>|\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?[=!]|\(\?:|\(\?<[^>]*>|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gsu

/** Counts the ways in which a text can be matched: those of what follows one another multiply, those of alternatives add up. */
class WayCounter {
  readonly #pieces: readonly string[]
  #at = 0

  constructor(pattern: string) {
    this.#pieces = pattern.match(PIECES) ?? []
  }

  count(): number {
    let [all, branch] = [0, 1]
    for (; this.#at < this.#pieces.length && this.#pieces[this.#at] !== ')'; this.#at++) {
      const piece = this.#pieces[this.#at] ?? ''
      if (piece === '|') {
        all += branch
        branch = 1
      } else branch *= this.#repeated(this.#atom(piece))
    }
    return all + branch
  }

  #atom(piece: string): number {
    if (!piece.startsWith('(')) return 1
    this.#at++
    return this.count()
  }

  /** Takes how often the piece at hand is repeated along, where that stands behind it. */
  #repeated(ways: number): number {
    const times = timesOf(this.#pieces[this.#at + 1] ?? '')
    if (times === null) return ways
    this.#at++
    const [least, most] = times
    return ways ** most * (most - least + 1)
  }
}

/** How often at least and at most, by "*", "{2,4}" and the like; null for other pieces. */
function timesOf(piece: string): [least: number, most: number] | null {
  if (/^[*+]\??$/.test(piece)) return [0, MOST_MATCHED]
  if (/^\?\??$/.test(piece)) return [0, 1]
  const found = /^\{(\d+)(,?)(\d*)\}/.exec(piece)
  if (found === null) return null
  const least = Math.min(MOST_MATCHED, Number(found[1]))
  return [least, found[2] === '' ? least : found[3] === '' ? MOST_MATCHED : Math.min(MOST_MATCHED, Math.max(least, Number(found[3])))]
}
