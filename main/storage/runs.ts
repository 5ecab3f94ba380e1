import type { Run } from '../contract/domains/extraction.ts'
import type { Template } from '../contract/domains/template.ts'
import type { ErrorData } from '../contract/errors/AppError.ts'
import type { Database } from './Database.ts'

/** A run as it is kept; what its items say of it is in `RunItemTable`. */
export interface RunRow extends Pick<Run, 'id' | 'name' | 'templateId' | 'templateVersion' | 'mode' | 'per' | 'state' | 'watched' | 'threshold' | 'createdAt'> {
  readonly template: Template
  readonly error: ErrorData | null
  /** Token of the process that works on it. */
  readonly worker: string | null
  /** Files, folders and patterns that a command was given, absolute; null for a run of the app. */
  readonly inputs: readonly string[] | null
}

/** Who asks for work: a process, whether another one lives, and the one run it is after (null: any). */
export interface Asking {
  readonly worker: string
  readonly isAlive: (token: string) => boolean
  readonly only: string | null
}

interface Row {
  id: string
  name: string
  template_id: string
  template_version: number
  template: string
  mode: Run['mode']
  per: Run['per']
  threshold: number
  state: Run['state']
  error: string | null
  watched: string | null
  worker: string | null
  created_at: number
  inputs: string | null
}

/**
 * The table of runs, shared by all processes on the data folder. A removed run is invisible here until it is restored. At most
 * one process works on a run, so that one model reads all of it.
 */
