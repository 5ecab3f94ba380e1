import { AppError } from '../../../contract/errors/AppError.ts'
import type { EngineArguments, LoadEvent, LoadRequest, Measurement, MeasureRequest, MemoryUse } from '../../protocol.ts'
import { loadLibraries } from '../binding/loadLibraries.ts'
import type { Libraries } from '../binding/loadLibraries.ts'
import { collectGarbage } from '../collectGarbage.ts'
import { CacheFolder } from '../disk/CacheFolder.ts'
import { EventStream } from '../EventStream.ts'
import { checkFiles } from '../../../gguf/checkFiles.ts'
import type { LoadedModel } from './LoadedModel.ts'
import { loadModel } from './loadModel.ts'
import type { LoadJob } from './loadModel.ts'
import { measureLoad } from './measureLoad.ts'
import { memoryUse } from './memory.ts'

/** The one model of the process. Loads and unloads run one after the other. */
export class ModelHost {
  readonly #addonFolder: string
  /** Where what is computed is kept over restarts; null: nowhere. */
  readonly #disk: LoadJob['disk']
  #libraries: Libraries | null = null
  #model: LoadedModel | null = null
  #last: Promise<unknown> = Promise.resolve()

  constructor({ addonFolder, cacheFolder, saveAfterMs }: EngineArguments) {
    this.#addonFolder = addonFolder
    this.#disk = cacheFolder === null ? null : { folder: new CacheFolder(cacheFolder), saveAfterMs }
    void this.#disk?.folder.clean()
  }

  /** The loaded model. Throws `MODEL_NONE`. */
  get model(): LoadedModel {
    if (this.#model === null) throw new AppError('MODEL_NONE')
    return this.#model
  }

  async libraries(backend: LoadRequest['backend']): Promise<Libraries> {
    this.#libraries = await loadLibraries(backend, this.#addonFolder)
    return this.#libraries
  }

  /** Unloads what is loaded, checks the files, loads; the last event is `ready`. Leaving the stream or aborting frees it all again. */
  load(options: LoadRequest, signal: AbortSignal): EventStream<LoadEvent> {
    const abandoned = new AbortController()
    const events = new EventStream<LoadEvent>(() => abandoned.abort())
    void this.#inTurn(async () => {
      try {
        events.push({ type: 'ready', info: await this.#load(options, events, AbortSignal.any([signal, abandoned.signal])) })
        events.end()
      } catch (error) {
        events.fail(error)
      }
    })
    return events
  }

  async unload(): Promise<void> {
    await this.#inTurn(async () => await this.#unload())
  }

  /** What a load would take, after the same checks; what is loaded stays. */
  async measure(options: MeasureRequest): Promise<Measurement> {
    const files = await checkFiles(options.files)
    return await measureLoad(await this.libraries(options.backend), files, options)
  }

  /** What the process takes now. */
  async memory(): Promise<MemoryUse> {
    return await memoryUse(this.#libraries?.binding ?? null, this.#model)
  }

  async #load(options: LoadRequest, events: EventStream<LoadEvent>, signal: AbortSignal): Promise<LoadedModel['info']> {
    await this.#unload()
    const files = await checkFiles(options.files)
    if (signal.aborted) throw new AppError('ABORTED')
    events.push({ type: 'progress', fraction: 0 })
    const libraries = await this.libraries(options.backend)
    const progress = everyPercent((fraction) => events.push({ type: 'progress', fraction }))
    this.#model = await loadModel({ libraries, files, options, disk: this.#disk, progress, signal })
    return this.#model.info
  }

  async #unload(): Promise<void> {
    const model = this.#model
    if (model === null) return
    this.#model = null
    await model.dispose()
    // First what JavaScript still holds of pictures and messages, then what that frees.
    await collectGarbage()
    this.#libraries?.binding.returnFreed()
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return await turn
  }
}

/** Passes on what is at least one per cent further than the last. */
function everyPercent(report: (fraction: number) => void): (fraction: number) => void {
  let last = 0
  return (fraction) => {
    if (fraction < last + 0.01) return
    last = fraction
    report(Math.min(1, fraction))
  }
}
