import type { EngineStatus, ModelFiles } from '../../contract/domains/model.ts'
import type { Settings } from '../../contract/domains/app.ts'
import { isAbort } from '../../contract/errors/AppError.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { LoadOptions } from '../../engine/protocol.ts'
import type { Logger } from '../../platform/log.ts'
import { Notifier } from '../../platform/Notifier.ts'

/** What the service asks of the settings. */
export interface ModelSettings {
  get(): Pick<Settings, 'model' | 'engine'>
  change(patch: { model: ModelFiles | null }): unknown
}

/**
 * Which model is in use. The person's choice is remembered at once, also where it fails to load: the failure and its
 * remedy are then what the next start shows, not silently another model.
 */
export class ModelService {
  readonly #engine: Engine
  readonly #settings: ModelSettings
  readonly #demo: ModelFiles
  readonly #logger: Logger

  constructor(engine: Engine, settings: ModelSettings, demo: ModelFiles, logger: Logger) {
    this.#engine = engine
    this.#settings = settings
    this.#demo = demo
    this.#logger = logger
  }

  get status(): EngineStatus {
    return this.#engine.status
  }

  /** Starts loading what the settings name, and returns. Also after the engine's own settings changed. */
  start(): void {
    this.#engine.use(this.#options(this.#settings.get().model))
  }

  /**
   * Loads and remembers these files, null: the demo model. Resolves when ready or failed; an abort only ends the wait.
   * Rejects `DISK_FULL` or `FOLDER_NOT_WRITABLE` where they cannot be remembered; they are loaded all the same.
   */
  async use(files: ModelFiles | null, signal?: AbortSignal): Promise<EngineStatus> {
    this.#engine.use(this.#options(files))
    this.#settings.change({ model: files })
    return await this.#settled(signal)
  }

  async retry(signal?: AbortSignal): Promise<EngineStatus> {
    if (this.#engine.status.state === 'none') this.start()
    else this.#engine.retry()
    return await this.#settled(signal)
  }

  async unload(): Promise<EngineStatus> {
    await this.#engine.unload()
    return this.#engine.status
  }

  /** The status now, then every change; a slow reader misses what is out of date. Ends when `signal` aborts. */
  async *watch(signal?: AbortSignal): AsyncGenerator<EngineStatus, void, undefined> {
    const changed = new Notifier()
    const end = this.#engine.subscribe(() => changed.notify())
    try {
      let shown: EngineStatus | null = null
      while (signal?.aborted !== true) {
        const status = this.#engine.status
        if (status !== shown) {
          shown = status
          yield status
        } else await changed.next(signal)
      }
    } finally {
      end()
    }
  }

  #options(files: ModelFiles | null): LoadOptions {
    return { files: files ?? this.#demo, isDemo: files === null, ...this.#settings.get().engine }
  }

  async #settled(signal?: AbortSignal): Promise<EngineStatus> {
    try {
      await this.#engine.ready(signal)
    } catch (error) {
      if (isAbort(error)) throw error
      this.#logger.warn('The model did not load', { error })
    }
    return this.#engine.status
  }
}
