import type { Database } from './Database.ts'
import { searchIndex } from './migrations/0009-finding.ts'
import { isIndexDamage } from './sqliteErrors.ts'

/** Something that was written: a title (no message), a message's text (no image), or the name of a picture a message shows. */
export interface FoundRow {
  readonly id: number
  readonly chat_id: string
  readonly title: string
  readonly archived: number
  readonly message_id: string | null
  readonly role: 'user' | 'assistant' | null
  readonly created_at: number | null
  readonly image: number | null
  readonly text: string
}

/** Entries from `from` on, before `before`. */
export interface SearchSlice {
  readonly from: number
  readonly before: number
  /** Most rows. */
  readonly limit: number
}

const TEXT = 'CASE WHEN e.message_id IS NULL THEN c.title WHEN e.image IS NULL THEN m.text ELSE i.name END'
const COLUMNS = `e.id, e.chat_id, c.title, c.archived, e.message_id, m.role, m.created_at, e.image, ${TEXT} AS text`
/** A removed chat is not found; neither is an entry whose message is gone or removed. CROSS JOIN: not the chats first. */
const THINGS = `CROSS JOIN chats c ON c.id = e.chat_id AND c.deleted_at IS NULL
  LEFT JOIN messages m ON m.id = e.message_id
  LEFT JOIN message_images i ON i.message_id = e.message_id AND i.position = e.image
  WHERE ${TEXT} IS NOT NULL AND m.removed_at IS NULL`
const ORDER = 'ORDER BY e.id DESC LIMIT :limit'

/** The full-text index over titles, messages and names of pictures. Triggers keep it; nobody else needs to know of it. */
export class SearchTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** The id of the newest entry; 0 where there is none. */
  newest(): number {
    return this.#db.get<{ id: number | null }>('SELECT max(id) AS id FROM search_entries')?.id ?? 0
  }

  /** Newest first: entries that hold all of `terms`, each of three characters or more. */
  indexed(terms: readonly string[], slice: SearchSlice): FoundRow[] {
    const match = terms.map((term) => `"${term.replaceAll('"', '""')}"`).join(' AND ')
    return this.#db.all<FoundRow>(
      `SELECT ${COLUMNS} FROM search_index f CROSS JOIN search_entries e ON e.id = f.rowid ${THINGS}
       AND f.search_index MATCH :match AND f.rowid >= :from AND f.rowid < :before ORDER BY f.rowid DESC LIMIT :limit`,
      { match, ...slice },
    )
  }

  /** Newest first: entries that hold one of these spellings, read one by one. For what is too short for the index. */
  read([first, second, third, fourth]: Spellings, slice: SearchSlice): FoundRow[] {
    return this.#db.all<FoundRow>(
      `SELECT ${COLUMNS} FROM search_entries e ${THINGS} AND e.id >= :from AND e.id < :before
       AND (instr(${TEXT}, :first) OR instr(${TEXT}, :second) OR instr(${TEXT}, :third) OR instr(${TEXT}, :fourth)) ${ORDER}`,
      { first, second, third, fourth, ...slice },
    )
  }

  /**
   * Builds the index anew where it does not fit what it is of; counts only, so that a start costs next to nothing.
   * Returns whether it did.
   */
  mend(): boolean {
    if (this.#fits()) return false
    this.rebuild()
    return true
  }

  /** Throws away the index and writes it anew from what is stored. Seconds for a hundred thousand messages. */
  rebuild(): void {
    this.#db.transaction(() => {
      const triggers = this.#db.all<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'search_*'`)
      for (const { name } of triggers) this.#db.exec(`DROP TRIGGER "${name}"`)
      this.#db.exec('DROP TABLE IF EXISTS search_index; DROP TABLE IF EXISTS search_entries')
      this.#db.exec(searchIndex)
    })
  }

  #fits(): boolean {
    try {
      const counts = this.#db.get<{ entries: number; indexed: number; things: number }>(
        `SELECT (SELECT count(*) FROM search_entries) AS entries, (SELECT count(*) FROM search_index_docsize) AS indexed,
         (SELECT count(*) FROM chats) + (SELECT count(*) FROM message_images) + (SELECT count(*) FROM messages)
           - (SELECT count(*) FROM messages WHERE status = 'writing') AS things`,
      )
      return counts !== undefined && counts.entries === counts.things && counts.indexed === counts.things
    } catch (error) {
      if (isIndexDamage(error)) return false
      throw error
    }
  }
}

/** A short word as it may stand in a text. */
export type Spellings = readonly [string, string, string, string]
