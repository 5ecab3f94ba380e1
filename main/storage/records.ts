import { provenance } from '../contract/domains/extraction.ts'
import type { Cell, ExtractionRecord, Review } from '../contract/domains/extraction.ts'
import type { Database } from './Database.ts'

/** What was read of an item. `toReview`: how many of its cells a person should look at. */
export interface NewRecord extends Pick<ExtractionRecord, 'smallPrint' | 'provenance'> {
  readonly cells: Readonly<Record<string, Cell>>
}

interface Row {
  id: string
  run_id: string
  item_id: string
  cells: string
  small_print: number
  provenance: string
  /** JSON: the review that holds for each field. */
  reviews: string
}

const SELECT = `SELECT records.id, records.run_id, item_id, cells, small_print, provenance,
  (SELECT coalesce(json_group_object(field, json(review)), '{}') FROM cell_reviews AS last WHERE record_id = records.id
   AND position = (SELECT max(position) FROM cell_reviews WHERE record_id = records.id AND field = last.field)) AS reviews
  FROM records`
const VISIBLE = 'records.run_id IN (SELECT id FROM runs WHERE deleted_at IS NULL)'

/** What was read, one record for an item at most, and what people made of it. Records of removed runs are invisible. */
export class RecordTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  find(id: string): ExtractionRecord | null {
    return this.#one(`records.id = :key AND ${VISIBLE}`, id)
  }

  ofItem(itemId: string): ExtractionRecord | null {
    return this.#one('item_id = :key', itemId)
  }

  /**
   * In the order of the queue. The rows of the page are chosen by the index of the items before their records, of some kilobytes each, are
   * read: sorting whole records made every page of a large run cost what all of them do.
   */
  page(runId: string, from: number, count: number): ExtractionRecord[] {
    const places = `SELECT records.rowid AS record, position FROM run_items CROSS JOIN records ON item_id = run_items.id
      WHERE run_items.run_id = :runId ORDER BY position, run_items.id LIMIT :count OFFSET :from`
    return this.#db.all<Row>(`${SELECT} JOIN (${places}) AS place ON place.record = records.rowid ORDER BY position, item_id`, { runId, from, count }).map(toRecord)
  }

  count(runId: string): number {
    return this.#db.get<{ records: number }>('SELECT count(*) AS records FROM records WHERE run_id = :runId', { runId })?.records ?? 0
  }

  /** Keeps a new record, or what stands in the place of an item's earlier one; that one's id and reviews stay. */
  put({ id, runId, itemId, cells, smallPrint, provenance }: NewRecord & Pick<ExtractionRecord, 'id' | 'runId' | 'itemId'>, toReview: number): void {
    this.#db.run(
      `INSERT INTO records (id, run_id, item_id, cells, small_print, provenance, to_review)
       VALUES (:id, :runId, :itemId, :cells, :smallPrint, :provenance, :toReview)
       ON CONFLICT (item_id) DO UPDATE SET cells = excluded.cells, small_print = excluded.small_print, provenance = excluded.provenance,
       to_review = excluded.to_review`,
      { id, runId, itemId, cells: JSON.stringify(cells), smallPrint: smallPrint ? 1 : 0, provenance: JSON.stringify(provenance), toReview },
    )
  }

  setToReview(id: string, toReview: number): void {
    this.#db.run('UPDATE records SET to_review = :toReview WHERE id = :id', { id, toReview })
  }

  /** Cells to be looked at in each run. */
  toReview(): Map<string, number> {
    const rows = this.#db.all<{ run_id: string; cells: number }>('SELECT run_id, sum(to_review) AS cells FROM records GROUP BY run_id')
    return new Map(rows.map(({ run_id: runId, cells }) => [runId, cells]))
  }

  review(recordId: string, field: string, review: Review, now: number): void {
    this.#db.run(
      `INSERT INTO cell_reviews (record_id, field, position, review, at)
       VALUES (:recordId, :field, (SELECT coalesce(max(position), 0) + 1 FROM cell_reviews WHERE record_id = :recordId AND field = :field), :review, :now)`,
      { recordId, field, review: JSON.stringify(review), now },
    )
  }

  /** Forgets everything that people made of a cell: were an earlier review left, it would hold again. */
  forgetReviews(recordId: string, field: string): void {
    this.#db.run('DELETE FROM cell_reviews WHERE record_id = :recordId AND field = :field', { recordId, field })
  }

  #one(which: string, key: string): ExtractionRecord | null {
    const row = this.#db.get<Row>(`${SELECT} WHERE ${which}`, { key })
    return row === undefined ? null : toRecord(row)
  }
}

function toRecord(row: Row): ExtractionRecord {
  return {
    id: row.id,
    runId: row.run_id,
    itemId: row.item_id,
    cells: JSON.parse(row.cells) as Record<string, Cell>,
    reviews: JSON.parse(row.reviews) as Record<string, Review>,
    smallPrint: row.small_print === 1,
    // An earlier version wrote less of it down.
    provenance: provenance.parse(JSON.parse(row.provenance)),
  }
}
