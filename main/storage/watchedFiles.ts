import type { Database } from './Database.ts'

/** A file in a watched folder as it was when it was last looked at. `changedAt`: milliseconds since the epoch. */
export interface SeenFile {
  readonly path: string
  readonly bytes: number
  readonly changedAt: number
}

/** The files of watched folders that have joined their runs, so that none joins twice, not even one whose item was removed. */
export class WatchedFileTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  ofRun(runId: string): Map<string, SeenFile> {
    const rows = this.#db.all<{ path: string; bytes: number; changed_at: number }>('SELECT path, bytes, changed_at FROM watched_files WHERE run_id = :runId', { runId })
    return new Map(rows.map(({ path, bytes, changed_at: changedAt }) => [path, { path, bytes, changedAt }]))
  }

  add(runId: string, files: readonly SeenFile[]): void {
    for (const { path, bytes, changedAt } of files) {
      this.#db.run(
        `INSERT INTO watched_files (run_id, path, bytes, changed_at) VALUES (:runId, :path, :bytes, :changedAt)
         ON CONFLICT (run_id, path) DO UPDATE SET bytes = excluded.bytes, changed_at = excluded.changed_at`,
        { runId, path, bytes, changedAt },
      )
    }
  }
}
