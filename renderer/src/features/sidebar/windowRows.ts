/** Heights of the list, in pixels. */
export interface RowHeights {
  readonly heading: number
  readonly row: number
  /** Between two groups. */
  readonly gap: number
}

/** The rows of a group that are drawn: `end` is exclusive. */
export interface RowWindow {
  readonly start: number
  readonly end: number
}

/** Rows drawn above and below what is seen, so that scrolling and Tab always meet the next one. */
const BEYOND = 20

/** Lists up to this long are drawn whole: nothing is gained, and everything is simpler to reach. */
const SMALL = 200

/** Which rows of each group (given by its number of rows) a list draws that shows `height` pixels from `top` on. */
export function windowRows(groups: readonly number[], top: number, height: number, heights: RowHeights): RowWindow[] {
  const all = groups.reduce((sum, rows) => sum + rows, 0)
  if (all <= SMALL) return groups.map((end) => ({ start: 0, end }))
  let at = 0
  return groups.map((rows, index) => {
    at += heights.heading + (index === 0 ? 0 : heights.gap)
    const row = (y: number) => Math.min(rows, Math.max(0, Math.floor((y - at) / heights.row)))
    const start = Math.max(0, row(top) - BEYOND)
    const end = Math.min(rows, row(top + height) + 1 + BEYOND)
    const seen = at + rows * heights.row > top - BEYOND * heights.row && at < top + height + BEYOND * heights.row
    at += rows * heights.row
    return seen ? { start, end } : { start: 0, end: 0 }
  })
}
