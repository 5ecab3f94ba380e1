import type { Box } from '../../images/pixelBox.ts'

export type { Box } from '../../images/pixelBox.ts'

/** The smallest box around all of `boxes`, of which there is at least one. */
export function around(boxes: readonly Box[]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  for (const { left, top, right, bottom } of boxes) {
    box.left = Math.min(box.left, left)
    box.top = Math.min(box.top, top)
    box.right = Math.max(box.right, right)
    box.bottom = Math.max(box.bottom, bottom)
  }
  return box
}

/** How much two stretches of one axis have in common; 0 where they are apart. */
export function shared(from: number, to: number, otherFrom: number, otherTo: number): number {
  return Math.max(0, Math.min(to, otherTo) - Math.max(from, otherFrom))
}

/** The value at `share` (0..1) of sorted values, of which there is at least one. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0
}
