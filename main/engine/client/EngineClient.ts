import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { EngineStatus, ModelInfo } from '../../contract/domains/model.ts'
import { AppError, toAppError } from '../../contract/errors/AppError.ts'
import type { Logger } from '../../platform/log.ts'
import { unreachable } from '../../platform/unreachable.ts'
import type { GenerateEvent, GenerateInput, LoadOptions, MeasureInput, Picture, PromptPart, TemplateMessage } from '../protocol.ts'
import { changeAdapters, haveSameWeights } from './adapters.ts'
import { BackendChooser } from './BackendChooser.ts'
import type { BackendMemory } from './backendMemory.ts'
import { childEnvironment } from './childEnvironment.ts'
import type { Engine } from './Engine.ts'
import { callOptions, EngineConnection } from './EngineConnection.ts'
import type { EngineLauncher } from './EngineProcess.ts'
import { IdleTimer } from './IdleTimer.ts'
import { noSteps, smallerLoad } from './memorySteps.ts'
import type { MemorySteps } from './memorySteps.ts'
import { nextChange } from './nextChange.ts'

export interface EngineClientOptions {
  readonly launcher: EngineLauncher
  /** Folder that holds `<variant>/llava-desk.node`. */
  readonly addonFolder: string
  readonly logger: Logger
  /** Where what the backends are is kept over restarts; nowhere unless given. */
  readonly backends?: BackendMemory
  /** Loads that had to be made smaller; forgotten with this process unless given. */
  readonly steps?: MemorySteps
  /** Ours, from which the child's is written. `process.env` unless said otherwise. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** Crashes without a good reply between them that pause the engine. */
const mostFailures = 3
/** Wait before the first restart; it doubles with every further one. */
const firstBackOffMs = 200
const politeStopMs = 1000

/** `signal.aborted`, which TypeScript believes to stay what it once was. */
const isOver = (signal: AbortSignal): boolean => signal.aborted

/** The supervisor: keeps one engine process with the chosen model alive, and lets callers wait for it. See `Engine`. */
export class EngineClient implements Engine {
  readonly #options: EngineClientOptions
  readonly #chooser: BackendChooser
  readonly #steps: MemorySteps
  readonly #listeners = new Set<(status: EngineStatus) => void>()
  #status: EngineStatus = { state: 'none' }
  #wanted: LoadOptions | null = null
  /** Whose weights `#connection` holds, whatever its adapters are; null while it holds none, or nobody can be sure. */
  #loaded: LoadOptions | null = null
  #connection: EngineConnection | null = null
  /** `#connection` and those of probes. */
  readonly #running = new Set<EngineConnection>()
  /** Backend of `#connection`: another one needs another process. */
  #backend: string | null = null
  /** Ends the bring-up under way, when another one takes its place. */
  #attempt = new AbortController()
  #failures = 0
  #stopped = false
  readonly #idle = new IdleTimer(() => this.#rest())

  constructor(options: EngineClientOptions) {
    this.#options = options
    this.#steps = options.steps ?? noSteps()
    this.#chooser = new BackendChooser(() => this.#connect(), options.logger, options.backends)
  }

  get status(): EngineStatus {
    return this.#status
  }

  get processId(): number | null {
    return this.#connection?.pid ?? null
  }

