import { freemem, totalmem } from 'node:os'
import type { MemoryReading, Plan, PlanChoices } from '../../contract/domains/library.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { LoadOptions, Measurement } from '../../engine/protocol.ts'
import { inspectFiles } from '../../gguf/inspectFiles.ts'
import { freedBy, planOf } from './planOf.ts'

export interface PlanPorts {
  readonly engine: Pick<Engine, 'status' | 'measure' | 'memory'>
  /** How files would be loaded; see `ModelService.loadOptions`. */
  loadOptions(files: ModelFiles, choices: Partial<PlanChoices>): LoadOptions
}

type Measured = Measurement & { note: string }

/** What loading a model would take here, and what the model in use takes. */
export class PlanService {
  readonly #ports: PlanPorts
  /** The last measurement of the model in use, which every other plan asks for, and what it was measured for. */
  #inUse: { readonly key: string; readonly measured: Promise<Measured> } | null = null

  constructor(ports: PlanPorts) {
    this.#ports = ports
  }

  /** Rejects with the first error `inspectFiles` finds, and as `Engine.measure`. */
  async plan(files: ModelFiles, choices: Partial<PlanChoices>, signal?: AbortSignal): Promise<Plan> {
    const { findings } = await inspectFiles(files)
    const error = findings.find(({ severity }) => severity === 'error')
    if (error !== undefined) throw new AppError(error.problem.code, error.problem.params)
    const inUse = await this.#measureInUse()
    const freed = inUse === null ? new Map<string, number>() : freedBy(inUse)
    const comingFree = Object.fromEntries(freed)
    return planOf(await this.#ports.engine.measure({ ...this.#ports.loadOptions(files, choices), comingFree }, signal), freed)
  }

  /** What the engine process takes now; null bytes where none holds a model. */
  async memory(signal?: AbortSignal): Promise<MemoryReading> {
    const ram = { kind: 'ram' as const, name: '', totalBytes: totalmem(), freeBytes: freemem() }
    if (this.#ports.engine.status.state !== 'ready') return { engineBytes: null, places: [ram] }
    const used = await this.#ports.engine.memory(signal).catch((error: unknown) => {
      // It went to rest, or is being loaded anew, at this very moment.
      if (error instanceof AppError && error.code === 'MODEL_NONE') return null
      throw error
    })
    if (used === null) return { engineBytes: null, places: [ram] }
    const { resident, devices } = used
    const places = devices.map(({ type, description, totalBytes, freeBytes }) => (type === 'cpu' ? { ...ram, totalBytes, freeBytes } : { kind: 'gpu' as const, name: description, totalBytes, freeBytes }))
    return { engineBytes: resident, places: places.length === 0 ? [ram] : places }
  }

  /** The model in use makes room before another is loaded: what it holds counts as free. Null where nothing is loaded. */
  async #measureInUse(): Promise<Measured | null> {
    const { engine } = this.#ports
    const { status } = engine
    if (status.state !== 'ready') return null
    // As it was loaded: with what is free now, something else might be chosen.
    const { files, backend, contextSize, gpuLayers, projectorOnGpu, kvType } = status.info
    const options = { ...this.#ports.loadOptions(files, {}), backend, contextSize, gpuLayers, projectorOnGpu, kvType }
    const key = JSON.stringify(options)
    if (this.#inUse?.key !== key) this.#inUse = { key, measured: engine.measure(options) }
    const inUse = this.#inUse
    return await inUse.measured.catch(() => {
      // Its files may be gone meanwhile; then the plan is only the more careful, and the next one asks again.
      if (this.#inUse === inUse) this.#inUse = null
      return null
    })
  }
}
