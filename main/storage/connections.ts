import type { Connection } from '../contract/domains/privacy.ts'
import type { Database } from './Database.ts'

/** Requests to one address within this time are one entry, in milliseconds: a model comes in hundreds of pieces. */
const SPAN = 60 * 60 * 1000
const MOST_ENTRIES = 2000

interface Row extends Omit<Connection, 'lastAt'> {
  last_at: number
}

/** The ledger of outbound connections. */
export class ConnectionTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Notes a request and returns its entry. The oldest entries leave. */
  begin(request: Pick<Connection, 'host' | 'purpose' | 'path'>, result: Connection['result'], now: number): number {
    return this.#db.transaction(() => {
      const known = this.#db.get<{ id: number }>(
        `SELECT id FROM connections WHERE host = :host AND purpose = :purpose AND path = :path AND at > :since AND (result = 'refused') = :refused ORDER BY id DESC LIMIT 1`,
        { ...request, since: now - SPAN, refused: result === 'refused' ? 1 : 0 },
      )
      if (known !== undefined) {
        this.#db.run('UPDATE connections SET requests = requests + 1, last_at = :now, result = :result WHERE id = :id', { id: known.id, now, result })
        return known.id
      }
      const added = this.#db.get<{ id: number }>(
        `INSERT INTO connections (at, last_at, host, purpose, path, requests, bytes, status, result)
         VALUES (:now, :now, :host, :purpose, :path, 1, 0, NULL, :result) RETURNING id`,
        { ...request, now, result },
      )
      this.#db.run('DELETE FROM connections WHERE id <= (SELECT max(id) FROM connections) - :most', { most: MOST_ENTRIES })
      return added?.id ?? 0
    })
  }

  end(id: number, status: number | null, bytes: number, result: Connection['result'], now: number): void {
    this.#db.run('UPDATE connections SET bytes = bytes + :bytes, status = coalesce(:status, status), result = :result, last_at = :now WHERE id = :id', { id, status, bytes, result, now })
  }

  /** The last one first. */
  list(): Connection[] {
    return this.#db.all<Row>('SELECT * FROM connections ORDER BY last_at DESC, id DESC').map(({ last_at: lastAt, ...rest }) => ({ ...rest, lastAt }))
  }

  clear(): void {
    this.#db.run('DELETE FROM connections')
  }
}
