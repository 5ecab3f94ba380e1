import type { ExtractionRecord } from '../../contract/domains/extraction.ts'
import { needsReview, withThreshold } from '../../contract/needsReview.ts'

/** How many cells of a record a person should look at, with the run's threshold as it is now. */
export function countToReview({ cells, reviews }: Pick<ExtractionRecord, 'cells' | 'reviews'>, threshold: number): number {
  return Object.entries(cells).filter(([field, cell]) => needsReview(cell, reviews[field], threshold)).length
}

/** A record as it is shown: its cells judged by the threshold of the run. */
export function shownRecord(record: ExtractionRecord, threshold: number): ExtractionRecord {
  return { ...record, cells: Object.fromEntries(Object.entries(record.cells).map(([field, cell]) => [field, withThreshold(cell, threshold)])) }
}
