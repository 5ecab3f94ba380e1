import type { GreyCopy } from './greyCopy.ts'

/** Typical difference between neighbouring pixels of bare paper from which on grain makes specks of the size of letters. */
const LOUD = 8
/** Every so many pixels tell how much grain there is. */
const STEP = 37

/** The copy, smoothed where it is grainy. Smoothing costs thin strokes some of their contrast, so it is not done without need. */
export function withoutGrain(copy: GreyCopy): GreyCopy {
  return typicalDifference(copy) < LOUD ? copy : { ...copy, data: smoothed(copy) }
}

/** Most of a page is paper, so the median is the paper's. */
function typicalDifference({ data }: GreyCopy): number {
  const differences: number[] = []
  for (let at = 0; at + 1 < data.length; at += STEP) differences.push(Math.abs((data[at] ?? 0) - (data[at + 1] ?? 0)))
  differences.sort((one, other) => one - other)
  return differences[differences.length >> 1] ?? 0
}

/** The mean of each pixel and its eight neighbours; the outermost pixels stay as they are. */
function smoothed({ width, height, data }: GreyCopy): Uint8Array {
  const sums = new Uint16Array(data.length)
  for (let at = 1; at + 1 < data.length; at++) sums[at] = (data[at - 1] ?? 0) + (data[at] ?? 0) + (data[at + 1] ?? 0)
  const result = Uint8Array.from(data)
  for (let y = 1; y + 1 < height; y++) {
    for (let at = y * width + 1, end = (y + 1) * width - 1; at < end; at++) result[at] = ((sums[at - width] ?? 0) + (sums[at] ?? 0) + (sums[at + width] ?? 0)) / 9
  }
  return result
}
