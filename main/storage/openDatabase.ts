import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../contract/errors/AppError.ts'
import { writeError } from '../platform/fileErrors.ts'
import { Database } from './Database.ts'
import { migrate } from './migrate.ts'
import { isDamage } from './sqliteErrors.ts'

export interface OpenedDatabase {
  readonly db: Database
  /** `DATABASE_DAMAGED` where a damaged file was set aside and a new one started. */
  readonly notice: AppError | null
}

/**
 * Opens the database, in the newest schema. A damaged one is never deleted: it is kept under another name, and a new one
 * is started. Throws `DATABASE_NEWER`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`. Call it under `exclusively`.
 */
export function openDatabase(path: string, now: () => number = Date.now): OpenedDatabase {
  try {
    mkdirSync(dirname(path), { recursive: true })
  } catch (error) {
    throw writeError(error, dirname(path))
  }
  try {
    return { db: openChecked(path), notice: null }
  } catch (error) {
    if (!isDamage(error)) throw error
    const kept = setAside(path, now())
    return { db: openChecked(path), notice: new AppError('DATABASE_DAMAGED', { path, kept }, { cause: error }) }
  }
}

function openChecked(path: string): Database {
  const db = new Database(path)
  try {
    migrate(db)
    checkPages(db)
    return db
  } catch (error) {
    db.dispose()
    throw error
  }
}

/**
 * Reads every page once: damage shows now, while nothing is lost yet, and not in the middle of a chat. Table by table, which leaves
 * out virtual ones: a full-text index is checked by reading all of it, and a wrong one is built anew instead of costing the database.
 */
function checkPages(db: Database): void {
  const tables = db.all<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0`)
  for (const name of ['sqlite_schema', ...tables.map((table) => table.name)]) {
    const result = db.get<{ quick_check: string }>(`PRAGMA quick_check("${name}")`)?.quick_check
    if (result !== 'ok') throw Object.assign(new Error(`quick_check of ${name}: ${String(result)}`), { sqliteCode: 11, sqliteExtendedCode: 11 })
  }
}

/** The write-ahead log moves along: it belongs to the damaged file and may hold its last good pages. */
function setAside(path: string, time: number): string {
  const kept = `${path}.damaged-${time}`
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix)
  return kept
}
