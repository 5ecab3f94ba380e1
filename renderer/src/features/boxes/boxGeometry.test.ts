import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Box, BoxReading } from '../../../../main/contract/domains/format.ts'
import { boxBetween, fromPicture, readingsDiffer, toPicture } from './boxGeometry.ts'

const side = fc.integer({ min: 1, max: 9001 })
const sizes = fc.record({ width: side, height: side })
const readings = fc.constantFrom<BoxReading>('square', 'picture')
const fraction = fc.double({ min: 0, max: 1, noNaN: true })
const boxes = fc
  .tuple(fraction, fraction, fraction, fraction)
  .filter(([a, b, c, d]) => Math.abs(a - c) > 1e-6 && Math.abs(b - d) > 1e-6)
  .map(([a, b, c, d]): Box => [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)])

function close(found: Box | null, wanted: Box): void {
  expect(found).not.toBeNull()
  for (const [index, value] of wanted.entries()) expect(found?.[index]).toBeCloseTo(value, 9)
}

describe('a box of the picture', () => {
  it('comes back from the model as it was told, whatever the size', () => {
    fc.assert(fc.property(sizes, readings, boxes, (size, reading, box) => close(toPicture(fromPicture(box, size, reading), size, reading), box)))
  })

  it('lies inside the square', () => {
    fc.assert(fc.property(sizes, readings, boxes, (size, reading, box) => fromPicture(box, size, reading).every((value) => value >= 0 && value <= 1)))
  })
})

it('a box of the model stays inside the picture, or is nothing', () => {
  fc.assert(
    fc.property(sizes, readings, boxes, (size, reading, box) => {
      const inside = toPicture(box, size, reading)
      if (inside === null) return
      expect(inside.every((value) => value >= 0 && value <= 1)).toBe(true)
      expect([inside[0] < inside[2], inside[1] < inside[3]]).toEqual([true, true])
    }),
  )
})

it('the readings are the same where the picture is square, whatever the size', () => {
  fc.assert(fc.property(side, boxes, (length, box) => close(toPicture(box, { width: length, height: length }, 'square'), box)))
  expect([readingsDiffer({ width: 7, height: 7 }), readingsDiffer({ width: 7, height: 8 })]).toEqual([false, true])
})

it.each<[string, Box, { width: number; height: number }, Box | null]>([
  // 640 x 480: padded by 80 pixels above and below.
  ['the whole picture', [0, 0.125, 1, 0.875], { width: 640, height: 480 }, [0, 0, 1, 1]],
  ['its upper left quarter', [0, 0.125, 0.5, 0.5], { width: 640, height: 480 }, [0, 0, 0.5, 0.5]],
  ['one that reaches into the padding', [0.25, 0, 0.75, 0.5], { width: 640, height: 480 }, [0.25, 0, 0.75, 0.5]],
  ['one in the padding alone', [0.2, 0.9, 0.4, 1], { width: 640, height: 480 }, null],
  // An odd difference: 100 x 101 is padded by nothing on the left and one pixel on the right.
  ['one at the side that is padded by a pixel more', [0, 0, 100 / 101, 1], { width: 100, height: 101 }, [0, 0, 1, 1]],
])('reads %s', (_what, box, size, wanted) => {
  const found = toPicture(box, size, 'square')
  if (wanted === null) expect(found).toBeNull()
  else close(found, wanted)
})

it('lies between two corners in any order, cut off at the picture', () => {
  expect(boxBetween([0.8, 0.1], [-0.2, 0.6])).toEqual([0, 0.1, 0.8, 0.6])
  expect(boxBetween([0.3, 0.3], [0.3, 0.9])).toBeNull()
})
