import { AppError } from '../contract/errors/AppError.ts'

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) this app tells apart. */
const IOERR = 10
/** Where two names share one meaning for a person, they share one entry. */
const DAMAGED = new Set([11 /* CORRUPT */, 26 /* NOTADB */])
const NOT_WRITABLE = new Set([3 /* PERM */, 8 /* READONLY */, 14 /* CANTOPEN */])
const FULL = 13
/** IOERR_SHMSIZE: the shared-memory file of the write-ahead log could not grow, i.e. the disk is full. */
const IOERR_SHMSIZE = IOERR | (19 << 8)

interface SqliteError extends Error {
  sqliteCode: number
  sqliteExtendedCode: number
}

function isSqliteError(thrown: unknown): thrown is SqliteError {
  return thrown instanceof Error && 'sqliteCode' in thrown && typeof thrown.sqliteCode === 'number'
}

/** Whether the file is no database or its pages contradict each other. */
export function isDamage(thrown: unknown): boolean {
  return isSqliteError(thrown) && DAMAGED.has(thrown.sqliteCode)
}

/** Whether a full-text index is damaged; what it stands for need not be. A query's error comes without a code here, with FTS5's own words. */
export function isIndexDamage(thrown: unknown): boolean {
  return isDamage(thrown) || (thrown instanceof Error && /^fts5: corruption|database disk image is malformed/.test(thrown.message))
}

/** SQLite's error as one a person can act on; anything else is returned as it is. */
export function databaseError(thrown: unknown, path: string): unknown {
  if (!isSqliteError(thrown)) return thrown
  if (thrown.sqliteCode === FULL || thrown.sqliteExtendedCode === IOERR_SHMSIZE) return new AppError('DISK_FULL', { path }, { cause: thrown })
  if (NOT_WRITABLE.has(thrown.sqliteCode)) return new AppError('FOLDER_NOT_WRITABLE', { path }, { cause: thrown })
  return thrown
}
