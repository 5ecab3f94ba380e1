import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { EngineStatus, ModelInfo } from '../../contract/domains/model.ts'
import { AppError, toAppError } from '../../contract/errors/AppError.ts'
import { unreachable } from '../../platform/unreachable.ts'
import type { LoadOptions, Measurement } from '../protocol.ts'
import { changeAdapters, haveSameWeights } from './adapters.ts'
import type { BackendChooser } from './BackendChooser.ts'
import { callOptions } from './EngineConnection.ts'
import type { EngineConnection } from './EngineConnection.ts'
import type { EngineProcesses } from './EngineProcesses.ts'
import { smallerLoad } from './memorySteps.ts'
import type { MemorySteps } from './memorySteps.ts'
import { nextChange } from './nextChange.ts'

export interface SupervisorOptions {
  readonly processes: EngineProcesses
  readonly chooser: BackendChooser
  readonly steps: MemorySteps
  /** What a load would take, for a step down after one that found no memory. */
  readonly measure: (options: LoadOptions, signal: AbortSignal) => Promise<Measurement>
}

/** Crashes without a good reply between them that pause the engine. */
const mostFailures = 3
/** Wait before the first restart; it doubles with every further one. */
const firstBackOffMs = 200
/** How long a process is asked to end before it is killed: enough to write the last chats down (`saveAtEndMs` of the engine); who quits waits no longer. */
export const politeStopMs = 2800

/** `signal.aborted`, which TypeScript believes to stay what it once was. */
const isOver = (signal: AbortSignal): boolean => signal.aborted

