import type { CacheUsage } from '../../../main/contract/domains/cache.ts'
import type { AppError } from '../../../main/contract/errors/AppError.ts'
import { readError } from '../transport/errors.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { lookAgain } from './lookAgain.ts'

/** Milliseconds between two readings while somebody looks. */
const readingInterval = 2000

/** What the engine keeps on disk to answer sooner. Known only while somebody looks. */
export class EngineCache {
  usage = $state.raw<CacheUsage | null>(null)
  /** Why the figures are not known, or no longer. */
  unreadable = $state.raw<AppError | null>(null)
  /** What is under way because the person asked for it. */
  busy = $state<'limit' | 'clear' | null>(null)
  /** Why that failed the last time. */
  failure = $state.raw<AppError | null>(null)
  /** Bytes the last clearing freed; null where the last thing was no clearing. */
  freed = $state<number | null>(null)
  readonly #client: Client
  /** Counts readings and changes, so that an older answer never replaces a newer one. */
  #asked = 0
  /** Changes go out one after the other: the last one chosen is the last one set. */
  #changes: Promise<void> = Promise.resolve()

  constructor(client: Client) {
    this.#client = client
  }

  /** Reads again and again until the signal aborts. What was said about earlier changes is forgotten. */
  async watch(signal: AbortSignal): Promise<void> {
    this.failure = null
    this.freed = null
    await lookAgain(readingInterval, signal, async () => await this.read(signal))
  }

  /** Brings the figures up to date, unless a change is under way, which brings its own. */
  async read(signal?: AbortSignal): Promise<void> {
    if (this.busy !== null) return
    const asked = ++this.#asked
    try {
      const usage = await this.#client.cache.usage({}, { ...(signal === undefined ? {} : { signal }) })
      if (asked === this.#asked) this.#take(usage)
    } catch (thrown) {
      if (asked === this.#asked && signal?.aborted !== true) this.unreadable = readError(thrown)
    }
  }

  /** Sets the limit, shown at once, and deletes what does not fit. */
  async setLimit(limit: number): Promise<void> {
    if (this.usage !== null) this.usage = { ...this.usage, limit }
    await this.#change('limit', async () => await this.#client.cache.setLimit({ limit }))
  }

  async clear(): Promise<void> {
    const before = this.usage?.bytes ?? 0
    await this.#change('clear', async () => {
      const usage = await this.#client.cache.clear()
      this.freed = Math.max(0, before - usage.bytes)
      return usage
    })
  }

  #change(kind: 'limit' | 'clear', call: () => Promise<CacheUsage>): Promise<void> {
    const asked = ++this.#asked
    this.busy = kind
    this.failure = null
    this.freed = null
    this.#changes = this.#changes.then(async () => {
      try {
        const usage = await call()
        if (asked === this.#asked) this.#take(usage)
      } catch (thrown) {
        this.failure = readError(thrown)
      }
      if (asked !== this.#asked) return
      this.busy = null
      // A part of it may have been done.
      if (this.failure !== null) await this.read()
    })
    return this.#changes
  }

  #take(usage: CacheUsage): void {
    this.usage = usage
    this.unreadable = null
  }
}
