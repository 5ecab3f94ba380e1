import { expect, it } from 'vitest'
import { windowRows } from './windowRows.ts'

const heights = { heading: 30, row: 36, gap: 16 }
const drawn = (windows: readonly { start: number; end: number }[]) => windows.reduce((sum, { start, end }) => sum + end - start, 0)

it('draws a short list whole', () => {
  expect(windowRows([3, 150, 0], 0, 100, heights)).toEqual([{ start: 0, end: 3 }, { start: 0, end: 150 }, { start: 0, end: 0 }])
})

it('draws what is seen and a little more of a long one', () => {
  expect(windowRows([10_000], 0, 720, heights)).toEqual([{ start: 0, end: 40 }])
  expect(windowRows([10_000], 30 + 5000 * 36, 720, heights)).toEqual([{ start: 4980, end: 5041 }])
})

it.each([0, 1, 500, 3000, 7777, 100_000, 359_000])('leaves out nothing that is seen from %i on, and draws few', (top) => {
  const groups = [3, 40, 0, 900, 5000, 4057], height = 800
  const windows = windowRows(groups, top, height, heights)
  let at = 0
  for (const [index, rows] of groups.entries()) {
    at += heights.heading + (index === 0 ? 0 : heights.gap)
    for (let row = 0; row < rows; row++) {
      const y = at + row * heights.row
      const { start, end } = windows[index]!
      if (y + heights.row > top && y < top + height && (row < start || row >= end)) throw new Error(`row ${row} of group ${index} is seen and not drawn`)
    }
    at += rows * heights.row
  }
  expect(drawn(windows)).toBeLessThan(120)
})
