import type { PlanChoices } from '../../contract/domains/library.ts'
import type { Adapter, EngineStatus, ModelFiles } from '../../contract/domains/model.ts'
import type { Settings } from '../../contract/domains/app.ts'
import { isAbort } from '../../contract/errors/AppError.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { LoadOptions } from '../../engine/protocol.ts'
import type { Logger } from '../../platform/log.ts'
import { partsOf } from '../hub/splitName.ts'
import { Notifier } from '../../platform/Notifier.ts'

export interface ModelPorts {
  readonly engine: Engine
  readonly settings: {
    get(): Pick<Settings, 'model' | 'engine'>
    change(patch: { model: ModelFiles | null }): unknown
  }
  readonly demoModel: ModelFiles
  /** Adapters the person put on a model. */
  readonly adaptersOf: (files: ModelFiles) => readonly Adapter[]
  readonly logger: Logger
}

/**
 * Which model is in use. The person's choice is remembered at once, also where it fails to load: the failure and its
 * remedy are then what the next start shows, not silently another model.
 */
export class ModelService {
  readonly #ports: ModelPorts
  readonly #engine: Engine

  constructor(ports: ModelPorts) {
    this.#ports = ports
    this.#engine = ports.engine
  }

  get status(): EngineStatus {
    return this.#engine.status
  }

  /** Starts loading what the settings name, and returns. */
  start(): void {
    const { settings } = this.#ports
    this.#engine.restAfter(settings.get().engine.idleMinutes)
    this.#engine.use(this.loadOptions(settings.get().model))
  }

  /** Follows a change of the engine's settings or of the adapters of the model in use; what was unloaded stays unloaded. */
  refresh(): void {
    if (this.#engine.status.state === 'none') this.#engine.restAfter(this.#ports.settings.get().engine.idleMinutes)
    else this.start()
  }

  /**
   * Loads and remembers these files, null: the demo model. Resolves when ready or failed; an abort only ends the wait.
   * Rejects `DISK_FULL` or `FOLDER_NOT_WRITABLE` where they cannot be remembered; they are loaded all the same.
   */
  async use(files: ModelFiles | null, signal?: AbortSignal): Promise<EngineStatus> {
    this.choose(files)
    return await this.#settled(signal)
  }

  /** The same without waiting. Throws where the choice cannot be remembered. */
  choose(files: ModelFiles | null): void {
    this.#engine.use(this.loadOptions(files))
    this.#ports.settings.change({ model: files })
  }

  async retry(signal?: AbortSignal): Promise<EngineStatus> {
    if (this.#engine.status.state === 'none') this.start()
    else this.#engine.retry()
    return await this.#settled(signal)
  }

  /** Has the engine let go of these files before they are deleted or replaced. Any part of a split model stands for the whole. */
  async release(paths: readonly string[]): Promise<void> {
    await this.#engine.release(paths.flatMap((path) => partsOf(path)))
  }

  /** Runs `work` while none of these files is loaded; the model that had to make way is loaded again, however `work` ends. */
  async whileReleased(paths: readonly string[], work: () => Promise<void>): Promise<void> {
    const isLoaded = () => this.status.state !== 'none'
    const before = isLoaded()
    await this.release(paths)
    const madeWay = before && !isLoaded()
    try {
      await work()
    } finally {
      if (madeWay && !isLoaded()) this.start()
    }
  }

  /** Forgets that the model in use had to be made smaller for want of memory, and loads it in full. */
  async tryInFull(signal?: AbortSignal): Promise<void> {
    this.#engine.tryInFull()
    await this.#settled(signal)
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

  /** What the engine is told to load, or would be: with the settings' choices where `choices` makes none. */
  loadOptions(files: ModelFiles | null, choices: Partial<PlanChoices> = {}): LoadOptions {
    const { demoModel, adaptersOf, settings } = this.#ports
    const { backend, threads, contextSize, gpuLayers, kvType, projectorOnGpu } = { ...settings.get().engine, ...choices }
    return { files: files ?? demoModel, isDemo: files === null, backend, threads, contextSize, gpuLayers, kvType, projectorOnGpu, adapters: [...adaptersOf(files ?? demoModel)] }
  }

  async #settled(signal?: AbortSignal): Promise<EngineStatus> {
    try {
      await this.#engine.ready(signal)
    } catch (error) {
      if (isAbort(error)) throw error
      this.#ports.logger.warn('The model did not load', { error })
    }
    return this.#engine.status
  }
}
