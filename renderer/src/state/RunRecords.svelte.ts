/* eslint-disable svelte/prefer-svelte-reactivity -- no template reads the maps and sets here: they are made anew, or only kept */
import type { ExtractionRecord } from '../../../main/contract/domains/extraction.ts'
import type { AppError } from '../../../main/contract/errors/AppError.ts'
import { readError } from '../transport/errors.ts'

/** Records asked for at a time. */
export const pageSize = 200

/** Milliseconds that counts of both sides may differ before that means something: the services tell theirs a few times a second. */
const agreeAfter = 1500

type ReadPage = (from: number, count: number) => Promise<{ readonly records: readonly ExtractionRecord[]; readonly total: number }>

/** The records of a run in the order of its queue, read page by page; new ones join while the run goes on. */
export class RunRecords {
  list = $state.raw<readonly ExtractionRecord[]>([])
  /** The first page is there. */
  loaded = $state(false)
  /** Why they could not be read; those read before stay. */
  error = $state.raw<AppError | null>(null)
  readonly #byId = $derived.by(() => new Map(this.list.map((record) => [record.id, record])))
  readonly #readPage: ReadPage
  /** Counts what was put in here, so that an older answer never replaces a newer record. */
  #clock = 0
  readonly #putAt = new Map<string, number>()
  #reading: Promise<void> | null = null
  #again: 'no' | 'more' | 'whole' = 'no'
  /** A count that stayed different from ours although everything was read anew: no reason to do so again. */
  #disagreed: number | null = null

  constructor(readPage: ReadPage) {
    this.#readPage = readPage
  }

  find(id: string | null): ExtractionRecord | null {
    return (id === null ? undefined : this.#byId.get(id)) ?? null
  }

  /** Takes a record as the services have just told it. */
  put(record: ExtractionRecord): void {
    this.#putAt.set(record.id, ++this.#clock)
    this.list = this.list.map((other) => (other.id === record.id ? record : other))
  }

  /** Reads what has come, or everything anew. Settles when what was there at the call is here. Never rejects. */
  async read(whole: boolean): Promise<void> {
    if (this.#reading !== null) {
      if (this.#again !== 'whole') this.#again = whole ? 'whole' : 'more'
      await this.#reading
      return
    }
    this.#reading = this.#readAll(whole)
    await this.#reading
    this.#reading = null
  }

  /** Reads everything anew where the services' count still differs from ours after a while. `counts`: theirs and ours; null: not now. */
  async agree(theirs: number, counts: () => readonly [number, number] | null): Promise<void> {
    const differ = () => {
      const now = counts()
      return now !== null && now[0] !== now[1] && now[0] !== this.#disagreed
    }
    if (theirs === this.#disagreed || !differ()) return
    await new Promise((resolve) => setTimeout(resolve, agreeAfter))
    if (!differ()) return
    this.#disagreed = counts()?.[0] ?? null
    await this.read(true)
  }

  async #readAll(whole: boolean): Promise<void> {
    let next: 'more' | 'whole' = whole ? 'whole' : 'more'
    for (;;) {
      this.#again = 'no'
      try {
        if (next === 'whole' || !(await this.#readMore())) await this.#readFrom(0)
        this.error = null
        this.loaded = true
      } catch (thrown) {
        const error = readError(thrown)
        if (error.code !== 'CONNECTION_LOST' && error.code !== 'ABORTED') this.error = error
      }
      // Set by calls that came meanwhile.
      const again = this.#again as 'no' | 'more' | 'whole'
      if (again === 'no') return
      next = again
    }
  }

  /** Reads on from the last known record. False where it is no longer in its place, since others came before it or left. */
  async #readMore(): Promise<boolean> {
    if (this.list.length === 0) return false
    return await this.#readFrom(this.list.length - 1)
  }

  async #readFrom(start: number): Promise<boolean> {
    const began = this.#clock, last = this.list.at(-1)?.id
    const read: ExtractionRecord[] = []
    for (let total = start + 1; start + read.length < total; ) {
      const answer = await this.#readPage(start + read.length, pageSize)
      if (start > 0 && read.length === 0 && answer.records[0]?.id !== last) return false
      read.push(...answer.records)
      total = answer.total
      if (answer.records.length === 0) break
      // Something to see before a long run is there as a whole.
      if (!this.loaded) this.#merge(0, read, began)
      this.loaded = true
    }
    this.#merge(start, read, began)
    return true
  }

  /** Replaces what stands from `start` on. What was put in since `began` is newer than what was read. */
  #merge(start: number, read: readonly ExtractionRecord[], began: number): void {
    const fresh = read.map((record) => ((this.#putAt.get(record.id) ?? 0) > began ? (this.find(record.id) ?? record) : record))
    const ids = new Set(fresh.map(({ id }) => id))
    const whole = [...this.list.slice(0, start).filter(({ id }) => !ids.has(id)), ...fresh]
    this.list = [...new Map(whole.map((record) => [record.id, record])).values()]
  }
}
