import type { Cell, Review } from './domains/extraction.ts'

/** A cell as it counts with a threshold: what was read well or not so well is judged by it, also where another one held then. */
export function withThreshold(cell: Cell, threshold: number): Cell {
  if (cell.status !== 'ok' && cell.status !== 'unsure') return cell
  return { ...cell, status: cell.confidence < threshold ? 'unsure' : 'ok' }
}

/** Whether a person should look at a cell: nobody has, and it is not `ok`. */
export function needsReview(cell: Cell, review: Review | undefined, threshold: number): boolean {
  return review === undefined && withThreshold(cell, threshold).status !== 'ok'
}
