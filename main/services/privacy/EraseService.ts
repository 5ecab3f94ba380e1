import type { AppEvent } from '../../contract/domains/app.ts'
import type { Erasable, ErasableAmounts, EraseReport } from '../../contract/domains/privacy.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { engineCachePaths } from '../../platform/engineCache.ts'
import type { DataPaths } from '../../platform/paths.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { Store } from '../../storage/Store.ts'
import type { CacheService } from '../cache/CacheService.ts'
import type { ChatService } from '../chat/ChatService.ts'
import type { ModelService } from '../models/ModelService.ts'
import type { RunServices } from '../runs/createRuns.ts'
import type { TransferFiles } from '../transfer/TransferFiles.ts'
import { emptyFolder, filesIn } from './folders.ts'

export interface EraseDependencies {
  readonly store: Store
  readonly paths: DataPaths
  /** Where the engine keeps what it computed; not always below the data folder. */
  readonly engineCache: string
  readonly chats: Pick<ChatService, 'list' | 'stop'>
  readonly runs: RunServices
  readonly models: Pick<ModelService, 'unload' | 'start'>
  readonly engine: Pick<Engine, 'status'>
  readonly cache: Pick<CacheService, 'usage'>
  readonly files: TransferFiles
  readonly emit: (event: AppEvent) => void
}

/** How long another process gets to stop an answer, in milliseconds. */
const PATIENCE = 10_000

/** "Delete everything", while the app is open, and the look at what is left. */
export class EraseService {
  readonly #deps: EraseDependencies
  #busy = false

  constructor(deps: EraseDependencies) {
    this.#deps = deps
  }

  async amounts(): Promise<ErasableAmounts> {
    const { bytes } = await this.#deps.cache.usage()
    return { ...this.#deps.store.erase.amounts(), cache: { bytes } }
  }

  /** Rejects `ERASE_BUSY`: then rows and files may be gone already, and once more deletes the rest. */
  async erase(wanted: readonly Erasable[]): Promise<EraseReport> {
    if (this.#busy) throw new AppError('ERASE_BUSY')
    this.#busy = true
    const what = new Set(wanted)
    // What was computed of chats and pictures says what was in them.
    const content = what.has('chats') || what.has('runs')
    const computed = content || what.has('cache')
    // The engine holds cells of chats, and would keep them on the disk later.
    const reload = content && this.#deps.engine.status.state !== 'none'
    try {
      if (content) await this.#stopWork(what)
      if (reload) await this.#deps.models.unload()
      const kept = this.#deps.store.erase.remove(what)
      const left = await this.#deleteFiles(what, kept, computed)
      const rewritten = this.#deps.store.erase.rewrite(what)
      return { folders: await this.#look(what, kept, computed), left: left.slice(0, 20), rows: this.#deps.store.erase.left(what), rewritten }
    } finally {
      this.#busy = false
      if (reload) this.#deps.models.start()
      for (const type of ['chatsChanged', 'templatesChanged'] as const) this.#deps.emit({ type })
    }
  }

  async #stopWork(what: ReadonlySet<Erasable>): Promise<void> {
    const { chats, store, runs } = this.#deps
    // Also of chats that stay: the model leaves the memory, and a stopped answer keeps its text.
    const answers = chats.list().flatMap(({ id }) => store.messages.writingIn(id))
    for (const id of answers) {
      await chats.stop(id, AbortSignal.timeout(PATIENCE)).catch((error: unknown) => {
        throw new AppError('ERASE_BUSY', {}, { cause: error })
      })
    }
    if (!what.has('runs')) return
    for (const { id } of runs.runs.list()) runs.runs.remove(id)
    await runs.runs.forgotten()
  }

  /** Returns what could not be deleted. */
  async #deleteFiles(what: ReadonlySet<Erasable>, kept: ReadonlySet<string>, computed: boolean): Promise<string[]> {
    const { paths, files } = this.#deps
    const left: string[] = []
    if (computed) await files.clear()
    for (const { path, goes } of this.#folders(what, kept, computed)) left.push(...(await emptyFolder(path, goes)))
    // A database that was set aside as damaged holds chats and records all the same.
    if (what.has('chats') || what.has('runs')) left.push(...(await emptyFolder(paths.root, (name) => name.startsWith('chats.db.damaged-'), false)))
    return left
  }

  async #look(what: ReadonlySet<Erasable>, kept: ReadonlySet<string>, computed: boolean): Promise<EraseReport['folders']> {
    return await Promise.all(this.#folders(what, kept, computed).map(async ({ path, goes }) => ({ path, files: (await filesIn(path, goes)).length })))
  }

  #folders(what: ReadonlySet<Erasable>, kept: ReadonlySet<string>, computed: boolean): { path: string; goes: (name: string) => boolean }[] {
    const { paths, engineCache } = this.#deps
    const { pictures, chats } = engineCachePaths(engineCache)
    const all = (path: string) => ({ path, goes: () => true })
    return [
      ...(what.has('chats') || what.has('runs') ? [{ path: paths.images, goes: (name: string) => !kept.has(name) }] : []),
      ...(what.has('runs') ? [all(paths.documents)] : []),
      ...(computed ? [paths.derived, paths.transfers, pictures, chats].map(all) : []),
    ]
  }
}
