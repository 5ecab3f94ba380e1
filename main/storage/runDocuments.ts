import type { Database } from './Database.ts'

/** Documents (SHA-256 of their bytes) of runs, for deleting what was made of those that no run has any more. */
export class RunDocumentTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Those that a run has, or that a record of it was made of. */
  ofRun(runId: string): string[] {
    return this.#documents('run_items.run_id = :key', runId)
  }

  /** The same of one item. */
  ofItem(itemId: string): string[] {
    return this.#documents('run_items.id = :key', itemId)
  }

  /** Those of them that no run has, other than removed ones. What runs have is gathered once, however many are asked for. */
  unused(documents: readonly string[]): string[] {
    const isThere = 'run_id IN (SELECT id FROM runs WHERE deleted_at IS NULL)'
    // Without NULLs: beside one, nothing would be NOT IN.
    return this.#db
      .all<{ document: string }>(
        `SELECT value AS document FROM json_each(:documents) WHERE value NOT IN (
           SELECT sha256 FROM run_items WHERE sha256 IS NOT NULL AND ${isThere}
           UNION SELECT provenance ->> '$.source.sha256' FROM records WHERE provenance ->> '$.source.sha256' IS NOT NULL AND ${isThere})`,
        { documents: JSON.stringify(documents) },
      )
      .map(({ document }) => document)
  }

  #documents(which: string, key: string): string[] {
    return this.#db
      .all<{ document: string }>(
        `SELECT sha256 AS document FROM run_items WHERE ${which} AND sha256 IS NOT NULL
         UNION SELECT provenance ->> '$.source.sha256' FROM records JOIN run_items ON run_items.id = item_id WHERE ${which}`,
        { key },
      )
      .map(({ document }) => document)
  }
}
