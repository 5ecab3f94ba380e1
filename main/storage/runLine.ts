import type { Database } from './Database.ts'
import { newId } from './ids.ts'
import { ITEM_COLUMNS, toItem } from './runItems.ts'
import type { Row, RunItemRow } from './runItems.ts'
import type { RunTable } from './runs.ts'
import type { ErrorData } from '../contract/errors/AppError.ts'

/** Two places closer than this are moved apart before anything is put between them: numbers have only so many digits. */
const LEAST_GAP = 1e-6

/** What somebody found who looked at a file: its SHA-256 and the pages to be read, from 1; null where one record is made of all. */
export interface FoundFile {
  readonly sha256: string
  readonly pages: readonly number[] | null
}

/** The order of a run's items: pages join behind their first, people move what waits. */
export class RunLine {
  readonly #db: Database
  readonly #runs: RunTable

  constructor(db: Database, runs: RunTable) {
    this.#db = db
    this.#runs = runs
  }

  /**
   * Keeps what was found in the file of a claimed item: the item becomes the first of its pages, the others come right behind it.
   * An item that has its page keeps it. Where the same bytes are in the run under another adding, it is skipped for `duplicate`.
   */
  looked(claim: string, found: FoundFile, duplicate: (first: string) => ErrorData): void {
    this.#db.transaction(() => {
      const row = this.#db.get<Row>(`SELECT ${ITEM_COLUMNS} FROM run_items WHERE claim = :claim`, { claim })
      if (row === undefined) return
      const item = toItem(row)
      const twin = this.#twin(item, found.sha256)
      if (twin !== null) {
        this.#finish(item.id, item.recordId === null ? 'skipped' : 'done', duplicate(twin))
        this.#runs.settle(item.runId)
        return
      }
      const [first = null, ...others] = item.page === null ? (found.pages ?? []) : [item.page]
      this.#db.run('UPDATE run_items SET claim = NULL, sha256 = :sha256, page = :page WHERE id = :id', { id: item.id, sha256: found.sha256, page: first })
      this.#addPages(item, found.sha256, others)
    })
  }

  /** Puts a waiting item before another one of its run, or at the end. Does nothing where it does not wait any more. */
  move(id: string, before: string | null): void {
    this.#db.transaction(() => {
      const item = this.#db.get<{ run_id: string }>(`SELECT run_id FROM run_items WHERE id = :id AND state = 'waiting'`, { id })
      if (item === undefined || before === id) return
      const position = before === null ? this.#lastPlace(item.run_id) : this.#placeBefore(item.run_id, before, id)
      if (position !== null) this.#db.run('UPDATE run_items SET position = :position WHERE id = :id', { id, position })
    })
  }

  /** The name of the file that came first with these bytes. */
  #twin({ runId, fileId }: RunItemRow, sha256: string): string | null {
    const row = this.#db.get<{ name: string }>(
      `SELECT name FROM run_items WHERE run_id = :runId AND sha256 = :sha256 AND file_id <> :fileId AND state NOT IN ('skipped', 'failed') ORDER BY position LIMIT 1`,
      { runId, sha256, fileId },
    )
    return row?.name ?? null
  }

  #finish(id: string, state: 'skipped' | 'done', error: ErrorData): void {
    this.#db.run('UPDATE run_items SET state = :state, claim = NULL, error = :error WHERE id = :id', { id, state, error: JSON.stringify(error) })
  }

  #addPages({ id, runId, fileId, path, stored, name, choice }: RunItemRow, sha256: string, pages: readonly number[]): void {
    if (pages.length === 0) return
    const [from, to] = this.#gapBehind(runId, id, pages.length)
    for (const [index, page] of pages.entries()) {
      const position = from + ((to - from) * (index + 1)) / (pages.length + 1)
      this.#db.run(
        `INSERT INTO run_items (id, run_id, position, file_id, path, stored, name, choice, page, sha256)
         VALUES (:id, :runId, :position, :fileId, :path, :stored, :name, :choice, :page, :sha256)`,
        { id: newId(), runId, position, fileId, path, stored, name, choice, page, sha256 },
      )
    }
  }

  /** The places between an item and the next one, with room for so many. */
  #gapBehind(runId: string, id: string, items: number): [from: number, to: number] {
    const gap = (): [number, number] => {
      const from = this.#placeOf(id)
      const next = this.#db.get<{ position: number | null }>('SELECT min(position) AS position FROM run_items WHERE run_id = :runId AND position > :from', { runId, from })
      return [from, next?.position ?? from + 1]
    }
    const [from, to] = gap()
    if ((to - from) / (items + 1) > LEAST_GAP) return [from, to]
    this.#renumber(runId)
    return gap()
  }

  #placeBefore(runId: string, before: string, moved: string): number | null {
    const gap = (): [number, number] | null => {
      const to = this.#db.get<{ position: number }>('SELECT position FROM run_items WHERE id = :before AND run_id = :runId', { before, runId })?.position
      if (to === undefined) return null
      const last = this.#db.get<{ position: number | null }>('SELECT max(position) AS position FROM run_items WHERE run_id = :runId AND position < :to AND id <> :moved', { runId, to, moved })
      return [last?.position ?? to - 1, to]
    }
    let found = gap()
    if (found !== null && found[1] - found[0] <= LEAST_GAP) {
      this.#renumber(runId)
      found = gap()
    }
    return found === null ? null : (found[0] + found[1]) / 2
  }

  #lastPlace(runId: string): number {
    return Math.floor(this.#db.get<{ last: number | null }>('SELECT max(position) AS last FROM run_items WHERE run_id = :runId', { runId })?.last ?? 0) + 1
  }

  #placeOf(id: string): number {
    return this.#db.get<{ position: number }>('SELECT position FROM run_items WHERE id = :id', { id })?.position ?? 0
  }

  #renumber(runId: string): void {
    const rows = this.#db.all<{ id: string }>('SELECT id FROM run_items WHERE run_id = :runId ORDER BY position, id', { runId })
    for (const [index, { id }] of rows.entries()) this.#db.run('UPDATE run_items SET position = :position WHERE id = :id', { id, position: index + 1 })
  }
}
