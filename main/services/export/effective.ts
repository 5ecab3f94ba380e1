import type { Cell, CellContent, ExtractionRecord, Review } from '../../contract/domains/extraction.ts'
import { isDoubtful } from '../../contract/needsReview.ts'
import type { ExportInput, NumberedRecord } from './exportInput.ts'
import { own } from './own.ts'

/** What stands in a field after review: a person's edit, else what the model read; `unreadable` where it is there, but nobody could read it. */
export function effectiveContent(cell: Cell, review: Review | undefined): CellContent | 'unreadable' {
  if (review?.state === 'edited') return review.content
  if (review?.state === 'unreadable' || cell.status === 'unreadable') return 'unreadable'
  return cell.content
}

/** Whether a cell is to be looked at and nobody has. */
export function needsReview(record: Pick<ExtractionRecord, 'cells' | 'reviews'>): boolean {
  return Object.entries(record.cells).some(([name, cell]) => isDoubtful(cell) && own(record.reviews, name) === undefined)
}

/** The records to be written, numbered by their place in the run. */
export function chosenRecords({ records }: ExportInput, reviewedOnly: boolean): NumberedRecord[] {
  const numbered = records.map((record, index) => ({ number: index + 1, record }))
  return reviewedOnly ? numbered.filter(({ record }) => !needsReview(record)) : numbered
}

/** A confidence as exports have it. Its later digits depend on what else was computed in the same batch, and say nothing. */
export const rounded = (confidence: number): number => Math.round(confidence * 1000) / 1000
