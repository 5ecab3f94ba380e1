import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { databaseError } from './sqliteErrors.ts'
import { writeError } from '../platform/fileErrors.ts'

/**
 * Tells whether a process that left something unfinished in a shared data folder still lives.
 *
 * [Note: Locks tell who lives] Each process holds an exclusive SQLite lock on a file of its own for as long as it lives.
 * The system drops the lock at the moment the process dies, however it dies. A process id would be given to somebody
 * else one day, and a heartbeat is late after every sleep of the machine; a lock is neither.
 */
export class ProcessLock {
  /** Names this process in rows it has not finished. */
  readonly token: string
  readonly #folder: string
  readonly #held: DatabaseSyncInstance

  /** Takes a lock of its own and removes the files of processes that died. Call it under `exclusively`. */
  constructor(folder: string) {
    this.#folder = folder
    this.token = randomUUID()
    for (const name of readdirSync(folder)) if (name.endsWith('.lock')) this.isAlive(name.slice(0, -'.lock'.length))
    this.#held = lockFile(this.#path(this.token), 5000)
  }

  /** Whether the process with this token lives. Removes the lock file of one that does not. */
  isAlive(token: string): boolean {
    if (token === this.token) return true
    const path = this.#path(token)
    if (!existsSync(path)) return false
    try {
      lockFile(path, 0).close()
    } catch {
      // Held by somebody, or it cannot be told (a folder that became read-only). In doubt the process counts as living, and
      // what it left stays as it is.
      return true
    }
    rmSync(path, { force: true })
    return false
  }

  dispose(): void {
    this.#held.close()
    rmSync(this.#path(this.token), { force: true })
  }

  #path(token: string): string {
    return join(this.#folder, `${token}.lock`)
  }
}

/**
 * Runs `work` while no other process is in its own `exclusively` on the same folder: opening, repairing and migrating
 * a database by two starting processes must not overlap. Throws `FOLDER_NOT_WRITABLE` or `DISK_FULL`.
 */
export function exclusively<T>(folder: string, work: () => T): T {
  const path = join(folder, 'opening.guard')
  let lock: DatabaseSyncInstance
  try {
    mkdirSync(folder, { recursive: true })
    lock = lockFile(path, 30_000)
  } catch (error) {
    throw databaseError(writeError(error, folder), folder)
  }
  try {
    return work()
  } finally {
    lock.close()
  }
}

function lockFile(path: string, timeout: number): DatabaseSyncInstance {
  const db = new DatabaseSync(path, { timeout })
  try {
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
