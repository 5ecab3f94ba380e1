import type { Erasable, ErasableAmounts } from '../contract/domains/privacy.ts'
import type { Database } from './Database.ts'
import { NO_SOURCE } from './images.ts'
import type { SearchTable } from './search.ts'
import { isIndexDamage } from './sqliteErrors.ts'

type Rows = Omit<ErasableAmounts, 'cache'>

/** Deletion that leaves nothing: hidden rows too, and the pages of the file they stood on. */
export class EraseTable {
  readonly #db: Database
  readonly #search: Pick<SearchTable, 'rebuild'>

  constructor(db: Database, search: Pick<SearchTable, 'rebuild'>) {
    this.#db = db
    this.#search = search
  }

  amounts(): Rows {
    const pictures = this.#db.get<{ n: number; bytes: number }>(`SELECT count(*) AS n, coalesce(sum(bytes), 0) AS bytes FROM images WHERE ${OF_CHATS}`) ?? { n: 0, bytes: 0 }
    return {
      chats: { chats: this.#count('chats'), messages: this.#count('messages'), pictures: pictures.n, bytes: pictures.bytes },
      runs: { runs: this.#count('runs'), records: this.#count('records') },
      templates: { templates: this.#count('templates') },
      connections: { entries: this.#count('connections') },
    }
  }

  /** Deletes the rows, all or none. Returns which pictures are still shown by what stays. A damaged index of words does not keep them. */
  remove(what: ReadonlySet<Erasable>): ReadonlySet<string> {
    try {
      return this.#remove(what)
    } catch (error) {
      if (!isIndexDamage(error)) throw error
      this.#search.rebuild()
      return this.#remove(what)
    }
  }

  /** How many rows are left of what was removed. */
  left(what: ReadonlySet<Erasable>): number {
    return tablesOf(what).reduce((sum, table) => sum + this.#count(table), 0)
  }

  /**
   * Writes the database anew without the pages that were freed, and empties its log. False where another process reads it just now.
   * The index of words is built anew where texts went: it keeps the trigrams of deleted ones until then.
   */
  rewrite(what: ReadonlySet<Erasable>): boolean {
    try {
      if (what.has('chats')) this.#search.rebuild()
      this.#db.exec('VACUUM')
      return this.#db.get<{ busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)')?.busy === 0
    } catch (error) {
      if (error instanceof Error && /locked|busy/i.test(error.message)) return false
      throw error
    }
  }

  #remove(what: ReadonlySet<Erasable>): ReadonlySet<string> {
    return this.#db.transaction(() => {
      for (const table of tablesOf(what)) this.#db.run(`DELETE FROM ${table}`)
      const [chats, runs] = [what.has('chats'), what.has('runs')]
      if (runs) this.#db.run('DELETE FROM page_pictures')
      // Pictures that were given belong to chats, pages to runs; one that is both stays with what stays, and so does one of which a message shows a part.
      const free = `${OF_CHATS} AND NOT EXISTS (SELECT 1 FROM message_images WHERE image_id = images.id) AND ${NO_SOURCE}`
      if (chats) this.#db.run(`DELETE FROM images WHERE ${free}`)
      else if (runs) this.#db.run(`DELETE FROM images WHERE ${free} AND given_at IS NULL`)
      return new Set(this.#db.all<{ id: string }>('SELECT id FROM images').map(({ id }) => id))
    })
  }

  #count(table: string): number {
    return this.#db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0
  }
}

/** No pages of documents. */
const OF_CHATS = 'NOT EXISTS (SELECT 1 FROM page_pictures WHERE image_id = images.id)'

function tablesOf(what: ReadonlySet<Erasable>): string[] {
  return [...(what.has('chats') ? ['chat_tags', 'message_images', 'messages', 'chats', 'search_entries'] : []), ...(what.has('runs') ? ['runs'] : []), ...(what.has('templates') ? ['templates'] : []), ...(what.has('connections') ? ['connections'] : [])]
}
