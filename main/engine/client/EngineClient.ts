import type { EngineStatus, ModelInfo } from '../../contract/domains/model.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { GenerateEvent, GenerateInput, LoadOptions, MeasureInput, Picture, PrefillInput, PromptPart, TemplateMessage } from '../protocol.ts'
import { BackendChooser } from './BackendChooser.ts'
import type { BackendMemory } from './backendMemory.ts'
import type { Engine } from './Engine.ts'
import { callOptions } from './EngineConnection.ts'
import type { EngineConnection } from './EngineConnection.ts'
import { EngineProcesses } from './EngineProcesses.ts'
import type { EngineProcessesOptions } from './EngineProcesses.ts'
import { IdleTimer } from './IdleTimer.ts'
import { noSteps } from './memorySteps.ts'
import type { MemorySteps } from './memorySteps.ts'
import { Supervisor } from './Supervisor.ts'

export interface EngineClientOptions extends EngineProcessesOptions {
  /** Where what the backends are is kept over restarts; nowhere unless given. */
  readonly backends?: BackendMemory
  /** Loads that had to be made smaller; forgotten with this process unless given. */
  readonly steps?: MemorySteps
}

/** The calls to the engine: to the process that the supervisor keeps alive, or to one apart. See `Engine`. */
export class EngineClient implements Engine {
  readonly #processes: EngineProcesses
  readonly #chooser: BackendChooser
  readonly #supervisor: Supervisor
  readonly #idle: IdleTimer

  constructor(options: EngineClientOptions) {
    const processes = new EngineProcesses(options)
    const chooser = new BackendChooser(() => processes.start(), options.logger, options.backends)
    const supervisor = new Supervisor({ processes, chooser, steps: options.steps ?? noSteps(), measure: async (wanted, signal) => await this.measure(wanted, signal) })
    this.#processes = processes
    this.#chooser = chooser
    this.#supervisor = supervisor
    const idle = new IdleTimer(() => supervisor.rest())
    // Whoever loads a model need not ask it anything.
    supervisor.subscribe(({ state }) => {
      if (state === 'ready') idle.restart()
    })
    this.#idle = idle
  }

  get status(): EngineStatus {
    return this.#supervisor.status
  }

  get processId(): number | null {
    return this.#supervisor.processId
  }

  subscribe(listener: (status: EngineStatus) => void): () => void {
    return this.#supervisor.subscribe(listener)
  }

  use(options: LoadOptions): void {
    this.#supervisor.use(options)
  }

  retry(): void {
    this.#supervisor.retry()
  }

  tryInFull(): void {
    this.#supervisor.tryInFull()
  }

  async ready(signal?: AbortSignal): Promise<ModelInfo> {
    return await this.#supervisor.ready(signal)
  }

  restAfter(minutes: number | null): void {
    this.#idle.set(minutes)
  }

  async unload(): Promise<void> {
    await this.#supervisor.unload()
  }

  async release(paths: readonly string[]): Promise<void> {
    await this.#supervisor.release(paths)
  }

  async stop(): Promise<void> {
    this.#processes.close()
    this.#idle.stop()
    await this.#supervisor.unload()
    await this.#processes.stop()
  }

  async *generate(input: GenerateInput, signal?: AbortSignal): AsyncGenerator<GenerateEvent, void, void> {
    const ended = this.#idle.begin()
    try {
      const connection = await this.#supervisor.connection(signal)
      try {
        for await (const event of await connection.calls.generate(input, callOptions(signal))) {
          if (event.type === 'end') this.#supervisor.answered()
          yield event
        }
      } catch (error) {
        throw connection.explain(error, signal)
      }
    } finally {
      ended()
    }
  }

  async prefill(input: PrefillInput, signal?: AbortSignal) {
    return await this.#call(async ({ calls }) => await calls.prefill(input, callOptions(signal)), signal)
  }

  async count(prompt: readonly PromptPart[], signal?: AbortSignal) {
    return await this.#call(async ({ calls }) => await calls.count({ prompt: [...prompt] }, callOptions(signal)), signal)
  }

  async tokenize(prompt: readonly PromptPart[], signal?: AbortSignal) {
    return await this.#call(async ({ calls }) => await calls.tokenize({ prompt: [...prompt] }, callOptions(signal)), signal)
  }

  async template(signal?: AbortSignal) {
    return await this.#call(async ({ calls }) => await calls.template(undefined, callOptions(signal)), signal)
  }

  async render(messages: readonly TemplateMessage[], signal?: AbortSignal) {
    return await this.#call(async ({ calls }) => await calls.render({ messages: [...messages] }, callOptions(signal)), signal)
  }

  async missing(keys: readonly string[], signal?: AbortSignal) {
    return await this.#call(async ({ calls }) => await calls.missing({ keys: [...keys] }, callOptions(signal)), signal)
  }

  async see(input: { picture: Picture; pixelsOut: string | null; embeddingsOut: string | null }, signal?: AbortSignal) {
    return await this.#call(async ({ calls }) => await calls.see(input, callOptions(signal)), signal)
  }

  async memory(signal?: AbortSignal) {
    // Whoever looks at the figures must not keep the model from resting, or wake it.
    const connection = this.#supervisor.present
    if (connection === null) throw new AppError('MODEL_NONE')
    return await connection.calls.memory(undefined, callOptions(signal)).catch((error: unknown) => Promise.reject(connection.explain(error, signal)))
  }

  async probe(backend: LoadOptions['backend'], signal?: AbortSignal) {
    const choice = await this.#chooser.choose(backend)
    const probed = await this.#processes.apart(async ({ calls }) => await calls.probe({ backend: choice.backend }, callOptions(signal)), signal)
    return { ...probed, note: choice.note }
  }

  async measure(options: MeasureInput, signal?: AbortSignal) {
    const { backend, note } = await this.#chooser.choose(options.backend)
    const measured = await this.#processes.apart(async ({ calls }) => await calls.measure({ ...options, backend }, callOptions(signal)), signal)
    return { ...measured, note }
  }

  async #call<T>(work: (connection: EngineConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const ended = this.#idle.begin()
    try {
      const connection = await this.#supervisor.connection(signal)
      return await work(connection).catch((error: unknown) => Promise.reject(connection.explain(error, signal)))
    } finally {
      ended()
    }
  }
}