export class RunTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Newest first. */
  list(): RunRow[] {
    return this.#db.all<Row>('SELECT * FROM runs WHERE deleted_at IS NULL ORDER BY created_at DESC, id').map(toRun)
  }

  find(id: string): RunRow | null {
    const row = this.#db.get<Row>('SELECT * FROM runs WHERE id = :id AND deleted_at IS NULL', { id })
    return row === undefined ? null : toRun(row)
  }

  add(run: RunRow): void {
    this.#db.run(
      `INSERT INTO runs (id, name, template_id, template_version, template, mode, per, threshold, state, worker, created_at, inputs)
       VALUES (:id, :name, :templateId, :templateVersion, :template, :mode, :per, :threshold, :state, :worker, :createdAt, :inputs)`,
      {
        id: run.id, name: run.name, templateId: run.templateId, templateVersion: run.templateVersion, template: JSON.stringify(run.template),
        mode: run.mode, per: run.per, threshold: run.threshold, state: run.state, worker: run.worker, createdAt: run.createdAt,
        inputs: run.inputs === null ? null : JSON.stringify(run.inputs),
      },
    )
  }

  setThreshold(id: string, threshold: number): void {
    this.#db.run('UPDATE runs SET threshold = :threshold WHERE id = :id', { id, threshold })
  }

  setInputs(id: string, inputs: readonly string[]): void {
    this.#db.run('UPDATE runs SET inputs = :inputs WHERE id = :id', { id, inputs: JSON.stringify(inputs) })
  }

  /** Watches another folder, or none. What joined from the one before stays. */
  setWatched(id: string, folder: string | null): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM watched_files WHERE run_id = :id AND NOT EXISTS (SELECT 1 FROM runs WHERE id = :id AND watched IS :folder)', { id, folder })
      this.#db.run('UPDATE runs SET watched = :folder WHERE id = :id', { id, folder })
      if (folder !== null) this.wake(id)
      this.settle(id)
    })
  }

  /** Stops it, at once: whoever reads one of its pages loses the claim on it. One that is done stays done. */
  pause(id: string, error: ErrorData | null): void {
    this.#db.transaction(() => {
      this.#db.run(`UPDATE runs SET state = 'paused', error = :error, worker = NULL WHERE id = :id AND state <> 'done'`, { id, error: error === null ? null : JSON.stringify(error) })
      this.#dropClaims(id)
    })
  }

  /** Pauses all runs that the process works on or could work on. */
  pauseAll({ worker, only }: Pick<Asking, 'worker' | 'only'>, error: ErrorData): void {
    this.#db.transaction(() => {
      for (const { id } of this.open({ worker, only })) this.pause(id, error)
    })
  }

  resume(id: string): void {
    this.#db.transaction(() => {
      this.#db.run(`UPDATE runs SET state = 'running', error = NULL WHERE id = :id AND state = 'paused'`, { id })
      this.settle(id)
    })
  }

  /** One that was done goes on: something joined. */
  wake(id: string): void {
    this.#db.run(`UPDATE runs SET state = 'running', error = NULL WHERE id = :id AND state = 'done'`, { id })
  }

  /** It is done where nothing is left of what it had, and nothing joins by itself. */
  settle(id: string): void {
    this.#db.run(
      `UPDATE runs SET state = 'done', worker = NULL WHERE id = :id AND state = 'running' AND watched IS NULL
       AND EXISTS (SELECT 1 FROM run_items WHERE run_id = :id)
       AND NOT EXISTS (SELECT 1 FROM run_items WHERE run_id = :id AND state IN ('waiting', 'reading'))`,
      { id },
    )
  }

  /** Running ones that no other living process works on, oldest first. */
  open({ worker, only }: Pick<Asking, 'worker' | 'only'>): RunRow[] {
    return this.#db
      .all<Row>(
        `SELECT * FROM runs WHERE deleted_at IS NULL AND state = 'running' AND (worker IS NULL OR worker = :worker)
         AND (:only IS NULL OR id = :only) ORDER BY created_at, id`,
        { worker, only },
      )
      .map(toRun)
  }

  /** Whether any run may need a worker, now or as soon as another process dies. */
  isAnyRunning(): boolean {
    return this.#db.get(`SELECT 1 FROM runs WHERE deleted_at IS NULL AND (state = 'running' OR worker IS NOT NULL) LIMIT 1`) !== undefined
  }

  take(id: string, worker: string): void {
    this.#db.run('UPDATE runs SET worker = :worker WHERE id = :id', { id, worker })
  }

  /** Takes over the running ones with a watched folder, as far as nobody has them. */
  takeWatched(asking: Asking): RunRow[] {
    return this.#db.transaction(() => {
      this.releaseDead(asking.isAlive)
      const watched = this.open(asking).filter((run) => run.watched !== null)
      for (const { id } of watched) this.take(id, asking.worker)
      return watched
    })
  }

  /** What a process had in hand waits again. */
  release(worker: string): void {
    this.#db.transaction(() => {
      for (const { id } of this.#db.all<{ id: string }>('SELECT id FROM runs WHERE worker = :worker', { worker })) this.#dropClaims(id)
      this.#db.run('UPDATE runs SET worker = NULL WHERE worker = :worker', { worker })
    })
  }

  releaseDead(isAlive: (token: string) => boolean): void {
    const workers = this.#db.all<{ worker: string }>('SELECT DISTINCT worker FROM runs WHERE worker IS NOT NULL')
    for (const { worker } of workers) if (!isAlive(worker)) this.release(worker)
  }

  /** Hides a run and stops it. Returns whether it was there. */
  remove(id: string, by: string, now: number): boolean {
    return this.#db.transaction(() => {
      this.#dropClaims(id)
      return this.#db.run('UPDATE runs SET deleted_at = :now, deleted_by = :by, worker = NULL WHERE id = :id AND deleted_at IS NULL', { id, by, now }) > 0
    })
  }

  /** Shows a removed run again. Returns whether there is such a run. */
  restore(id: string): boolean {
    return this.#db.run('UPDATE runs SET deleted_at = NULL, deleted_by = NULL WHERE id = :id', { id }) > 0
  }

  /** Removed runs that are to go for good: not those of a living process, whose person may still undo. */
  removed(isAlive: (token: string) => boolean): string[] {
    const removed = this.#db.all<{ id: string; deleted_by: string | null }>('SELECT id, deleted_by FROM runs WHERE deleted_at IS NOT NULL')
    return removed.filter(({ deleted_by: by }) => by === null || !isAlive(by)).map(({ id }) => id)
  }

  /** Deletes those of these runs that are still `removed`, with all that was read in them. `forget` deletes stored documents that no run has any more. */
  purge(ids: readonly string[], isAlive: (token: string) => boolean, forget: (sha256: string) => void): void {
    this.#db.transaction(() => {
      const gone = this.removed(isAlive).filter((id) => ids.includes(id))
      for (const id of gone) {
        const documents = this.#db.all<{ stored: string }>('SELECT DISTINCT stored FROM run_items WHERE run_id = :id AND stored IS NOT NULL', { id })
        this.#db.run('DELETE FROM runs WHERE id = :id', { id })
        for (const { stored } of documents) if (!this.isStoredUsed(stored)) forget(stored)
      }
    })
  }

  /** Whether any item, also of a removed run, is about this stored document. */
  isStoredUsed(stored: string): boolean {
    return this.#db.get('SELECT 1 FROM run_items WHERE stored = :stored LIMIT 1', { stored }) !== undefined
  }

  #dropClaims(id: string): void {
    this.#db.run(`UPDATE run_items SET claim = NULL, state = CASE state WHEN 'reading' THEN 'waiting' ELSE state END WHERE run_id = :id AND claim IS NOT NULL`, { id })
  }
}

function toRun(row: Row): RunRow {
  return {
    id: row.id,
    name: row.name,
    templateId: row.template_id,
    templateVersion: row.template_version,
    template: JSON.parse(row.template) as Template,
    mode: row.mode,
    per: row.per,
    threshold: row.threshold,
    state: row.state,
    error: row.error === null ? null : (JSON.parse(row.error) as ErrorData),
    watched: row.watched,
    worker: row.worker,
    createdAt: row.created_at,
    inputs: row.inputs === null ? null : (JSON.parse(row.inputs) as string[]),
  }
}
