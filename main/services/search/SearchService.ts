import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SearchHit, SearchInput, SearchResult } from '../../contract/domains/search.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Logger } from '../../platform/log.ts'
import type { FoundRow, SearchSlice, SearchTable } from '../../storage/search.ts'
import { isDamage } from '../../storage/sqliteErrors.ts'
import { holdsAll, makeSnippet } from './snippet.ts'
import { parseTerms, spellingsOf, type Terms } from './terms.ts'

/**
 * Entries of one step. SQLite works in this process, and a statement cannot be interrupted: between the steps answers
 * that are being written pass on their text, and a search nobody waits for any more ends. A step takes some milliseconds.
 */
const STEP = { indexed: 20_000, read: 2000 }

/** Entries that one search for short words alone reads at most; `next` goes on from there. */
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
      if (!isDamage(error)) throw error
      this.#logger.warn('The search index was damaged and is built anew', { error })
      this.#table.rebuild()
      return await this.#search(terms, input, signal)
    }
  }

  async #search(terms: Terms, { limit, before }: SearchInput, signal?: AbortSignal): Promise<SearchResult> {
    const hits: SearchHit[] = []
    const start = Math.min(before ?? Infinity, this.#table.newest() + 1)
    const step = terms.long.length > 0 ? STEP.indexed : STEP.read
    for (let below = start; below > 1; ) {
      if (signal?.aborted === true) throw new AppError('ABORTED')
      const slice = { from: Math.max(1, below - step), before: below, limit: limit + 1 }
      const rows = this.#rows(terms, slice)
      for (const row of rows) {
        if (!holds(row, terms)) continue
        // One more than is wanted tells that there is more.
        if (hits.length === limit) return { hits, next: hits.at(-1)?.place ?? null, bounded: false }
        hits.push(toHit(row, terms))
      }
      below = rows.length < slice.limit ? slice.from : (rows.at(-1)?.id ?? slice.from)
      if (terms.long.length === 0 && below > 1 && start - below >= MOST_READ) return { hits, next: below, bounded: true }
      await nextTurn()
    }
    return { hits, next: null, bounded: false }
  }

  #rows(terms: Terms, slice: SearchSlice): FoundRow[] {
    const [short = ''] = terms.all
    return terms.long.length > 0 ? this.#table.indexed(terms.long, slice) : this.#table.read(spellingsOf(short), slice)
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
