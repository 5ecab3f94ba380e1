import { AppError } from '../contract/errors/AppError.ts'
import type { Database } from './Database.ts'
import { migrations } from './migrations/index.ts'

/**
 * Brings a database to the newest schema in one transaction, or leaves it as it was. A database of a newer version is
 * refused with `DATABASE_NEWER` before anything is written.
 */
export function migrate(db: Database, steps: readonly string[] = migrations): void {
  if (versionOf(db) === steps.length) return
  db.transaction(() => {
    const found = versionOf(db)
    if (found > steps.length) throw new AppError('DATABASE_NEWER', { path: db.path, found, known: steps.length })
    for (const step of steps.slice(found)) db.exec(step)
    db.exec(`PRAGMA user_version = ${steps.length}`)
  })
}

function versionOf(db: Database): number {
  return db.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0
}
