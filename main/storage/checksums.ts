import type { Database } from './Database.ts'

/** A file as it was asked for: the revision is the name given (a branch), not the commit it led to. */
export interface FileAddress {
  readonly repository: string
  readonly revision: string
  readonly path: string
}

/**
 * SHA-256 of files as they were downloaded. A file of the catalogue without a checksum there is held to what was learnt here, as
 * is one whose server names none.
 */
export class ChecksumTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  find({ repository, revision, path }: FileAddress): string | null {
    const sql = 'SELECT sha256 FROM checksums WHERE repository = :repository AND revision = :revision AND path = :path'
    return this.#db.get<{ sha256: string }>(sql, { repository, revision, path })?.sha256 ?? null
  }

  /** Call it with a checksum that has passed what was known before: it takes the place of an earlier one. */
  learn({ repository, revision, path }: FileAddress, sha256: string, now: number): void {
    this.#db.run(
      `INSERT INTO checksums (repository, revision, path, sha256, learnt_at) VALUES (:repository, :revision, :path, :sha256, :now)
       ON CONFLICT DO UPDATE SET sha256 = excluded.sha256, learnt_at = excluded.learnt_at`,
      { repository, revision, path, sha256, now },
    )
  }

  /** What was learnt from a file that turned out to be wrong. */
  forget({ repository, revision, path }: FileAddress): void {
    this.#db.run('DELETE FROM checksums WHERE repository = :repository AND revision = :revision AND path = :path', { repository, revision, path })
  }
}
