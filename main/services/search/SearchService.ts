import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SearchHit, SearchInput, SearchResult } from '../../contract/domains/search.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Logger } from '../../platform/log.ts'
import type { FoundRow, SearchTable } from '../../storage/search.ts'
import { isIndexDamage } from '../../storage/sqliteErrors.ts'
import { holdsAll, makeSnippet } from './snippet.ts'
import { parseTerms, spellingsOf, type Terms } from './terms.ts'

/**
 * Entries of one step where texts are read one by one. SQLite works in this process, and a statement cannot be interrupted:
 * between the steps answers that are being written pass on their text, and a search nobody waits for any more ends.
 * The index needs no steps: it finds a page of hits among a hundred thousand messages in some milliseconds.
 */
const STEP = 2000

/** Texts that one search reads at most for words of one or two characters; `next` goes on from there. */
const MOST_READ = 20_000

/** Finds what was written in chats. */
export class SearchService {
  readonly #table: SearchTable
  readonly #logger: Logger

  constructor(table: SearchTable, logger: Logger) {
    this.#table = table
    this.#logger = logger
  }

  /** Builds the index anew where it does not fit what is stored. Never throws: another start, or a search, tries again. */
  mend(): void {
    try {
      if (this.#table.mend()) this.#logger.warn('The search index did not fit and was built anew')
    } catch (error) {
      this.#logger.warn('The search index could not be built anew', { error })
    }
  }

  /** Rejects `ABORTED`. */
  async search(input: SearchInput, signal?: AbortSignal): Promise<SearchResult> {
    const terms = parseTerms(input.text)
    if (terms.all.length === 0) return { hits: [], next: null, bounded: false }
    try {
      return await this.#search(terms, input, signal)
    } catch (error) {
      if (!isIndexDamage(error)) throw error
      this.#logger.warn('The search index was damaged and is built anew', { error })
      this.#table.rebuild()
      return await this.#search(terms, input, signal)
    }
  }

  async #search(terms: Terms, { limit, before }: SearchInput, signal?: AbortSignal): Promise<SearchResult> {
    const hits: SearchHit[] = []
    let below = Math.min(before ?? Infinity, this.#table.newest() + 1)
    for (let read = 0; below > 1; ) {
      if (signal?.aborted === true) throw new AppError('ABORTED')
      const step = this.#step(terms, below, limit)
      for (const row of step.rows) {
        if (!holds(row, terms)) continue
        // One more than is wanted tells that there is more.
        if (hits.length === limit) return { hits, next: hits.at(-1)?.place ?? null, bounded: false }
        hits.push(toHit(row, terms))
      }
      below = step.below
      read += step.read
      if (read >= MOST_READ && below > 1) return { hits, next: below, bounded: true }
      await nextTurn()
    }
    return { hits, next: null, bounded: false }
  }

  /** The next rows before an entry, how many texts were read for them, and before which entry the search goes on. */
  #step(terms: Terms, before: number, limit: number): { rows: FoundRow[]; read: number; below: number } {
    const [short = ''] = terms.all
    const indexed = terms.long.length > 0
    const from = indexed ? 1 : Math.max(1, before - STEP)
    // Where short words beside the long ones are to be checked, most rows may fall out again.
    const most = indexed && terms.long.length < terms.all.length ? STEP : limit + 1
    const slice = { from, before, limit: most }
    const rows = indexed ? this.#table.indexed(terms.long, slice) : this.#table.read(spellingsOf(short), slice)
    const below = rows.length < most ? from : (rows.at(-1)?.id ?? from)
    return { rows, read: indexed ? rows.length : before - below, below }
  }
}

/** What index or database found is right for long words; short ones are looked for here. */
function holds({ text }: FoundRow, { all, long }: Terms): boolean {
  return all.length === long.length || holdsAll(text, all.filter((term) => !long.includes(term)))
}

function toHit(row: FoundRow, { all }: Terms): SearchHit {
  return {
    place: row.id,
    kind: row.message_id === null ? 'title' : row.image === null ? 'text' : 'image',
    chat: { id: row.chat_id, title: row.title, archived: row.archived === 1 },
    message: row.message_id === null || row.role === null || row.created_at === null ? null : { id: row.message_id, role: row.role, createdAt: row.created_at },
    snippet: makeSnippet(row.text, all),
  }
}