  subscribe(listener: (status: EngineStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  use(options: LoadOptions): void {
    const unchanged = isDeepStrictEqual(options, this.#wanted)
    if (this.#stopped || (unchanged && this.#status.state !== 'failed')) return
    this.#wanted = options
    this.#failures = 0
    this.#bringUp(options)
  }

  retry(): void {
    this.#failures = 0
    if (!this.#stopped && this.#wanted !== null && this.#status.state === 'failed') this.#bringUp(this.#wanted)
  }

  tryInFull(): void {
    const wanted = this.#wanted
    const isSmaller = this.#status.state === 'ready' && this.#status.info.steppedDown !== null
    if (this.#stopped || wanted === null || !(isSmaller || this.#status.state === 'failed')) return
    this.#steps.remember(wanted, null)
    this.#failures = 0
    this.#bringUp(wanted)
  }

  async ready(signal?: AbortSignal): Promise<ModelInfo> {
    for (;;) {
      signal?.throwIfAborted()
      const status = this.#status
      switch (status.state) {
        case 'ready':
          return status.info
        case 'failed':
          throw new AppError(status.error.code, status.error.params)
        case 'none':
          throw new AppError(this.#stopped ? 'ENGINE_STOPPED' : 'MODEL_NONE')
        case 'resting':
          if (this.#wanted !== null) this.#bringUp(this.#wanted)
          break
        case 'loading':
          await nextChange((listener) => this.subscribe(listener), signal)
          break
        default:
          unreachable(status)
      }
    }
  }

  restAfter(minutes: number | null): void {
    this.#idle.set(minutes)
  }

  async unload(): Promise<void> {
    this.#attempt.abort()
    this.#wanted = null
    this.#set({ state: 'none' })
    await this.#retire()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#idle.stop()
    await this.unload()
    for (const connection of [...this.#running]) await connection.stop(0)
  }

  async *generate(input: GenerateInput, signal?: AbortSignal): AsyncGenerator<GenerateEvent, void, void> {
    const ended = this.#idle.begin()
    try {
      const connection = await this.#readyConnection(signal)
      try {
        for await (const event of await connection.calls.generate(input, callOptions(signal))) {
          if (event.type === 'end') this.#failures = 0
          yield event
        }
      } catch (error) {
        throw connection.explain(error, signal)
      }
    } finally {
      ended()
    }
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
    return await this.#call(async ({ calls }) => await calls.memory(undefined, callOptions(signal)), signal)
  }

  async probe(backend: LoadOptions['backend'], signal?: AbortSignal) {
    const choice = await this.#chooser.choose(backend)
    return { ...(await this.#apart(async ({ calls }) => await calls.probe({ backend: choice.backend }, callOptions(signal)), signal)), note: choice.note }
  }

  async measure(options: MeasureInput, signal?: AbortSignal) {
    const { backend, note } = await this.#chooser.choose(options.backend)
    return { ...(await this.#apart(async ({ calls }) => await calls.measure({ ...options, backend }, callOptions(signal)), signal)), note }
  }

  /** In a process of its own, which ends with it. */
  async #apart<T>(work: (connection: EngineConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const connection = this.#connect()
    try {
      return await work(connection)
    } catch (error) {
      throw connection.explain(error, signal)
    } finally {
      await connection.stop(0)
    }
  }

  async #call<T>(work: (connection: EngineConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const ended = this.#idle.begin()
    try {
      const connection = await this.#readyConnection(signal)
      return await work(connection).catch((error: unknown) => Promise.reject(connection.explain(error, signal)))
    } finally {
      ended()
    }
  }

  async #readyConnection(signal?: AbortSignal): Promise<EngineConnection> {
    await this.ready(signal).catch((error: unknown) => {
      throw signal?.aborted === true ? new AppError('ABORTED', {}, { cause: error }) : error
    })
    if (this.#connection === null) throw new AppError('INTERNAL', { detail: 'ready without a process' })
    return this.#connection
  }

  #set(status: EngineStatus): void {
    this.#status = status
    for (const listener of [...this.#listeners]) listener(status)
  }

  #bringUp(options: LoadOptions, waitMs = 0): void {
    this.#attempt.abort()
    this.#attempt = new AbortController()
    const { signal } = this.#attempt
    this.#set({ state: 'loading', files: options.files, isDemo: options.isDemo, name: basename(options.files.model, '.gguf'), fraction: 0 })
    void this.#load(options, waitMs, signal).catch((error: unknown) => {
      // A crash has already begun the next attempt, which took this one's place.
      if (!signal.aborted) void this.#makeDo(options, toAppError(error))
    })
  }

  async #load(wanted: LoadOptions, waitMs: number, signal: AbortSignal): Promise<void> {
    const steppedDown = this.#steps.recall(wanted)
    const options = steppedDown === null ? wanted : { ...wanted, ...steppedDown }
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    if (isOver(signal)) return
    const { backend, note } = await this.#chooser.choose(options.backend)
    if (isOver(signal)) return
    if (this.#backend !== backend) await this.#retire()
    if (isOver(signal)) return
    this.#backend = backend
    const connection = (this.#connection ??= this.#supervise(this.#connect()))
    const changesAdapters = this.#loaded !== null && haveSameWeights(this.#loaded, options)
    if (!changesAdapters) this.#loaded = null
    try {
      for await (const event of changesAdapters ? changeAdapters(connection, options, signal) : await connection.calls.load({ ...options, backend }, callOptions(signal))) {
        if (isOver(signal)) return
        if (event.type === 'ready') this.#ready(options, { ...event.info, backendNote: note, steppedDown })
        else if (this.#status.state === 'loading') this.#set({ ...this.#status, fraction: event.fraction })
      }
    } catch (error) {
      throw connection.explain(error, signal)
    }
  }

  #ready(options: LoadOptions, info: ModelInfo): void {
    this.#loaded = options
    this.#set({ state: 'ready', info })
  }

  #connect(): EngineConnection {
    if (this.#stopped) throw new AppError('ENGINE_STOPPED')
    const { launcher, addonFolder, environment = process.env, logger } = this.#options
    let connection: EngineConnection
    try {
      connection = new EngineConnection(launcher.spawn({ args: [JSON.stringify({ addonFolder })], env: childEnvironment(environment) }), logger)
    } catch (error) {
      if (error instanceof AppError) throw error
      throw new AppError('ENGINE_START_FAILED', { detail: error instanceof Error ? error.message : String(error) }, { cause: error })
    }
    this.#running.add(connection)
    connection.onEnd(() => this.#running.delete(connection))
    return connection
  }

  #supervise(connection: EngineConnection): EngineConnection {
    connection.onEnd((error) => {
      if (this.#connection !== connection) return
      this.#connection = null
      this.#loaded = null
      this.#backend = null
      if (!connection.asked) this.#recover(error)
    })
    return connection
  }

  /** After a crash: restarts and reloads, unless the model does not fit or the engine keeps failing. */
  #recover(error: AppError): void {
    const wanted = this.#wanted
    if (wanted === null || this.#status.state === 'none' || this.#status.state === 'resting' || this.#status.state === 'failed') return
    this.#failures++
    const hopeless = error.code === 'OUT_OF_MEMORY' && this.#status.state === 'loading'
    if (!hopeless && this.#failures < mostFailures) {
      this.#bringUp(wanted, firstBackOffMs * 2 ** (this.#failures - 1))
      return
    }
    this.#attempt.abort()
    this.#attempt = new AbortController()
    void this.#makeDo(wanted, hopeless ? error : new AppError('ENGINE_KEEPS_FAILING', { times: this.#failures }, { cause: error }))
  }

  /** A load that found no memory is tried once more, smaller, which is remembered. Anything else, and the second time, is a failure. */
  async #makeDo(wanted: LoadOptions, error: AppError): Promise<void> {
    const { signal } = this.#attempt
    const isFirst = error.code === 'OUT_OF_MEMORY' && this.#steps.recall(wanted) === null
    const measured = isFirst ? await this.measure(wanted, signal).catch(() => null) : null
    if (isOver(signal)) return
    const step = measured === null ? null : smallerLoad(measured.plan)
    if (step !== null || error.code === 'OUT_OF_MEMORY') this.#steps.remember(wanted, step)
    if (step === null) this.#fail(wanted, error)
    else this.#bringUp(wanted)
  }

  #fail({ files }: LoadOptions, { code, params }: AppError): void {
    this.#set({ state: 'failed', files, error: { code, params: { ...params } } })
  }

  /** Nobody has asked for a while: the process goes, and all its memory with it. */
  #rest(): void {
    const wanted = this.#wanted
    if (this.#status.state !== 'ready' || wanted === null) return
    this.#set({ state: 'resting', files: wanted.files, isDemo: wanted.isDemo, name: this.#status.info.name })
    void this.#retire()
  }

  /** Ends the process, if there is one. */
  async #retire(): Promise<void> {
    const connection = this.#connection
    this.#connection = null
    this.#loaded = null
    this.#backend = null
    await connection?.stop(politeStopMs)
  }
}
