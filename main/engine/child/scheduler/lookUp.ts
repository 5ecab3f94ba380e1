import type { Item } from './items.ts'

/**
 * Guesses what follows `items` and `last` behind them: what followed when the last three tokens stood there before, or else the
 * last two; at most `most` tokens, none where they never did. Answers that copy from their prompt, or repeat themselves, go on
 * that way. A walk back over some thousand tokens takes microseconds, so no index is kept.
 */
export function lookUp(items: readonly Item[], last: number, most: number): number[] {
  const [before, previous] = [items.at(-2), items.at(-1)]
  if (typeof previous !== 'number' || most <= 0) return []
  let found = -1
  for (let at = items.length - 1; at > 0; at--) {
    if (items[at] !== last || items[at - 1] !== previous) continue
    if (found < 0) found = at
    if (typeof before !== 'number') break
    if (items[at - 2] !== before) continue
    found = at
    break
  }
  return found < 0 ? [] : following(items, last, found, most)
}

/** The tokens behind the place `found`, up to a picture. Where the end is reached the guesses themselves go on, as a loop does. */
function following(items: readonly Item[], last: number, found: number, most: number): number[] {
  const guesses: number[] = []
  for (let at = found + 1; guesses.length < most; at++) {
    const item = at < items.length ? items[at] : at === items.length ? last : guesses[at - items.length - 1]
    if (typeof item !== 'number') break
    guesses.push(item)
  }
  return guesses
}
