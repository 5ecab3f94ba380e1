import type { DownloadRequest } from '../../contract/domains/download.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import { AppError, toAppError } from '../../contract/errors/AppError.ts'
import { nextWithin } from '../../platform/nextWithin.ts'
import { Notifier } from '../../platform/Notifier.ts'
import type { DownloadEnd, DownloadFile, DownloadRow } from '../../storage/downloads.ts'
import { ActiveDownload } from './ActiveDownload.ts'
import type { DownloadTools } from './ActiveDownload.ts'
import type { DownloadHub, DownloadPorts } from './DownloadPorts.ts'
import { ROOM_BYTES } from './freeSpace.ts'
import { comesFrom, describeModel } from './planDownload.ts'
import { removeFiles } from './removeFiles.ts'
import { retryRules } from './retrying.ts'
import { verdictOf } from './verdict.ts'
import type { Verdict } from './verdict.ts'

/** Fetched at a time by one connection: long enough for a request not to matter, short enough to be lost. */
const PIECE_BYTES = 8 * 1024 * 1024
/** How often progress is saved and the person's wishes are looked up, in milliseconds. */
const SAVE_EVERY = 1000
/** How often a process without work looks what others have put into the queue, and whether they live; in milliseconds. */
const LOOK_EVERY = 2000

interface Ended {
  readonly files: readonly DownloadFile[]
  readonly end: DownloadEnd
}

interface Running {
  readonly row: DownloadRow
  readonly active: ActiveDownload
  readonly stop: AbortController
}

/** Takes downloads from the queue and works on them, one at a time. */
export class DownloadWorker {
  readonly #ports: DownloadPorts
  readonly #changed: () => void
  readonly #wake = new Notifier()
  readonly #ending = new AbortController()
  /** Ends that could not be stored (a full disk); tried again at every occasion. */
  readonly #unsaved = new Map<string, Ended>()
  #running: Running | null = null
  #work: Promise<void> | null = null
  #only: string | null = null

  constructor(ports: DownloadPorts, changed: () => void) {
    this.#ports = ports
    this.#changed = changed
  }

  /** @param only Id of the one download to work on; null: all. */
  start(only: string | null): void {
    this.#only = only
    this.#work ??= this.#workOn()
  }

  wake(): void {
    this.#wake.notify()
  }

  /** Looks at once what the person asks of the download that is running, where it is this one. */
  obey(id: string): void {
    if (this.#running?.active.id === id && this.#ports.store.downloads.find(id)?.wish !== null) this.#running.stop.abort()
  }

  /** A row with what this process knows better. */
  newer(row: DownloadRow): DownloadRow {
    const ended = this.#unsaved.get(row.id)
    if (ended !== undefined) return { ...row, files: ended.files, ...shownEnd(ended.end), worker: null, wish: null, bytesPerSecond: null }
    return this.#running?.active.id === row.id ? { ...row, ...this.#running.active.progress } : row
  }

  /** Throws what keeps an end from being stored, e.g. `DISK_FULL`. */
  saveUnsaved(): void {
    for (const [id, { files, end }] of this.#unsaved) {
      this.#ports.store.downloads.end(id, this.#token, files, end)
      this.#unsaved.delete(id)
    }
  }

  async dispose(): Promise<void> {
    this.#ending.abort()
    this.#running?.stop.abort()
    await this.#work
  }

  get #token(): string {
    return this.#ports.store.lock.token
  }

