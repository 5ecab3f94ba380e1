import type { Cell, ExtractionRecord, Review } from '../../../main/contract/domains/extraction.ts'
import { isDoubtful } from '../../../main/contract/needsReview.ts'
import { unreachable } from '../unreachable.ts'

/** One cell of a run: a field of a record. */
export interface CellPlace {
  readonly record: string
  readonly field: string
}

/** Which records and cells are walked through. */
export type ReviewFilter = 'toReview' | 'failed' | 'all'

/** What a person made of a cell, with what is not saved yet. */
export type ReviewOf = (record: ExtractionRecord, field: string) => Review | null

/** Whether nobody has looked at a cell that wants to be looked at; as the services count `toReview`. */
export function needsReview(cell: Cell, review: Review | null): boolean {
  return review === null && isDoubtful(cell)
}

/** Whether a cell is one of those that the filter is about. */
export function matches(filter: ReviewFilter, cell: Cell, review: Review | null): boolean {
  switch (filter) {
    case 'toReview':
      return needsReview(cell, review)
    case 'failed':
      return cell.checks.length > 0
    case 'all':
      return true
    default:
      return unreachable(filter)
  }
}

/**
 * The next cell to review in reading order (records as they stand in the queue, fields as in the template), from a place on;
 * round the end to the beginning. Null where there is none but the place itself.
 * @param step 1: forwards, -1: backwards
 */
export function nextToReview(records: readonly ExtractionRecord[], fields: readonly string[], reviewOf: ReviewOf, from: CellPlace | null, step: 1 | -1): CellPlace | null {
  const count = records.length * fields.length
  const start = from === null ? (step === 1 ? -1 : count) : positionOf(records, fields, from, step)
  for (let moved = 1; moved <= count; moved++) {
    const at = (((start + moved * step) % count) + count) % count
    const record = records[Math.floor(at / fields.length)], field = fields[at % fields.length]
    const cell = field === undefined ? undefined : record?.cells[field]
    if (record === undefined || field === undefined || cell === undefined || !needsReview(cell, reviewOf(record, field))) continue
    if (record.id !== from?.record || field !== from.field) return { record: record.id, field }
  }
  return null
}

/** A place that is gone counts as before the first, or behind the last when walking backwards. */
function positionOf(records: readonly ExtractionRecord[], fields: readonly string[], { record, field }: CellPlace, step: 1 | -1): number {
  const row = records.findIndex(({ id }) => id === record), column = fields.indexOf(field)
  if (row < 0 || column < 0) return step === 1 ? -1 : records.length * fields.length
  return row * fields.length + column
}

/** Counts the cells that want to be looked at, and those of them that nobody has looked at. */
export function countToReview(records: readonly ExtractionRecord[], reviewOf: ReviewOf): { readonly left: number; readonly all: number } {
  let left = 0, all = 0
  for (const record of records) {
    for (const [field, cell] of Object.entries(record.cells)) {
      if (!isDoubtful(cell)) continue
      all++
      if (needsReview(cell, reviewOf(record, field))) left++
    }
  }
  return { left, all }
}