/**
 * Keeps one process with the chosen model alive: brings it up, again after a crash (later each time, and not for ever), smaller
 * where there was no memory for it. What its methods do is said at those of the same names in `Engine`.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #listeners = new Set<(status: EngineStatus) => void>()
  #status: EngineStatus = { state: 'none' }
  #wanted: LoadOptions | null = null
  /** Whose weights `#connection` holds, whatever its adapters are; null while it holds none, or nobody can be sure. */
  #loaded: LoadOptions | null = null
  #connection: EngineConnection | null = null
  /** Backend of `#connection`: another one needs another process. */
  #backend: string | null = null
  /** Files that `#connection` may have open. */
  #open: ReadonlySet<string> = new Set()
  /** Ends of the processes that were told to go: until then they hold their memory and their files. */
  readonly #ending = new Set<Promise<void>>()
  /** Ends the bring-up under way, when another one takes its place. */
  #attempt = new AbortController()
  #failures = 0

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  get status(): EngineStatus {
    return this.#status
  }

  get processId(): number | null {
    return this.#connection?.pid ?? null
  }

  /** The process with the model where it is ready now. */
  get present(): EngineConnection | null {
    return this.#status.state === 'ready' ? this.#connection : null
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
    this.#options.steps.remember(wanted, null)
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

  /** The process with the model, as soon as it is ready. Rejects as `ready` does, and `ABORTED`. */
  async connection(signal?: AbortSignal): Promise<EngineConnection> {
    await this.ready(signal).catch((error: unknown) => {
      throw signal?.aborted === true ? new AppError('ABORTED', {}, { cause: error }) : error
    })
    if (this.#connection === null) throw new AppError('INTERNAL', { detail: 'ready without a process' })
    return this.#connection
  }

  /** An answer came to its end: crashes are counted from here. */
  answered(): void {
    this.#failures = 0
  }

  /** Nobody has asked for a while: the process goes, and all its memory with it. */
  rest(): void {
    const wanted = this.#wanted
    if (this.#status.state !== 'ready' || wanted === null) return
    this.#set({ state: 'resting', files: wanted.files, isDemo: wanted.isDemo, name: this.#status.info.name })
    void this.#retire()
  }

  async unload(): Promise<void> {
    this.#attempt.abort()
    this.#wanted = null
    this.#set({ state: 'none' })
    await this.#retire()
  }

  async release(paths: readonly string[]): Promise<void> {
    const wanted = this.#wanted
    const isLoading = this.#status.state === 'loading'
    const isOpen = paths.some((path) => this.#open.has(path))
    if (!isLoading || wanted === null || filesOf(wanted).some((path) => paths.includes(path))) {
      if (isOpen || isLoading) await this.unload()
    } else if (isOpen) {
      // They are those of the model before, which this load closes at a time nobody knows.
      const gone = this.#retire()
      this.#bringUp(wanted)
      await gone
    }
    await this.#allEnded()
  }

  get #stopped(): boolean {
    return this.#options.processes.closed
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
    const { steps, chooser, processes } = this.#options
    const steppedDown = steps.recall(wanted)
    const options = steppedDown === null ? wanted : { ...wanted, ...steppedDown }
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
    if (isOver(signal)) return
    const { backend, note } = await chooser.choose(options.backend)
    if (isOver(signal)) return
    // Two processes at once would each need the memory: the old one first has to be gone.
    if (this.#backend !== backend) await this.#retire()
    if (isOver(signal)) return
    this.#backend = backend
    const connection = (this.#connection ??= this.#supervise(processes.start()))
    const before = this.#open
    const changesAdapters = this.#loaded !== null && haveSameWeights(this.#loaded, options)
    if (!changesAdapters) this.#loaded = null
    this.#open = new Set([...before, ...filesOf(options)])
    try {
      for await (const event of changesAdapters ? changeAdapters(connection, options, signal) : await connection.calls.load({ ...options, backend }, callOptions(signal))) {
        if (isOver(signal)) return
        if (event.type === 'ready') this.#ready(options, { ...event.info, backendNote: note, steppedDown })
        else if (this.#status.state === 'loading') this.#set({ ...this.#status, fraction: event.fraction })
      }
    } catch (error) {
      // A load that failed has closed everything; adapters that could not be changed are as they were.
      if (!isOver(signal) && this.#connection === connection) this.#open = changesAdapters ? before : new Set()
      throw connection.explain(error, signal)
    }
  }

  #ready(options: LoadOptions, info: ModelInfo): void {
    this.#loaded = options
    this.#open = new Set(filesOf(options))
    this.#set({ state: 'ready', info })
  }

  #supervise(connection: EngineConnection): EngineConnection {
    connection.onEnd((error) => {
      if (this.#connection !== connection) return
      this.#letGo()
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
    const { steps, measure } = this.#options
    const isFirst = error.code === 'OUT_OF_MEMORY' && steps.recall(wanted) === null
    const measured = isFirst ? await measure(wanted, signal).catch(() => null) : null
    if (isOver(signal)) return
    const step = measured === null ? null : smallerLoad(measured.plan)
    if (step !== null || error.code === 'OUT_OF_MEMORY') steps.remember(wanted, step)
    if (step === null) this.#fail(wanted, error)
    else this.#bringUp(wanted)
  }

  #fail({ files }: LoadOptions, { code, params }: AppError): void {
    this.#set({ state: 'failed', files, error: { code, params: { ...params } } })
  }

  /** Ends the process, if there is one, and waits until it and those that were told to go before it are gone. */
  async #retire(): Promise<void> {
    const connection = this.#connection
    this.#letGo()
    if (connection !== null) {
      const ended = connection.stop(politeStopMs).finally(() => this.#ending.delete(ended))
      this.#ending.add(ended)
    }
    await this.#allEnded()
  }

  async #allEnded(): Promise<void> {
    await Promise.all(this.#ending)
  }

  #letGo(): void {
    this.#connection = null
    this.#loaded = null
    this.#backend = null
    this.#open = new Set()
  }
}

/** Files that a process with this model has open. A split model goes by its first part. */
function filesOf({ files: { model, projector }, adapters = [] }: LoadOptions): string[] {
  return [model, ...(projector === null ? [] : [projector]), ...adapters.map(({ path }) => path)]
}
