/** A text that may be looked for, and other words that mean it. */
export interface Findable {
  readonly label: string
  readonly also?: string
}

/**
 * The entries in which every word of `typed` stands, best first: those that begin with what was typed, then those where each word begins
 * one of theirs, then all others; in their own order among themselves. Case and accents do not count. All of them where nothing is typed.
 */
export function matchWords<T extends Findable>(typed: string, entries: readonly T[]): readonly T[] {
  const wanted = plain(typed).split(/\s+/u).filter((word) => word !== '')
  if (wanted.length === 0) return entries
  const ranked = entries.flatMap((entry) => {
    const rank = rankOf(wanted, entry)
    return rank === null ? [] : [{ entry, rank }]
  })
  return ranked.sort((a, b) => a.rank - b.rank).map(({ entry }) => entry)
}

function rankOf(wanted: readonly string[], { label, also = '' }: Findable): number | null {
  const text = plain(label)
  const all = `${text} ${plain(also)}`
  if (!wanted.every((word) => all.includes(word))) return null
  if (text.startsWith(wanted.join(' '))) return 0
  const starts = all.split(/[^\p{L}\p{N}]+/u)
  return wanted.every((word) => starts.some((start) => start.startsWith(word))) ? 1 : 2
}

const plain = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
