import type { Run, RunItem } from '../contract/domains/extraction.ts'
import type { ErrorData } from '../contract/errors/AppError.ts'
import type { Database } from './Database.ts'
import { newId } from './ids.ts'
import type { Asking, RunRow, RunTable } from './runs.ts'

/** A file as it is added. One of `path` (absolute) and `stored` (SHA-256 in the folder of documents). */
export interface NewRunFile {
  readonly path: string | null
  readonly stored: string | null
  readonly name: string
  /** The pages that are wanted; empty: all. */
  readonly choice: string
  /** Why it can never be read, where that is known already. */
  readonly error: ErrorData | null
}

/** An item of a run's queue as it is kept. */
export interface RunItemRow extends Pick<RunItem, 'id' | 'runId' | 'position' | 'name' | 'page' | 'state' | 'attempts' | 'recordId'> {
  /** Shared by the pages of one file. */
  readonly fileId: string
  readonly path: string | null
  readonly stored: string | null
  readonly choice: string
  readonly sha256: string | null
  readonly error: ErrorData | null
}

/** An item in the hands of the worker that asked for it. */
export interface ClaimedItem {
  readonly claim: string
  readonly item: RunItemRow
  readonly run: RunRow
}

export type RunCounts = Run['counts']

export interface Row {
  id: string
  run_id: string
  position: number
  file_id: string
  path: string | null
  stored: string | null
  name: string
  choice: string
  page: number | null
  sha256: string | null
  state: RunItem['state']
  attempts: number
  error: string | null
  record_id: string | null
}

export const ITEM_COLUMNS = `id, run_id, position, file_id, path, stored, name, choice, page, sha256, state, attempts, error,
  (SELECT records.id FROM records WHERE item_id = run_items.id) AS record_id`
/** An item that was read before keeps its record, and with it its state, whatever becomes of reading it again. */
const ENDED = `CASE WHEN EXISTS (SELECT 1 FROM records WHERE item_id = run_items.id) THEN 'done' ELSE :state END`
/** Readings whose times say how long the next ones take. */
const RECENT = 15

/** The pages and files in line; see `RunTable` for who works on them. What a worker says of an item counts only while its claim holds. */
export class RunItemTable {
  readonly #db: Database
  readonly #runs: RunTable

  constructor(db: Database, runs: RunTable) {
    this.#db = db
    this.#runs = runs
  }

  find(id: string): RunItemRow | null {
    const row = this.#db.get<Row>(`SELECT ${ITEM_COLUMNS} FROM run_items WHERE id = :id AND run_id IN (SELECT id FROM runs WHERE deleted_at IS NULL)`, { id })
    return row === undefined ? null : toItem(row)
  }

  /** In the order of the queue. */
  page(runId: string, from: number, count: number): RunItemRow[] {
    return this.#db
      .all<Row>(`SELECT ${ITEM_COLUMNS} FROM run_items WHERE run_id = :runId ORDER BY position, id LIMIT :count OFFSET :from`, { runId, from, count })
      .map(toItem)
  }

