import { DatabaseSync } from '@photostructure/sqlite'
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import { databaseError, isIndexDamage } from './sqliteErrors.ts'

export type SqlValue = string | number | bigint | Uint8Array | null
export type SqlParams = Readonly<Record<string, SqlValue>>

/**
 * How long a statement waits for a writer of another process, in milliseconds. Transactions here take a few
 * milliseconds; five seconds pass only where the other process hangs.
 */
const BUSY_TIMEOUT = 5000

/**
 * One connection with the settings of this app and its statements kept prepared. Synchronous: the statements are short,
 * and a transaction cannot be interleaved with another one of this process.
 * Throws `DISK_FULL` and `FOLDER_NOT_WRITABLE`; SQLite's other errors come as they are.
 */
export class Database {
  readonly path: string
  readonly #db: DatabaseSyncInstance
  readonly #statements = new Map<string, StatementSyncInstance>()
  #depth = 0
  #mendIndex: (() => void) | null = null

  constructor(path: string) {
    this.path = path
    try {
      this.#db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true })
    } catch (error) {
      throw databaseError(error, path)
    }
    try {
      // Readers and a writer of another process do not block each other.
      this.exec('PRAGMA journal_mode = WAL')
      // NORMAL: in WAL mode a power cut may lose the last commits but never damages the file, and a killed process
      // loses nothing. FULL would wait for the disk on every half second of streamed text.
      this.exec('PRAGMA synchronous = NORMAL')
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  /** Statements without parameters and results, also several at once. */
  exec(sql: string): void {
    this.#guard(() => this.#db.exec(sql))
  }

  /** Returns how many rows changed. */
  run(sql: string, params: SqlParams = {}): number {
    return this.#mended(() => this.#guard(() => this.#statement(sql).run(bindable(params)).changes))
  }

  /** The first row. `Row` is what the query selects; the schema is `STRICT`, so types hold. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a cast, but one that stands beside its SQL
  get<Row>(sql: string, params: SqlParams = {}): Row | undefined {
    return this.#guard(() => this.#statement(sql).get(bindable(params)) as Row | undefined)
  }

  all<Row>(sql: string, params: SqlParams = {}): Row[] {
    return this.#guard(() => this.#statement(sql).all(bindable(params)) as Row[])
  }

  /**
   * All or nothing. Takes the write lock at once (`IMMEDIATE`), so that what `work` reads cannot be changed by another
   * process before it writes. Inside another transaction it is part of that one. `work` may be done twice, the first time in vain.
   */
  transaction<T>(work: () => T): T {
    return this.#depth > 0 ? work() : this.#mended(() => this.#transaction(work))
  }

  /**
   * What builds the index of words anew. Triggers write it with every message, so that a damaged one would let nothing be stored:
   * what meets it is done once more afterwards.
   */
  onIndexDamage(mend: () => void): void {
    this.#mendIndex = mend
  }

  #mended<T>(work: () => T): T {
    const mend = this.#mendIndex
    if (mend === null || this.#depth > 0) return work()
    try {
      return work()
    } catch (error) {
      if (!isIndexDamage(error)) throw error
      this.#rebuild(mend, error)
      return work()
    }
  }

  /** Throws `found` where more than the index is damaged. */
  #rebuild(mend: () => void, found: unknown): void {
    this.#mendIndex = null
    try {
      mend()
    } catch {
      throw found
    } finally {
      this.#mendIndex = mend
    }
  }

  #transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE')
    this.#depth += 1
    try {
      const result = work()
      this.exec('COMMIT')
      return result
    } catch (error) {
      this.#rollback()
      throw error
    } finally {
      this.#depth -= 1
    }
  }

  dispose(): void {
    this.#statements.clear()
    this.#mergeLog()
    this.#db.close()
  }

  /**
   * Moves the write-ahead log into the file. SQLite does so when the last connection closes, but this library finalizes
   * statements only when they are garbage collected, so a connection with statements never closes before its process ends.
   */
  #mergeLog(): void {
    try {
      this.#db.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)')
    } catch {
      // Another process reads, or the disk is full: the log stays beside the file, complete, for whoever opens it next.
    }
  }

  #rollback(): void {
    try {
      this.#db.exec('ROLLBACK')
    } catch {
      // SQLite has rolled back by itself (disk full, I/O error); the error that led here is thrown by the caller.
    }
  }

  #statement(sql: string): StatementSyncInstance {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw databaseError(error, this.path)
    }
  }
}

/** The library ends a text at its first U+0000, and with it the rest of a message. HTML shows U+FFFD in its place; so do we. */
function bindable(params: SqlParams): Record<string, SqlValue> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value]))
}
