import type { Download, DownloadRequest } from '../contract/domains/download.ts'
import type { ErrorData } from '../contract/errors/AppError.ts'
import type { FileAddress } from './checksums.ts'
import type { Database } from './Database.ts'

/** One file of a download. A model in several parts is several files. Sizes in bytes. */
export interface DownloadFile extends FileAddress {
  readonly role: 'model' | 'projector'
  /** What the catalogue or the hub says; null until either has said it. */
  readonly bytes: number | null
  /** What the catalogue says, never what a server said. */
  readonly sha256: string | null
  readonly received: number
  /** Whether this download put the finished file where it is; then the file goes with the download. */
  readonly made: boolean
}

export type DownloadState = Download['state']

/** A download as it is kept. */
export interface DownloadRow {
  readonly id: string
  readonly name: string
  readonly request: DownloadRequest
  readonly files: readonly DownloadFile[]
  readonly state: DownloadState
  readonly bytesPerSecond: number | null
  readonly error: ErrorData | null
  readonly installed: string | null
  /** Token of the process that works on it. */
  readonly worker: string | null
  /** What the person asks of that process. */
  readonly wish: 'pause' | 'cancel' | null
}

/** How the work on a download ended. `stopped`: by a wish, or because the process ends. */
export type DownloadEnd =
  | { readonly state: 'done'; readonly installed: string }
  | { readonly state: 'failed'; readonly error: ErrorData }
  | { readonly state: 'stopped' }

interface Row {
  id: string
  name: string
  request: string
  files: string
  state: DownloadState
  bytes_per_second: number | null
  error: string | null
  installed: string | null
  worker: string | null
  wish: DownloadRow['wish']
}

