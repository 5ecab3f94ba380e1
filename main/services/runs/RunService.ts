import type { ExportOptions, ExtractionRecord, Run, RunItem } from '../../contract/domains/extraction.ts'
import type { Template } from '../../contract/domains/template.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { neverAborted } from '../../platform/neverAborted.ts'
import { nextWithin } from '../../platform/nextWithin.ts'
import type { Notifier } from '../../platform/Notifier.ts'
import { newId } from '../../storage/ids.ts'
import type { RunRow } from '../../storage/runs.ts'
import { shownRecord } from './countToReview.ts'
import { modeOf } from '../extraction/modeOf.ts'
import { describeItem, describeRun } from './describeRun.ts'
import type { RecordService } from './RecordService.ts'
import type { RunPorts } from './RunPorts.ts'
import type { RunWorker } from './RunWorker.ts'

/** A page is told of progress no more often than this, in milliseconds. */
const SHOW_EVERY = 300
/** How often what other processes do is looked at, in milliseconds. */
const LOOK_EVERY = 1000
/** Records that are in memory at a time while a run is exported. */
const RECORDS_AT_A_TIME = 200

/** What a new run is to be. */
export interface NewRun {
  readonly templateId: string
  /** Empty: the template's title. */
  readonly name?: string
  readonly mode?: Template['mode']
  readonly per?: Run['per']
  readonly threshold?: number | undefined
  /** No other process works on it while this one lives. For a command that brings its own engine. */
  readonly isOwn?: boolean
  /** Files, folders and patterns that a command was given, absolute. */
  readonly inputs?: readonly string[]
}

/** Runs and their queues. What the routes of `contract/extraction.ts` under `runs` promise is kept here and in its neighbours. */
export class RunService {
  readonly #ports: RunPorts
  readonly #worker: RunWorker
  readonly #records: RecordService
  readonly #changes: Notifier
  #forgetting: Promise<void> = Promise.resolve()

  constructor(ports: RunPorts, worker: RunWorker, records: RecordService, changes: Notifier) {
    this.#ports = ports
    this.#worker = worker
    this.#records = records
    this.#changes = changes
  }

  /** All runs, newest first. */
  list(): Run[] {
    const { runs, runItems, records } = this.#ports.store
    const [counts, toReview] = [runItems.counts(), records.toReview()]
    return runs.list().map((row) =>
      describeRun(row, {
        counts: counts.get(row.id),
        toReview: toReview.get(row.id),
        recent: row.state === 'done' ? [] : runItems.recent(row.id),
        stalled: row.worker === null || row.worker === this.#ports.store.lock.token ? this.#worker.stalled(row.id) : null,
      }),
    )
  }

  /** Throws `RUN_MISSING`. */
  get(id: string): Run {
    const found = this.list().find((run) => run.id === id)
    if (found === undefined) throw new AppError('RUN_MISSING')
    return found
  }

