import { toAppError } from '../../contract/errors/AppError.ts'
import type { ErrorData } from '../../contract/errors/AppError.ts'
import { nextWithin } from '../../platform/nextWithin.ts'
import { Notifier } from '../../platform/Notifier.ts'
import type { ClaimedItem } from '../../storage/runItems.ts'
import type { Asking } from '../../storage/runs.ts'
import type { DocumentShelf } from './DocumentShelf.ts'
import { ItemWork } from './ItemWork.ts'
import type { RunPorts } from './RunPorts.ts'
import { isDiskTrouble } from './troubleOf.ts'

const WIDTH = 2
/** How often a worker looks what other processes did to what it reads, in milliseconds. */
const LOOK_EVERY = 1000

interface InHand {
  readonly claim: string
  readonly stop: AbortController
  /** It failed before, so it is read alone: should the engine die again, nobody else is to blame or to suffer. */
  readonly isSuspect: boolean
  readonly over: Promise<void>
}

/**
 * Works on what is in line, several pages at a time, for as long as the process lives.
 *
 * [Note: A claim decides] Whoever works on an item holds a claim of that one time. Pausing, removing, reading again and the death
 * of a process take it away, in the database; a result counts only in the same transaction that finds its claim still there. So it
 * does not matter how late a worker hears of anything: it can write nothing twice, and nothing it should not.
 */
export class RunWorker {
  readonly #ports: RunPorts
  readonly #changed: () => void
  readonly #work: ItemWork
  readonly #wake = new Notifier()
  readonly #ending = new AbortController()
  readonly #reading = new Set<InHand>()
  #looking: InHand | null = null
  #loop: Promise<void> | null = null
  #only: string | null = null
  /** Why nothing can be written; told to the database as soon as it can be written again. */
  #stalled: ErrorData | null = null
  /** Runs of which something could not be written down, and why; they pause as soon as that can be. */
  readonly #failed = new Map<string, ErrorData>()

  constructor(ports: RunPorts, shelf: DocumentShelf, changed: () => void) {
    this.#ports = ports
    this.#changed = changed
    this.#work = new ItemWork(ports, shelf)
  }

  /** @param only Id of the one run to work on; null: all. */
  start(only: string | null): void {
    this.#only = only
    this.#loop ??= this.#workOn()
  }

  /** Something has changed: stops what lost its claim, and looks what is to be done. */
  wake(): void {
    this.#dropLost()
    this.#wake.notify()
  }

  /** Resolves when nothing is done any more for what lost its claim. */
  async stopped(): Promise<void> {
    await Promise.all(this.#inHand().filter(({ stop }) => stop.signal.aborted).map(async ({ over }) => await over))
  }

  /** What keeps a run from going on, where not even that can be written down. */
  stalled(runId: string): ErrorData | null {
    return this.#failed.get(runId) ?? this.#stalled
  }

  /** Writes down what keeps runs from going on. Throws where that still cannot be written. */
  saveStall(): void {
    if (this.#stalled === null && this.#failed.size === 0) return
    const { runs, lock } = this.#ports.store
    for (const [id, error] of this.#failed) {
      this.#ports.store.transaction(() => {
        const worker = runs.find(id)?.worker ?? null
        // Another process that works on it by now has no such trouble, or finds out by itself.
        if (worker === null || worker === lock.token) runs.pause(id, error)
      })
      this.#failed.delete(id)
    }
    if (this.#stalled !== null) runs.pauseAll(this.asking, this.#stalled)
    this.#stalled = null
    this.#dropLost()
    this.#changed()
  }

  get asking(): Asking {
    const { lock } = this.#ports.store
    return { worker: lock.token, isAlive: (token) => lock.isAlive(token), only: this.#only }
  }

  /** What was being read waits again. */
  async dispose(): Promise<void> {
    this.#ending.abort()
    for (const { stop } of this.#inHand()) stop.abort()
    await this.#loop
    await Promise.all(this.#inHand().map(async ({ over }) => await over))
    try {
      this.#ports.store.runs.release(this.asking.worker)
    } catch (error) {
      this.#ports.logger.warn('Runs could not be given back; whoever comes next sees that this process is gone', { error })
    }
  }

  async #workOn(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      try {
        this.saveStall()
        this.#dropLost()
        if (this.#ports.store.runs.isAnyRunning()) this.#takeWork()
      } catch (error) {
        // Anything but a full disk, as a database that is busy, may be well in a moment.
        if (isDiskTrouble(error)) this.#stall(error)
        else this.#ports.logger.warn('The queue of pages cannot be worked on', { error })
      }
      await nextWithin(this.#wake, this.#ports.clock, LOOK_EVERY, this.#ending.signal)
    }
  }

  #takeWork(): void {
    const { runItems } = this.#ports.store
    if (this.#looking === null) {
      const claimed = runItems.claimUnseen(this.asking)
      if (claimed !== null) this.#looking = this.#begin(claimed, (signal) => this.#work.look(claimed, signal))
    }
    while (this.#reading.size < (this.#ports.width ?? WIDTH) && ![...this.#reading].some(({ isSuspect }) => isSuspect)) {
      const claimed = runItems.claimWaiting(this.asking, this.#reading.size > 0)
      if (claimed === null) return
      this.#reading.add(this.#begin(claimed, (signal) => this.#work.read(claimed, signal)))
      this.#changed()
    }
  }

  #begin({ claim, item, run }: ClaimedItem, work: (signal: AbortSignal) => Promise<void>): InHand {
    const stop = new AbortController()
    const over = work(stop.signal)
      // Whether other runs are in trouble, too, shows in theirs.
      .catch((error: unknown) => this.#fail(run.id, error))
      .then(() => {
        this.#reading.delete(begun)
        if (this.#looking === begun) this.#looking = null
        this.#changed()
        this.#wake.notify()
      })
    const begun: InHand = { claim, stop, isSuspect: item.attempts > 0, over }
    return begun
  }

  #inHand(): InHand[] {
    return this.#looking === null ? [...this.#reading] : [...this.#reading, this.#looking]
  }

  #dropLost(): void {
    for (const { claim, stop } of this.#inHand()) {
      try {
        if (!stop.signal.aborted && !this.#ports.store.runItems.isClaimed(claim)) stop.abort()
      } catch (error) {
        this.#ports.logger.warn('A claim could not be looked up', { error })
      }
    }
  }

  /** One run has to pause. The others go on. */
  #fail(runId: string, error: unknown): void {
    const { code, params } = toAppError(error)
    this.#ports.logger.error('What became of a page cannot be written down', { run: runId, error })
    this.#failed.set(runId, { code, params })
    this.#changed()
  }

  /** Nothing can be written, so that no run can go on. */
  #stall(error: unknown): void {
    const { code, params } = toAppError(error)
    if (this.#stalled?.code !== code) this.#ports.logger.error('The queue of pages cannot be written to', { error })
    this.#stalled = { code, params }
    this.#changed()
  }
}
