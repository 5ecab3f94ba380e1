import type { MemoryNow, MemoryReading } from '../../../main/contract/domains/library.ts'
import type { EngineStatus } from '../../../main/contract/domains/model.ts'
import { readError } from '../transport/errors.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { lookAgain } from './lookAgain.ts'

/** Milliseconds between two readings while somebody looks: often enough to see a load grow, seldom enough to cost nothing. */
const readingInterval = 2000

type State = EngineStatus['state'] | null

/** What the engine takes of this machine's memory, and what is free around it. Known only while somebody looks. */
export class Machine {
  now = $state.raw<MemoryReading | null>(null)
  /** How it was before the last load or unload that was seen here. */
  before = $state.raw<{ readonly reading: MemoryReading; readonly change: 'load' | 'unload' } | null>(null)
  /** All memory seen so far; empty until some is. A graphics card that the last reading lacks, since no engine runs, is still there. */
  places = $state.raw<readonly MemoryNow[]>([])
  readonly #client: Client
  #engine: State = null
  /** The reading when a load began. */
  #unloaded: MemoryReading | null = null
  /** Counts readings, so that an older answer never replaces a newer one. */
  #asked = 0

  constructor(client: Client) {
    this.#client = client
  }

  /** Reads again and again until the signal aborts, but not while the page lies hidden. */
  async watch(signal: AbortSignal): Promise<void> {
    await lookAgain(readingInterval, signal, async () => await this.read(signal))
  }

  async read(signal?: AbortSignal): Promise<void> {
    const asked = ++this.#asked
    try {
      const reading = await this.#client.models.memory({}, { ...(signal === undefined ? {} : { signal }) })
      if (asked === this.#asked) this.#take(reading)
    } catch (thrown) {
      // Nothing depends on it. After a lost connection the old figures stand until it is back; whatever else fails, none are shown.
      if (asked === this.#asked && signal?.aborted !== true && readError(thrown).code !== 'CONNECTION_LOST') this.now = null
    }
  }

  /** Takes notice of what the engine does: a load or unload makes the last reading the one before it. */
  engineIs(state: State): void {
    const was = this.#engine
    this.#engine = state
    if (state === was) return
    if (state === 'loading') this.#unloaded = this.now
    const freed = (state === 'none' || state === 'resting') && (was === 'ready' || was === 'loading')
    if (state === 'ready' && was === 'loading') this.#remember(this.#unloaded, 'load')
    else if (freed) this.#remember(this.now, 'unload')
    else if (state !== 'none' && state !== 'resting') this.before = null
  }

  #remember(reading: MemoryReading | null, change: 'load' | 'unload'): void {
    this.before = reading === null ? null : { reading, change }
    // What is shown as "now" is from before as well.
    void this.read()
  }

  #take(reading: MemoryReading): void {
    this.now = reading
    const missing = this.places.filter((known) => !reading.places.some((place) => samePlace(place, known)))
    this.places = [...reading.places, ...missing]
  }
}

/** Whether two figures are about the same memory. */
export function samePlace(a: MemoryNow, b: MemoryNow): boolean {
  return a.kind === b.kind && a.name === b.name
}