  /** All runs now, then again at every change, a few times a second at most; also what other processes do. Ends when `signal` aborts. */
  async *watch(signal: AbortSignal = neverAborted()): AsyncGenerator<Run[], void, undefined> {
    let shown = ''
    while (!signal.aborted) {
      const runs = this.list()
      const text = JSON.stringify(runs)
      if (text === shown) {
        await nextWithin(this.#changes, this.#ports.clock, LOOK_EVERY, signal)
        continue
      }
      shown = text
      yield runs
      await this.#ports.clock.sleep(SHOW_EVERY, signal)
    }
  }

  /** A run without files; it begins with the first one. Rejects where there is no such template. */
  async create({ templateId, name = '', mode = 'auto', per = 'page', threshold, isOwn = false, inputs }: NewRun): Promise<Run> {
    const { store, templates, clock, defaultThreshold } = this.#ports
    const { template, version } = await templates.get(templateId)
    const row: RunRow = {
      id: newId(),
      name: name.trim() === '' ? template.title : name.trim(),
      templateId,
      templateVersion: version,
      template,
      mode: modeOf(template, mode),
      per,
      threshold: threshold ?? defaultThreshold,
      state: 'running',
      error: null,
      watched: null,
      worker: isOwn ? store.lock.token : null,
      createdAt: clock.now(),
      inputs: inputs ?? null,
    }
    store.runs.add(row)
    return this.#changed(row.id)
  }

  /** Stops reading at once; the page under way is read again later. Throws `RUN_MISSING`. */
  pause(id: string): Run {
    this.#worker.saveStall()
    this.#row(id)
    this.#ports.store.runs.pause(id, null)
    return this.#changed(id)
  }

  /** Goes on; where the engine had given up, it starts anew. Throws `RUN_MISSING`, and what keeps this from being written. */
  resume(id: string): Run {
    this.#worker.saveStall()
    const { error } = this.#row(id)
    if (error !== null) this.#ports.engine.retry()
    this.#ports.store.runs.resume(id)
    return this.#changed(id)
  }

  /** Judges all cells by another threshold. Throws `RUN_MISSING`. */
  setThreshold(id: string, threshold: number): Run {
    this.#row(id)
    this.#ports.store.transaction(() => {
      this.#ports.store.runs.setThreshold(id, threshold)
      this.#records.recount(id, threshold)
    })
    return this.#changed(id)
  }

  /**
   * Stops it and hides it until it is restored, or deleted for good at the next start. What was made of its documents and can be made
   * again goes as soon as nobody reads them any more, see `forgotten`. Throws `RUN_MISSING`.
   */
  remove(id: string): void {
    const { store, clock } = this.#ports
    if (!store.runs.remove(id, store.lock.token, clock.now())) throw new AppError('RUN_MISSING')
    this.#wake()
    this.#forget(() => store.runDocuments.ofRun(id))
  }

  /** Throws `RUN_MISSING` where it was deleted for good. */
  restore(id: string): Run {
    if (!this.#ports.store.runs.restore(id)) throw new AppError('RUN_MISSING')
    return this.#changed(id)
  }

  /** A part of the queue, in its order. Throws `RUN_MISSING`. */
  items(id: string, from: number, count: number): { items: RunItem[]; total: number } {
    const { counts } = this.get(id)
    const total = Object.values(counts).reduce((sum, items) => sum + items, 0)
    return { items: this.#ports.store.runItems.page(id, from, count).map(describeItem), total }
  }

  /** Looks at items and reads them again; at all that failed where none are named. Throws `RUN_MISSING`. */
  retry(id: string, items: readonly string[] | null): void {
    this.#row(id)
    this.#ports.store.runItems.retry(id, items)
    this.#wake()
  }

  /** Puts a waiting item before another one, or at the end. One that does not wait any more stays where it is. Throws `RUN_ITEM_MISSING`. */
  move(item: string, before: string | null): void {
    this.#item(item)
    this.#ports.store.runLine.move(item, before)
    this.#wake()
  }

  /** Takes an item out of its run, and deletes what was read of it at once, and what was made of it as with `remove`. Throws `RUN_ITEM_MISSING`. */
  removeItem(id: string): void {
    const { store } = this.#ports
    this.#item(id)
    const documents = store.runDocuments.ofItem(id)
    store.transaction(() => {
      const stored = store.runItems.remove(id)?.stored ?? null
      if (stored !== null && !store.runs.isStoredUsed(stored)) store.documents.remove(stored)
    })
    this.#wake()
    this.#forget(() => documents)
  }

  /** Resolves when of all that was removed so far nothing is left that was to go. Never rejects. */
  async forgotten(): Promise<void> {
    await this.#forgetting
  }

  /** Makes a file of what was read. Rejects `RUN_MISSING` and what the exporter rejects. */
  async export(id: string, options: ExportOptions): Promise<{ file: Blob; name: string }> {
    const run = this.get(id)
    return await this.#ports.exporter.export(run, this.#allRecords(run), options)
  }

  *#allRecords({ id, threshold }: Run): Generator<ExtractionRecord, void, undefined> {
    for (let from = 0; ; from += RECORDS_AT_A_TIME) {
      const records = this.#ports.store.records.page(id, from, RECORDS_AT_A_TIME)
      yield* records.map((record) => shownRecord(record, threshold))
      if (records.length < RECORDS_AT_A_TIME) return
    }
  }

  /** Nobody who removes something waits for this: a page may take long to stop. */
  #forget(documents: () => readonly string[]): void {
    this.#forgetting = Promise.all([this.#forgetting, this.#forgetNow(documents)]).then(() => undefined)
  }

  /**
   * Deletes what was made of those documents that no run has any more; never rejects. What cannot be deleted now of a removed run waits
   * for the next start. Of a removed item nothing says so any more: its pictures go like any that nobody shows, and what the engine
   * keeps goes when its budget needs the room.
   */
  async #forgetNow(documents: () => readonly string[]): Promise<void> {
    try {
      // A page that is being read would leave something behind after that.
      await this.#worker.stopped()
      await this.#ports.documents.forget(this.#ports.store.runDocuments.unused(documents()))
    } catch (error) {
      this.#ports.logger.warn('What was made of removed documents could not be deleted', { error })
    }
  }

  #row(id: string): RunRow {
    const row = this.#ports.store.runs.find(id)
    if (row === null) throw new AppError('RUN_MISSING')
    return row
  }

  #item(id: string): void {
    if (this.#ports.store.runItems.find(id) === null) throw new AppError('RUN_ITEM_MISSING')
  }

  #changed(id: string): Run {
    this.#wake()
    return this.get(id)
  }

  #wake(): void {
    this.#changes.notify()
    this.#worker.wake()
  }
}