  /** Puts files at the end of a run, which goes on where it was done. */
  append(runId: string, files: readonly NewRunFile[]): void {
    this.#db.transaction(() => {
      let position = Math.floor(this.#db.get<{ last: number | null }>('SELECT max(position) AS last FROM run_items WHERE run_id = :runId', { runId })?.last ?? 0)
      for (const { path, stored, name, choice, error } of files) {
        position += 1
        this.#db.run(
          `INSERT INTO run_items (id, run_id, position, file_id, path, stored, name, choice, state, error)
           VALUES (:id, :runId, :position, :fileId, :path, :stored, :name, :choice, :state, :error)`,
          { id: newId(), fileId: newId(), runId, position, path, stored, name, choice, state: error === null ? 'waiting' : 'failed', error: json(error) },
        )
      }
      this.#runs.wake(runId)
      this.#runs.settle(runId)
    })
  }

  /** Gives the next item that nobody has looked at to a worker. */
  claimUnseen(asking: Asking): ClaimedItem | null {
    return this.#claim(asking, `state = 'waiting' AND sha256 IS NULL AND claim IS NULL ORDER BY position`, '')
  }

  /**
   * Gives the next item to be read to a worker. Those that failed before come last, since another one may have been to blame.
   * @param freshOnly None that failed before.
   */
  claimWaiting(asking: Asking, freshOnly: boolean): ClaimedItem | null {
    const fresh = freshOnly ? 'AND attempts = 0' : ''
    return this.#claim(asking, `state = 'waiting' AND sha256 IS NOT NULL AND claim IS NULL ${fresh} ORDER BY attempts, position`, `, state = 'reading'`)
  }

  isClaimed(claim: string): boolean {
    return this.#db.get('SELECT 1 FROM run_items WHERE claim = :claim', { claim }) !== undefined
  }

  /** The item is read. Returns null where the claim is lost; then nothing may be kept of it. Part of the transaction that keeps its record. */
  done(claim: string, milliseconds: number, now: number): { id: string; runId: string } | null {
    const row = this.#db.get<Pick<Row, 'id' | 'run_id'>>(
      `UPDATE run_items SET state = 'done', claim = NULL, error = NULL, milliseconds = :milliseconds, finished_at = :now WHERE claim = :claim RETURNING id, run_id`,
      { claim, milliseconds, now },
    )
    return row === undefined ? null : { id: row.id, runId: row.run_id }
  }

  /** It cannot be read, or need not be. */
  end(claim: string, state: 'failed' | 'skipped', error: ErrorData): void {
    this.#db.transaction(() => {
      const row = this.#db.get<Pick<Row, 'run_id'>>(`UPDATE run_items SET state = ${ENDED}, claim = NULL, error = :error WHERE claim = :claim RETURNING run_id`, { claim, state, error: json(error) })
      if (row !== undefined) this.#runs.settle(row.run_id)
    })
  }

  /** It waits again, as it did before. */
  putBack(claim: string): void {
    this.#db.run(`UPDATE run_items SET state = 'waiting', claim = NULL WHERE claim = :claim`, { claim })
  }

  /** The engine failed over it: it waits again, or has failed where that was the last attempt. */
  countAttempt(claim: string, most: number, error: ErrorData): void {
    this.#db.transaction(() => {
      const row = this.#db.get<Pick<Row, 'attempts'>>('UPDATE run_items SET attempts = attempts + 1 WHERE claim = :claim RETURNING attempts', { claim })
      if (row === undefined) return
      if (row.attempts < most) this.putBack(claim)
      else this.end(claim, 'failed', error)
    })
  }

  /** Items by state, for every run that has some. */
  counts(): Map<string, RunCounts> {
    const counts = new Map<string, RunCounts>()
    for (const { run_id: runId, state, items } of this.#db.all<{ run_id: string; state: RunItem['state']; items: number }>('SELECT run_id, state, count(*) AS items FROM run_items GROUP BY run_id, state')) {
      const known = counts.get(runId) ?? { waiting: 0, reading: 0, done: 0, failed: 0, skipped: 0 }
      counts.set(runId, { ...known, [state]: items })
    }
    return counts
  }

  /** What the last readings of a run took, in milliseconds; newest first. */
  recent(runId: string): number[] {
    return this.#db
      .all<{ milliseconds: number }>('SELECT milliseconds FROM run_items WHERE run_id = :runId AND milliseconds IS NOT NULL ORDER BY finished_at DESC LIMIT :count', { runId, count: RECENT })
      .map(({ milliseconds }) => milliseconds)
  }

  /** All of a run that have ended and are named, or all that failed, wait to be looked at and read again. */
  retry(runId: string, ids: readonly string[] | null): void {
    this.#db.transaction(() => {
      const which = ids === null ? `state = 'failed'` : `state IN ('done', 'failed', 'skipped') AND id IN (SELECT value FROM json_each(:ids))`
      const params = ids === null ? { runId } : { runId, ids: JSON.stringify(ids) }
      const changed = this.#db.run(`UPDATE run_items SET state = 'waiting', attempts = 0, error = NULL, sha256 = NULL WHERE run_id = :runId AND ${which}`, params)
      if (changed > 0) this.#runs.wake(runId)
    })
  }

  /** Deletes an item, and with it what was read of it. Returns it as it was. */
  remove(id: string): RunItemRow | null {
    return this.#db.transaction(() => {
      const item = this.find(id)
      if (item === null) return null
      this.#db.run('DELETE FROM run_items WHERE id = :id', { id })
      this.#runs.settle(item.runId)
      return item
    })
  }

  #claim(asking: Asking, which: string, more: string): ClaimedItem | null {
    return this.#db.transaction(() => {
      this.#runs.releaseDead(asking.isAlive)
      for (const run of this.#runs.open(asking)) {
        const claim = newId()
        const row = this.#db.get<Row>(
          `UPDATE run_items SET claim = :claim ${more} WHERE id = (SELECT id FROM run_items WHERE run_id = :runId AND ${which} LIMIT 1) RETURNING ${ITEM_COLUMNS}`,
          { claim, runId: run.id },
        )
        if (row === undefined) continue
        this.#runs.take(run.id, asking.worker)
        return { claim, item: toItem(row), run: { ...run, worker: asking.worker } }
      }
      return null
    })
  }
}

export function toItem(row: Row): RunItemRow {
  return {
    id: row.id,
    runId: row.run_id,
    position: row.position,
    fileId: row.file_id,
    path: row.path,
    stored: row.stored,
    name: row.name,
    choice: row.choice,
    page: row.page,
    sha256: row.sha256,
    state: row.state,
    attempts: row.attempts,
    error: row.error === null ? null : (JSON.parse(row.error) as ErrorData),
    recordId: row.record_id,
  }
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}
