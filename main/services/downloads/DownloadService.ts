import { download, downloadRequest } from '../../contract/domains/download.ts'
import type { Download, DownloadRequest } from '../../contract/domains/download.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { neverAborted } from '../../platform/neverAborted.ts'
import { nextWithin } from '../../platform/nextWithin.ts'
import { Notifier } from '../../platform/Notifier.ts'
import type { DownloadRow } from '../../storage/downloads.ts'
import { newId } from '../../storage/ids.ts'
import { describeDownload } from './describeDownload.ts'
import type { DownloadPorts } from './DownloadPorts.ts'
import { DownloadWorker } from './DownloadWorker.ts'
import { planDownload } from './planDownload.ts'
import { removeFiles } from './removeFiles.ts'

/** A page is told of progress no more often than this, in milliseconds. */
const SHOW_EVERY = 250
/** How often what other processes do is looked at, in milliseconds. */
const LOOK_EVERY = 1000

/**
 * Downloads of models, one after the other, in a queue that outlives the app: what was running goes on at the next start,
 * what the person paused stays paused. Several processes on one data folder share the queue; at any time only the one
 * that holds a download's claim works on it.
 */
export class DownloadService {
  readonly #ports: DownloadPorts
  readonly #worker: DownloadWorker
  readonly #changed = new Notifier()
  /** Ids of downloads that cannot be shown; each is logged once. */
  readonly #unsound = new Set<string>()

  constructor(ports: DownloadPorts) {
    this.#ports = ports
    this.#worker = new DownloadWorker(ports, () => this.#changed.notify())
  }

  /** Starts working on what is queued, also by earlier runs, and returns. `only`: on this download and no other. */
  goOn(only: string | null = null): void {
    this.#worker.start(only)
  }

  /** All downloads, oldest first. */
  list(): Download[] {
    return this.#rows().map(describeDownload).filter((described) => this.#isSound(described))
  }

  /**
   * Puts a download into the queue and returns its id; that of the one that is there already where the same is still on
   * its way, which then goes on. Throws `MODEL_UNKNOWN`, `BAD_INPUT`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`.
   */
  start(asked: DownloadRequest): string {
    const request = sound(asked)
    const same = this.#rows().find((row) => row.state !== 'done' && isSame(row.request, request))
    if (same !== undefined) {
      this.resume(same.id)
      return same.id
    }
    const { name, files } = planDownload(request, this.#ports.catalogue)
    const id = newId()
    this.#ports.store.downloads.add({ id, name, request, files }, this.#ports.clock.now())
    this.#wake()
    return id
  }

  /** Keeps what was fetched. One that has ended stays as it is. */
  pause(id: string): void {
    this.#ports.store.downloads.pause(id, (token) => this.#ports.store.lock.isAlive(token))
    this.#worker.obey(id)
    this.#wake()
  }

  /** The same, unless another process works on it; that one goes on. */
  pauseHere(id: string): void {
    const { downloads, lock } = this.#ports.store
    const worker = downloads.find(id)?.worker ?? null
    if (worker === null || worker === lock.token || !lock.isAlive(worker)) this.pause(id)
  }

  /** Puts a paused or failed one back into the queue. */
  resume(id: string): void {
    this.#worker.saveUnsaved()
    this.#ports.store.downloads.resume(id)
    this.#wake()
  }

  /** Ends it and deletes what it has fetched; one that is done only leaves the list. */
  async cancel(id: string): Promise<void> {
    const { store, models } = this.#ports
    this.#worker.saveUnsaved()
    const row = store.downloads.cancel(id, (token) => store.lock.isAlive(token))
    this.#worker.obey(id)
    this.#wake()
    if (row !== null && row.state !== 'done') await removeFiles(row, models, store)
  }

  /**
   * All downloads now, then again at every change, a few times a second at most; also what other processes do. Ends when
   * `signal` aborts.
   */
  async *watch(signal: AbortSignal = neverAborted()): AsyncGenerator<Download[], void, undefined> {
    let shown = ''
    while (!signal.aborted) {
      const downloads = this.list()
      const text = JSON.stringify(downloads)
      if (text === shown) {
        await nextWithin(this.#changed, this.#ports.clock, LOOK_EVERY, signal)
        continue
      }
      shown = text
      yield downloads
      await this.#ports.clock.sleep(SHOW_EVERY, signal)
    }
  }

  /** Stops working; what was running is queued for the next start. */
  async dispose(): Promise<void> {
    await this.#worker.dispose()
  }

  /** The rows, with what is newer in this process. Those that are about to be cancelled are gone for whoever looks. */
  #rows(): DownloadRow[] {
    const { downloads, lock } = this.#ports.store
    const rows = downloads.list().map((row) => this.#worker.newer(row)).filter(({ wish }) => wish !== 'cancel')
    // Whoever takes over what a dead process left says so in the row; until then nothing flows.
    return rows.map((row) => (row.worker === null || lock.isAlive(row.worker) ? row : { ...row, state: 'queued', bytesPerSecond: null }))
  }

  /** One row that no page could read (of another version, by another hand) must not hide all others. */
  #isSound(described: Download): boolean {
    const { success, error } = download.safeParse(described)
    if (success || this.#unsound.has(described.id)) return success
    this.#unsound.add(described.id)
    this.#ports.logger.warn('A stored download cannot be shown', { id: described.id, error })
    return false
  }

  #wake(): void {
    this.#changed.notify()
    this.#worker.wake()
  }
}

/** A request as the contract has it: not every caller comes over the wire, where it is parsed. Throws `BAD_INPUT`. */
function sound(request: DownloadRequest): DownloadRequest {
  const { data, error } = downloadRequest.safeParse(request)
  if (data !== undefined) return data
  const [issue] = error.issues
  throw new AppError('BAD_INPUT', { detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` })
}

function isSame(one: DownloadRequest, other: DownloadRequest): boolean {
  if (one.type === 'catalogue') return other.type === 'catalogue' && one.model === other.model && one.variant === other.variant
  if (one.type === 'projector') return other.type === 'projector' && one.installed === other.installed && one.repository === other.repository && one.path === other.path
  return (
    other.type === 'repository' && one.repository === other.repository && one.revision === other.revision && one.model === other.model && one.projector === other.projector
  )
}
