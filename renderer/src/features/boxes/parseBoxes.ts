import type { Box } from '../../../../main/contract/domains/format.ts'

/** More boxes than anybody can tell apart on a picture; the rest of an answer that goes on and on is left. */
export const mostBoxes = 100

/** Every repetition is bounded, so that no text makes this slow. */
const NUMBER = String.raw`\s{0,3}(\d{1,2}(?:\.\d{1,9})?|\.\d{1,9})\s{0,3}`
const FOUR = new RegExp(String.raw`\[${NUMBER},${NUMBER},${NUMBER},${NUMBER}\]`, 'g')

/**
 * The well-formed boxes in an answer, in its order, each once: `[x1, y1, x2, y2]`, numbers from 0 to 1, with an area. Four whole numbers are
 * a list, not a box: in training, a box has decimals.
 */
export function parseBoxes(text: string): Box[] {
  const boxes = new Map<string, Box>()
  for (const [whole, ...sides] of text.matchAll(FOUR)) {
    if (boxes.size === mostBoxes) break
    const [left = 0, top = 0, right = 0, bottom = 0] = sides.map(Number)
    const inside = [left, top, right, bottom].every((side) => side <= 1)
    if (inside && left < right && top < bottom && whole.includes('.')) boxes.set([left, top, right, bottom].join(' '), [left, top, right, bottom])
  }
  return [...boxes.values()]
}