/** The queue of downloads, shared by all processes on the data folder. At most one download has a worker. */
export class DownloadTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Oldest first. */
  list(): DownloadRow[] {
    return this.#db.all<Row>('SELECT * FROM downloads ORDER BY created_at, position').map(toDownload)
  }

  find(id: string): DownloadRow | null {
    const row = this.#db.get<Row>('SELECT * FROM downloads WHERE id = :id', { id })
    return row === undefined ? null : toDownload(row)
  }

  /** Adds it to the end of the queue. */
  add(download: Pick<DownloadRow, 'id' | 'name' | 'request' | 'files'>, now: number): void {
    this.#db.run(
      `INSERT INTO downloads (id, name, request, files, state, position, created_at)
       VALUES (:id, :name, :request, :files, 'queued', ${NEXT_POSITION}, :now)`,
      { id: download.id, name: download.name, request: JSON.stringify(download.request), files: JSON.stringify(download.files), now },
    )
  }

  /**
   * Gives the next queued download to a process, unless a living process works on one. Frees those of dead processes first.
   * @param only Id of the one download wanted; null: any.
   */
  claim(worker: string, isAlive: (token: string) => boolean, only: string | null = null): DownloadRow | null {
    return this.#db.transaction(() => {
      this.#release(isAlive)
      const row = this.#db.get<Row>(
        `UPDATE downloads SET worker = :worker, state = 'checking', bytes_per_second = NULL, error = NULL
         WHERE id = (SELECT id FROM downloads WHERE state = 'queued' AND (:only IS NULL OR id = :only) ORDER BY position LIMIT 1)
         AND NOT EXISTS (SELECT 1 FROM downloads WHERE worker IS NOT NULL) RETURNING *`,
        { worker, only },
      )
      return row === undefined ? null : toDownload(row)
    })
  }

  /** Saves how far its worker is. Returns what the person asks meanwhile; `cancel` also for one that is gone. */
  save(id: string, worker: string, progress: Pick<DownloadRow, 'state' | 'files' | 'bytesPerSecond'>): DownloadRow['wish'] {
    const row = this.#db.get<Pick<Row, 'wish'>>(
      `UPDATE downloads SET state = :state, files = :files, bytes_per_second = :speed
       WHERE id = :id AND worker = :worker RETURNING wish`,
      { id, worker, state: progress.state, files: JSON.stringify(progress.files), speed: progress.bytesPerSecond },
    )
    return row === undefined ? 'cancel' : row.wish
  }

  /** Takes the work away from its worker, with the result. A stopped one is paused where that was the wish, else queued. */
  end(id: string, worker: string, files: readonly DownloadFile[], end: DownloadEnd): void {
    const state = end.state === 'stopped' ? `CASE wish WHEN 'pause' THEN 'paused' ELSE 'queued' END` : `'${end.state}'`
    this.#db.run(
      `UPDATE downloads SET state = ${state}, files = :files, bytes_per_second = NULL, error = :error, installed = :installed,
       worker = NULL, wish = NULL WHERE id = :id AND worker = :worker`,
      {
        id,
        worker,
        files: JSON.stringify(files),
        error: end.state === 'failed' ? JSON.stringify(end.error) : null,
        installed: end.state === 'done' ? end.installed : null,
      },
    )
  }

  /** Pauses one that waits; asks the worker of one that runs. Others stay as they are. */
  pause(id: string, isAlive: (token: string) => boolean): void {
    this.#db.transaction(() => {
      this.#release(isAlive)
      this.#db.run(`UPDATE downloads SET wish = 'pause' WHERE id = :id AND worker IS NOT NULL AND wish IS NULL`, { id })
      this.#db.run(`UPDATE downloads SET state = 'paused' WHERE id = :id AND worker IS NULL AND state = 'queued'`, { id })
    })
  }

  /** Puts a paused or failed one to the end of the queue; one that is about to pause goes on. */
  resume(id: string): void {
    this.#db.transaction(() => {
      this.#db.run(`UPDATE downloads SET wish = NULL WHERE id = :id AND wish = 'pause'`, { id })
      this.#db.run(
        `UPDATE downloads SET state = 'queued', error = NULL, position = ${NEXT_POSITION}
         WHERE id = :id AND worker IS NULL AND state IN ('paused', 'failed')`,
        { id },
      )
    })
  }

  /** Deletes one that nobody works on and returns it; asks the worker of one that runs, and returns null. */
  cancel(id: string, isAlive: (token: string) => boolean): DownloadRow | null {
    return this.#db.transaction(() => {
      this.#release(isAlive)
      this.#db.run(`UPDATE downloads SET wish = 'cancel' WHERE id = :id AND worker IS NOT NULL`, { id })
      const row = this.#db.get<Row>('DELETE FROM downloads WHERE id = :id AND worker IS NULL RETURNING *', { id })
      return row === undefined ? null : toDownload(row)
    })
  }

  remove(id: string): void {
    this.#db.run('DELETE FROM downloads WHERE id = :id', { id })
  }

  /** What a dead process worked on waits again; what it was asked to pause is paused. */
  #release(isAlive: (token: string) => boolean): void {
    const workers = this.#db.all<{ worker: string }>('SELECT DISTINCT worker FROM downloads WHERE worker IS NOT NULL')
    for (const { worker } of workers) {
      if (isAlive(worker)) continue
      this.#db.run(
        `UPDATE downloads SET worker = NULL, bytes_per_second = NULL, state = CASE wish WHEN 'pause' THEN 'paused' ELSE 'queued' END,
         wish = CASE wish WHEN 'cancel' THEN wish END WHERE worker = :worker`,
        { worker },
      )
    }
  }
}

const NEXT_POSITION = '(SELECT coalesce(max(position), 0) + 1 FROM downloads)'

function toDownload({ bytes_per_second: bytesPerSecond, ...row }: Row): DownloadRow {
  return {
    id: row.id,
    name: row.name,
    request: JSON.parse(row.request) as DownloadRequest,
    files: JSON.parse(row.files) as DownloadFile[],
    state: row.state,
    bytesPerSecond,
    error: row.error === null ? null : (JSON.parse(row.error) as ErrorData),
    installed: row.installed,
    worker: row.worker,
    wish: row.wish,
  }
}
