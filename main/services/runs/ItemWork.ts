import { toAppError } from '../../contract/errors/AppError.ts'
import type { ErrorData } from '../../contract/errors/AppError.ts'
import { unreachable } from '../../platform/unreachable.ts'
import type { NewRecord } from '../../storage/records.ts'
import type { ClaimedItem } from '../../storage/runItems.ts'
import type { DocumentShelf } from './DocumentShelf.ts'
import { keepRecord } from './keepRecord.ts'
import { pagesOfItem, readItem } from './readItem.ts'
import type { RunPorts } from './RunPorts.ts'
import { troubleOf } from './troubleOf.ts'

/** Times that the engine may fail over a page before the page has failed. */
const MOST_ATTEMPTS = 3
/** Before a page waits again that somebody else stopped, in milliseconds. */
const WAIT_WHEN_STOPPED = 500

/** What is done with a claimed item, and what becomes of it. Rejects only where that cannot be written down. */
export class ItemWork {
  readonly #ports: RunPorts
  readonly #shelf: DocumentShelf
  /** When the last page was read, in milliseconds since the epoch. The time since then is what a page takes, however many are read at a time. */
  #lastEnd = 0
  /** Whether a page was read since the engine last failed: then the page may be to blame, and the engine gets another chance. */
  #hasReadSince = false

  constructor(ports: RunPorts, shelf: DocumentShelf) {
    this.#ports = ports
    this.#shelf = shelf
  }

  /** Finds out what a file is: its bytes, which pages of it are wanted, and whether the run has it already. */
  async look(claimed: ClaimedItem, signal: AbortSignal): Promise<void> {
    const { claim, item, run } = claimed
    let found
    try {
      found = await this.#shelf.once(item, (document) => ({ sha256: document.sha256, wanted: pagesOfItem(document, item, this.#ports) }), signal)
    } catch (error) {
      await this.#failed(claimed, error, signal)
      return
    }
    const duplicate = (first: string): ErrorData => ({ code: 'RUN_DUPLICATE', params: { name: item.name, first } })
    this.#ports.store.runLine.looked(claim, { sha256: found.sha256, pages: run.per === 'page' ? found.wanted : null }, duplicate)
  }

  async read(claimed: ClaimedItem, signal: AbortSignal): Promise<void> {
    const started = this.#ports.clock.now()
    let record
    try {
      record = await this.#shelf.with(claimed.item, async (document) => await readItem(document, claimed.item, claimed.run, this.#ports, signal), signal)
    } catch (error) {
      await this.#failed(claimed, error, signal)
      return
    }
    this.#keep(claimed, record, started)
  }

  #keep({ claim }: ClaimedItem, record: NewRecord, started: number): void {
    const { store, clock } = this.#ports
    const now = clock.now()
    const milliseconds = Math.max(0, now - Math.max(started, this.#lastEnd))
    this.#lastEnd = now
    this.#hasReadSince = true
    store.transaction(() => {
      const item = store.runItems.done(claim, milliseconds, now)
      if (item === null) return
      keepRecord(store, { runId: item.runId, itemId: item.id }, record)
      store.runs.settle(item.runId)
    })
  }

  async #failed({ claim, item, run }: ClaimedItem, thrown: unknown, signal: AbortSignal): Promise<void> {
    const { runItems, runs } = this.#ports.store
    const { code, params } = toAppError(thrown)
    const error = { code, params }
    const trouble = signal.aborted ? 'stopped' : troubleOf(thrown)
    if (trouble !== 'stopped') this.#ports.logger.warn('A page was not read', { item: item.id, page: item.page, trouble, error: thrown })
    switch (trouble) {
      case 'page':
        runItems.end(claim, 'failed', error)
        return
      case 'engine':
        runItems.countAttempt(claim, MOST_ATTEMPTS, error)
        // It gives up after some failures without a good answer between them, which a few bad pages one after the other also are.
        if (this.#hasReadSince) this.#ports.engine.retry()
        this.#hasReadSince = false
        return
      case 'nothing':
        // Where the claim is lost, the run has a new story by now.
        if (runItems.isClaimed(claim)) runs.pause(run.id, error)
        return
      case 'stopped':
        // An engine that is being stopped for good says so at once, again and again.
        await this.#ports.clock.sleep(WAIT_WHEN_STOPPED, signal)
        runItems.putBack(claim)
        return
      default:
        unreachable(trouble)
    }
  }
}
