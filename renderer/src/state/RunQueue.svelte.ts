import type { Run, RunItem } from '../../../main/contract/domains/extraction.ts'
import type { AppError } from '../../../main/contract/errors/AppError.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'
import type { Report } from './report.ts'

export type QueueFilter = 'all' | 'failed' | 'skipped'

/** Rows of one page of the queue, and rows asked for at once while looking for those of a state. */
export const queuePage = 100
const scan = 1000

/** The queue of one run: a page of it, or a page of those that failed or were skipped. Asked for again as the run goes on. */
export class RunQueue {
  filter = $state<QueueFilter>('all')
  /** The first row that shows, counted within the filter. */
  from = $state(0)
  items = $state.raw<readonly RunItem[]>([])
  /** Rows within the filter. */
  total = $state(0)
  loaded = $state(false)
  error = $state.raw<AppError | null>(null)
  readonly #run: string
  readonly #client: Client
  readonly #report: Report
  #looking: Promise<void> | null = null
  #again = false

  constructor(run: string, client: Client, report: Report) {
    this.#run = run
    this.#client = client
    this.#report = report
  }

  /** Brings the page up to date. While that is under way, further calls lead to one more look after it. */
  async refresh(): Promise<void> {
    if (this.#looking !== null) {
      this.#again = true
      await this.#looking
      return
    }
    this.#looking = this.#look()
    await this.#looking
  }

  async show(filter: QueueFilter, from = 0): Promise<void> {
    this.filter = filter
    this.from = from
    await this.refresh()
  }

  /** Puts a waiting item before the waiting item above it (-1) or behind the one below (1). The list shows it at once. */
  async move(item: RunItem, by: -1 | 1): Promise<void> {
    const waiting = this.items.filter(({ state }) => state === 'waiting')
    const at = waiting.findIndex(({ id }) => id === item.id)
    const before = by === -1 ? waiting[at - 1] : waiting[at + 2]
    // Behind the last row of this page the rest of the queue goes on; only the services know what comes there.
    const last = by === 1 && before === undefined
    if (at === -1 || (by === -1 && before === undefined) || waiting[at + by] === undefined) return
    if (last && this.from + this.items.length < this.total) {
      const next = await this.#ask(async () => await this.#client.runs.items({ id: this.#run, from: this.from + this.items.length, count: 1 }))
      await this.#moveBefore(item, next?.items[0]?.id ?? null)
    } else await this.#moveBefore(item, before?.id ?? null)
  }

  /** Puts a waiting item before all others that wait. */
  async moveFirst(item: RunItem): Promise<void> {
    const first = await this.#firstWaiting()
    if (first !== null && first !== item.id) await this.#moveBefore(item, first)
  }

  /** Takes an item out of the run; false where that failed. */
  async remove(item: RunItem): Promise<boolean> {
    const answer = await this.#ask(async () => await this.#client.runs.removeItem({ item: item.id }))
    await this.refresh()
    return answer !== null
  }

  async #moveBefore(item: RunItem, before: string | null): Promise<void> {
    await this.#ask(async () => await this.#client.runs.move({ item: item.id, before }))
    await this.refresh()
  }

  async #firstWaiting(): Promise<string | null> {
    for (let from = 0; ; from += scan) {
      const page = await this.#ask(async () => await this.#client.runs.items({ id: this.#run, from, count: scan }))
      const found = page?.items.find(({ state }) => state === 'waiting')
      if (found !== undefined) return found.id
      if (page === null || from + scan >= page.total) return null
    }
  }

  async #look(): Promise<void> {
    try {
      do {
        this.#again = false
        const { filter, from } = this
        const page = filter === 'all' ? await this.#client.runs.items({ id: this.#run, from, count: queuePage }) : await this.#ofState(filter, from)
        if (filter !== this.filter || from !== this.from) this.#again = true
        else this.#take(page)
      } while (this.#again)
      this.error = null
    } catch (thrown) {
      const error = readError(thrown)
      if (error.code !== 'CONNECTION_LOST') this.error = error
    } finally {
      this.#looking = null
    }
  }

  #take({ items, total }: { items: readonly RunItem[]; total: number }): void {
    this.items = items
    this.total = total
    this.loaded = true
    // The last rows were removed: the page before is the last one now.
    if (items.length === 0 && this.from > 0) {
      this.from = Math.max(0, Math.floor((total - 1) / queuePage) * queuePage)
      this.#again = true
    }
  }

  async #ofState(state: Exclude<QueueFilter, 'all'>, from: number): Promise<{ items: readonly RunItem[]; total: number }> {
    const found: RunItem[] = []
    for (let at = 0; ; at += scan) {
      const { items, total } = await this.#client.runs.items({ id: this.#run, from: at, count: scan })
      found.push(...items.filter((item) => item.state === state))
      if (at + scan >= total) return { items: found.slice(from, from + queuePage), total: found.length }
    }
  }

  async #ask<Answer>(work: () => Promise<Answer>): Promise<Answer | null> {
    try {
      return await work()
    } catch (thrown) {
      this.#report(thrown)
      return null
    }
  }
}

/** Changes whenever rows of a run may read otherwise. */
export function queueSign({ counts, state }: Run): string {
  return [state, ...Object.values(counts)].join(' ')
}
