import type { Box, BoxReading } from '../../../../main/contract/domains/format.ts'

/** Pixels of a picture, upright. */
export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Where the picture lies in the square it is padded to: LLaVA's `expand2square` puts it in the middle, at whole pixels, rounding
 * down (`llava/mm_utils.py`). Pixels.
 */
function padding({ width, height }: Size): { side: number; left: number; top: number } {
  const side = Math.max(width, height)
  return { side, left: Math.floor((side - width) / 2), top: Math.floor((side - height) / 2) }
}

/** Whether the readings of a box differ: in a square picture they do not. */
export function readingsDiffer({ width, height }: Size): boolean {
  return width !== height
}

/**
 * Where a model's box lies in the picture, as fractions of the picture. What reaches into the padding is cut off; null where nothing
 * is left.
 */
export function toPicture(box: Box, size: Size, reading: BoxReading): Box | null {
  if (reading === 'picture') return box
  const { side, left, top } = padding(size)
  const x = (fraction: number) => clamp((fraction * side - left) / size.width)
  const y = (fraction: number) => clamp((fraction * side - top) / size.height)
  const inside: Box = [x(box[0]), y(box[1]), x(box[2]), y(box[3])]
  return inside[0] < inside[2] && inside[1] < inside[3] ? inside : null
}

/** The reverse of `toPicture`: a box in the picture as the model is told it. */
export function fromPicture(box: Box, size: Size, reading: BoxReading): Box {
  if (reading === 'picture') return box
  const { side, left, top } = padding(size)
  const x = (fraction: number) => (fraction * size.width + left) / side
  const y = (fraction: number) => (fraction * size.height + top) / side
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])]
}

/** The box between two corners in any order, each as fractions of the picture; what lies outside is cut off. Null where it has no area. */
export function boxBetween(first: readonly [number, number], second: readonly [number, number]): Box | null {
  const [left, right] = sorted(clamp(first[0]), clamp(second[0]))
  const [top, bottom] = sorted(clamp(first[1]), clamp(second[1]))
  return left < right && top < bottom ? [left, top, right, bottom] : null
}

const sorted = (a: number, b: number): [number, number] => (a < b ? [a, b] : [b, a])

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction))
}
