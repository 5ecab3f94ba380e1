import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { region as regionShape } from '../../../contract/domains/extraction.ts'
import type { Region } from '../../../contract/domains/extraction.ts'
import type { Box } from './boxes.ts'
import { legibleHeight } from './legible.ts'
import type { PagePrint } from './measurePrint.ts'
import { measurePrint } from './measurePrint.ts'
import { MOST_REGIONS, planRegions } from './planRegions.ts'
import { CAPITALS, DrawnPage } from './testing/drawPrint.ts'

/** Print of one size in a block; letters as `measurePrint` finds them. */
function block(size: number, left: number, top: number, right: number, bottom: number, lineHeight = size * 1.8): PagePrint {
  const letters: Box[] = []
  for (let y = top; y + size <= bottom; y += lineHeight) for (let x = left; x + size * 0.7 <= right; x += size * 0.9) letters.push({ left: x, top: y, right: x + size * 0.7, bottom: y + size })
  return { small: size, usual: size, large: size, lineHeight, lines: [], letters }
}

const boxOf = ({ x, y, width, height }: Region, page: { width: number; height: number }): Box => ({ left: x * page.width, top: y * page.height, right: (x + width) * page.width, bottom: (y + height) * page.height })
const holds = (box: Box, letter: Box) => letter.left >= box.left - 0.01 && letter.right <= box.right + 0.01 && letter.top >= box.top - 0.01 && letter.bottom <= box.bottom + 0.01

describe('a page', () => {
  test('without print is read as a whole', () => {
    expect(planRegions({ width: 4000, height: 3000, print: null }, 336)).toEqual({ regions: [], tooSmall: false })
  })

  test('whose print is legible as a whole is read as a whole', () => {
    expect(planRegions({ width: 336, height: 336, print: block(9, 14, 0, 330, 330) }, 336)).toEqual({ regions: [], tooSmall: false })
    expect(planRegions({ width: 2000, height: 1500, print: block(60, 100, 100, 1900, 1400) }, 336).regions).toEqual([])
  })

  test('with a small note on it is read by the note alone', () => {
    const page = { width: 2000, height: 1500, print: block(20, 900, 700, 1400, 1000) }
    const { regions, tooSmall } = planRegions(page, 336)
    expect(regions).toHaveLength(1)
    expect(tooSmall).toBe(false)
    for (const letter of page.print.letters) expect(holds(boxOf(regions[0]!, page), letter)).toBe(true)
  })

  test('of A4 with print of ten points is read in six parts', () => {
    // 300 dots per inch; capitals of ten points are 0.1 inch high, margins of two centimetres.
    const page = { width: 2480, height: 3508, print: block(30, 236, 236, 2244, 3272, 50) }
    const { regions, tooSmall } = planRegions(page, 336)
    expect(tooSmall).toBe(false)
    expect(regions).toHaveLength(6)
  })

  test('whose print stays illegible even in the most parts says so', () => {
    const { regions, tooSmall } = planRegions({ width: 2480, height: 3508, print: block(10, 100, 100, 2380, 3400) }, 336)
    expect(tooSmall).toBe(true)
    expect(regions.length).toBeGreaterThan(6)
    expect(regions.length).toBeLessThanOrEqual(MOST_REGIONS)
  })

  test('whose print has too few pixels says so, too', () => {
    expect(planRegions({ width: 300, height: 200, print: block(4, 10, 10, 290, 190) }, 336).tooSmall).toBe(true)
    expect(planRegions({ width: 160, height: 120, print: block(4, 10, 10, 150, 110) }, 336)).toEqual({ regions: [], tooSmall: true })
  })

  test('is cut in white space, between paragraphs and columns', () => {
    const upper = block(10, 30, 20, 300, 285)
    const letters = [...upper.letters, ...block(10, 330, 20, 610, 285).letters, ...block(10, 30, 330, 300, 600).letters, ...block(10, 330, 330, 610, 600).letters]
    const { regions } = planRegions({ width: 640, height: 620, print: { ...upper, letters } }, 336)
    expect(regions).toHaveLength(4)
    const cutBy = (box: Box) => letters.filter((letter) => !holds(box, letter) && letter.left < box.right && letter.right > box.left && letter.top < box.bottom && letter.bottom > box.top)
    for (const region of regions) expect(cutBy(boxOf(region, { width: 640, height: 620 }))).toEqual([])
  })

  test('is cut into crops of as many pixels as the model sees, where those do', async () => {
    const print = await measurePrint(new DrawnPage(500, 600).paragraph(CAPITALS, 10, 10, 9, 36, 56).copy())
    const { regions } = planRegions({ width: 500, height: 600, print }, 336)
    expect(regions.map(({ width, height }) => [Math.round(width * 500), Math.round(height * 600)])).toEqual(regions.map(() => [336, 336]))
    expect(regions).toHaveLength(4)
  })
})

test('whatever the page: every letter is whole in a part, parts overlap by two lines, the print is legible or a warning is given', () => {
  const pages = fc.record({ width: fc.integer({ min: 200, max: 3000 }), height: fc.integer({ min: 200, max: 3000 }), size: fc.integer({ min: 16, max: 60 }), edges: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }) })
  fc.assert(
    fc.property(pages, ({ width, height, size, edges: [a = 0, b = 0, c = 0, d = 0] }) => {
      const print = block(size, Math.min(a, b) * width, Math.min(c, d) * height, Math.max(a, b) * width, Math.max(c, d) * height)
      fc.pre(print.letters.length > 10)
      const page = { width, height, print }
      const { regions, tooSmall } = planRegions(page, 336)
      const boxes = regions.map((region) => boxOf(regionShape.parse(region), page))
      expect(boxes.length).toBeLessThanOrEqual(MOST_REGIONS)
      if (boxes.length === 0) {
        expect(tooSmall || (size * 336) / Math.max(width, height) >= legibleHeight(336)).toBe(true)
        return
      }
      expect(print.letters.filter((letter) => !boxes.some((box) => holds(box, letter)))).toEqual([])
      const seen = boxes.map((box) => (size * 336) / Math.max(box.right - box.left, box.bottom - box.top))
      expect(tooSmall || Math.min(...seen) >= legibleHeight(336) - 0.01).toBe(true)
      const rows = [...new Set(boxes.map(({ top }) => top))].map((top) => boxes.find((box) => box.top === top)!)
      // To a pixel: parts lie on whole ones, also where they are placed evenly because no white space is in reach.
      rows.slice(1).forEach((row, index) => expect(rows[index]!.bottom - row.top).toBeGreaterThan(Math.min(2 * print.lineHeight, (row.bottom - row.top) / 4) - 1))
    }),
    { numRuns: 60 },
  )
})
