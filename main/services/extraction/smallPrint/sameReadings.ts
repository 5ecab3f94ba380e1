import type { Reading, Scalar } from '../../../contract/domains/extraction.ts'

/** How much a second look at the same place adds, or takes: crops are not independent of each other, so half of what it would alone. */
const WEIGHT = 0.5

/** Whether two values are the same but for white space and the way their characters are put together. */
export function isSame(one: Scalar, other: Scalar): boolean {
  return plain(one) === plain(other)
}

function plain(value: Scalar): Scalar {
  return typeof value === 'string' ? value.normalize('NFC').replace(/\s+/g, ' ').trim() : value
}

/** Whether one value may be a slip of reading the other: at most a third of its characters differ. */
export function looksLike(one: Scalar, other: Scalar): boolean {
  const [left, right] = [String(plain(one)), String(plain(other))]
  return distance(left, right) * 3 <= Math.max(left.length, right.length)
}

/** Levenshtein's: how many characters have to be changed, added or taken away. */
function distance(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row++) {
    const now = [row]
    for (let column = 1; column <= other.length; column++) {
      const changed = (before[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1)
      now.push(Math.min(changed, (before[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1))
    }
    before = now
  }
  return before[other.length] ?? 0
}

/** How sure a value is that was read several times, the surest reading first: each further one takes away a part of the doubt. */
export function agreed(confidences: readonly number[]): number {
  const [first = 0, ...others] = [...confidences].sort((one, other) => other - one)
  return 1 - others.reduce((doubt, confidence) => doubt * (1 - WEIGHT * confidence), 1 - first)
}

/** How sure a value is where another reading, as sure as `other`, contradicts it. */
export function disputed(confidence: number, other: number): number {
  return confidence * (1 - WEIGHT * other)
}

/**
 * One reading of two of the same value in a list or a table: the surer one, surer still where they agree, less where they do
 * not; a value before none.
 */
export function joinReadings(one: Reading, other: Reading): Reading {
  if (one.value === null || other.value === null) {
    if (one.value === null && other.value === null) return { ...one, confidence: Math.min(one.confidence, other.confidence) }
    return one.value === null ? other : one
  }
  const better = other.confidence > one.confidence ? other : one
  const worse = better === one ? other : one
  return { ...better, confidence: isSame(one.value, other.value) ? agreed([one.confidence, other.confidence]) : disputed(better.confidence, worse.confidence) }
}
