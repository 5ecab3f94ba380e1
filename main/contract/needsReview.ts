import type { Cell, Review } from './domains/extraction.ts'

/** A cell as it counts with a threshold: what was read well or not so well is judged by it, also where another one held then. */
export function withThreshold(cell: Cell, threshold: number): Cell {
  if (cell.status !== 'ok' && cell.status !== 'unsure') return cell
  return { ...cell, status: cell.confidence < threshold ? 'unsure' : 'ok' }
}

/**
 * Whether what became of a cell is to be looked at. A field that is not on the page is as it should be: where the template wants it,
 * `required` has failed, and the cell is `failedCheck`.
 */
export function isDoubtful({ status }: Pick<Cell, 'status'>): boolean {
  return status !== 'ok' && status !== 'absent'
}

/** Whether a person should look at a cell: nobody has, and it is doubtful. */
export function needsReview(cell: Cell, review: Review | undefined, threshold: number): boolean {
  return review === undefined && isDoubtful(withThreshold(cell, threshold))
}