  async #workOn(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      try {
        const row = this.#claim()
        if (row === null) await this.#idle()
        else await this.#run(row)
      } catch (error) {
        // A database that is locked or full now may be well in a moment; nobody else would go on with the queue.
        this.#ports.logger.warn('The queue of downloads cannot be worked on', { error })
        await this.#pause()
      }
    }
  }

  #claim(): DownloadRow | null {
    const { store } = this.#ports
    this.saveUnsaved()
    return store.downloads.claim(this.#token, (token) => store.lock.isAlive(token), this.#only)
  }

  /** Until there may be work: put into the queue here, or by another process, which may have died over it since. */
  async #idle(): Promise<void> {
    do await this.#pause()
    while (!this.#ending.signal.aborted && !this.#isWaiting())
  }

  async #pause(): Promise<void> {
    await nextWithin(this.#wake, this.#ports.clock, LOOK_EVERY, this.#ending.signal)
  }

  #isWaiting(): boolean {
    return this.#ports.store.downloads.list().some(({ state, worker }) => state === 'queued' || worker !== null)
  }

  async #run(row: DownloadRow): Promise<void> {
    let hub: DownloadHub | null = null
    try {
      hub = this.#ports.connect()
      await this.#workWith(hub, row)
    } catch (error) {
      await this.#end(row, { files: this.#running?.active.progress.files ?? row.files, end: this.#failure(row, error) })
    } finally {
      this.#running = null
      await hub?.dispose()
      this.#changed()
    }
  }

  async #workWith(hub: DownloadHub, row: DownloadRow): Promise<void> {
    const running: Running = { row, active: new ActiveDownload(row, this.#tools(hub, row.request)), stop: new AbortController() }
    this.#running = running
    if (row.wish !== null || this.#ending.signal.aborted) running.stop.abort()
    const over = new AbortController()
    const saving = this.#saveNowAndThen(running, over.signal)
    const end = await this.#finish(running)
    over.abort()
    await saving
    this.#ports.logger.info('A download ended', { name: row.name, state: end.state })
    await this.#end(row, { files: running.active.progress.files, end })
  }

  #tools(hub: DownloadHub, request: DownloadRequest): DownloadTools {
    const { catalogue, clock, models, store, rules = retryRules, pieceBytes = PIECE_BYTES, roomBytes = ROOM_BYTES } = this.#ports
    const replace = async (path: string, put: () => Promise<void>) => await this.#ports.replace(path, put)
    const isOfCatalogue = comesFrom(catalogue, request)
    return { hub, isOfCatalogue, replace, clock, models, rules, pieceBytes, roomBytes, checksums: store.checksums, connections: this.#ports.connections(), changed: this.#changed }
  }

  /** Never rejects: however it goes, it is an end. */
  async #finish({ row, active, stop }: Running): Promise<DownloadEnd> {
    const ports = this.#ports
    try {
      const files = wholeModel(row.request, await active.run(stop.signal), ports.store)
      try {
        await ports.inspect(files, stop.signal)
      } catch (error) {
        await this.#obeyVerdict(row, active, verdictOf(error, row.request))
        throw error
      }
      return { state: 'done', installed: await this.#takeIn(row, files) }
    } catch (error) {
      return stop.signal.aborted ? { state: 'stopped' } : this.#failure(row, error)
    }
  }

  /** What is no model must not look like one. */
  async #obeyVerdict(row: DownloadRow, active: ActiveDownload, { removed, unlearnt }: Verdict): Promise<void> {
    const { files } = active.progress
    for (const file of files) if (file.made && unlearnt.includes(file.role)) this.#ports.store.checksums.forget(file)
    await this.#removeFiles({ ...row, files: files.filter(({ role }) => removed.includes(role)) })
    active.forget(removed)
  }

  async #takeIn({ request, name, files: [first] }: DownloadRow, files: ModelFiles): Promise<string> {
    const ports = this.#ports
    if (request.type !== 'projector') return await ports.onDone(files, describeModel(request, name, first?.repository ?? '', ports.catalogue))
    await ports.onProjector(request.installed, files.projector)
    return request.installed
  }

  #failure(row: DownloadRow, thrown: unknown): DownloadEnd {
    const { code, params } = toAppError(thrown)
    this.#ports.logger.warn('A download failed', { name: row.name, error: thrown })
    return { state: 'failed', error: { code, params } }
  }

  async #saveNowAndThen({ row, active, stop }: Running, over: AbortSignal): Promise<void> {
    for (;;) {
      await this.#ports.clock.sleep(SAVE_EVERY, over)
      if (over.aborted) return
      try {
        if (this.#ports.store.downloads.save(row.id, this.#token, active.progress) !== null) stop.abort()
      } catch (error) {
        this.#ports.logger.warn('The progress of a download could not be saved', { error })
      }
    }
  }

  async #end(row: DownloadRow, ended: Ended): Promise<void> {
    const { downloads } = this.#ports.store
    try {
      if (downloads.find(row.id)?.wish === 'cancel') {
        if (ended.end.state !== 'done') await this.#removeFiles({ ...row, files: ended.files })
        downloads.remove(row.id)
        return
      }
      downloads.end(row.id, this.#token, ended.files, ended.end)
    } catch (error) {
      this.#ports.logger.error('The end of a download could not be saved', { error })
      this.#unsaved.set(row.id, ended)
    }
  }

  async #removeFiles(row: DownloadRow): Promise<void> {
    try {
      await removeFiles(row, this.#ports.models, this.#ports.store)
    } catch (error) {
      this.#ports.logger.warn('Files of a download could not be deleted', { error })
    }
  }
}

/** The files to judge together: a projector that was fetched alone belongs to a model at hand. Throws `MODEL_UNKNOWN`. */
function wholeModel(request: DownloadRequest, files: ModelFiles, { installedModels }: Pick<DownloadPorts['store'], 'installedModels'>): ModelFiles {
  if (request.type !== 'projector') return files
  const model = installedModels.find(request.installed)
  if (model === null) throw new AppError('MODEL_UNKNOWN', { name: request.installed })
  return { model: model.files.model, projector: files.projector }
}

function shownEnd(end: DownloadEnd): Pick<DownloadRow, 'state' | 'error' | 'installed'> {
  switch (end.state) {
    case 'done':
      return { state: 'done', error: null, installed: end.installed }
    case 'failed':
      return { state: 'failed', error: end.error, installed: null }
    case 'stopped':
      return { state: 'queued', error: null, installed: null }
  }
}
