import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { AppError, toAppError } from '../../contract/errors/AppError.ts'
import { errorCodes } from '../../contract/errors/codes.ts'
import type { ErrorCode, ErrorParams } from '../../contract/errors/codes.ts'
import type { Logger } from '../../platform/log.ts'
import type { EngineProtocol } from '../protocol.ts'
import type { EngineExit, EngineProcess } from './EngineProcess.ts'

/** How libraries and drivers say that an allocation failed, just before they end the process. */
const allocationFailed = /out of memory|failed to allocate|unable to allocate|bad_alloc|cudaMalloc failed|ErrorOut\w*Memory|insufficient memory/i
/** Lines of stderr that are looked at when a process has died. */
const rememberedLines = 40

/** What a call takes besides its input. */
export const callOptions = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal })

/** One engine process and the calls to it. When the process ends, every call in flight rejects; `explain` says why. */
export class EngineConnection {
  readonly calls: ContractRouterClient<EngineProtocol>
  readonly #process: EngineProcess
  readonly #lastLines: string[] = []
  readonly #onEnd: ((error: AppError) => void)[] = []
  #asked = false
  #error: AppError | null = null

  constructor(process: EngineProcess, logger: Logger) {
    this.#process = process
    process.onStderr((line) => this.#hear(line, logger))
    const onClose: (() => void)[] = []
    process.onExit((exit) => {
      const error = this.#asked ? new AppError('ENGINE_STOPPED') : this.#crash(exit)
      this.#error = error
      logger.info('engine process ended', { pid: process.pid, ...exit, asked: this.#asked })
      // First the supervisor, then the callers: those who ask again at once find it restarting.
      for (const listener of this.#onEnd.splice(0)) listener(error)
      for (const close of onClose) close()
    })
    const port = {
      on: (event: string, listener: (event?: { data: unknown }) => void) => {
        if (event === 'message') process.onMessage((data) => listener({ data }))
        if (event === 'close') onClose.push(() => listener())
      },
      postMessage: (message: unknown) => process.post(message),
    }
    this.calls = createORPCClient(new RPCLink({ port }))
  }

  get pid(): number | null {
    return this.#error === null ? this.#process.pid : null
  }

  /** Calls the listener when the process is gone, with the error for those who did not expect it; at once where it is gone already. */
  onEnd(listener: (error: AppError) => void): void {
    if (this.#error === null) this.#onEnd.push(listener)
    else listener(this.#error)
  }

  /** Whether `stop` was called: its end is then no failure. */
  get asked(): boolean {
    return this.#asked
  }

  /** Ends the process and waits for it: politely for `politeMs`, so that drivers can clean up, then at once. */
  async stop(politeMs: number): Promise<void> {
    this.#asked = true
    if (this.#error !== null) return
    const polite = this.calls.unload().then(
      () => undefined,
      () => undefined, // It may be dying already; it is killed in any case.
    )
    if (politeMs > 0) await within(politeMs, polite)
    this.#process.kill()
    await new Promise<void>((resolve) => this.onEnd(() => resolve()))
  }

  /** The `AppError` for what a call to this process rejected with. */
  explain(thrown: unknown, signal?: AbortSignal): AppError {
    if (signal?.aborted === true) return new AppError('ABORTED', {}, { cause: thrown })
    if (this.#error !== null) return this.#error
    if (!(thrown instanceof ORPCError) || thrown.code !== 'APP') return toAppError(thrown)
    const { code, params } = thrown.data as { code: string; params: ErrorParams }
    return errorCodes.includes(code as ErrorCode) ? new AppError(code as ErrorCode, params, { cause: thrown }) : toAppError(thrown)
  }

  #hear(line: string, logger: Logger): void {
    this.#lastLines.push(line)
    if (this.#lastLines.length > rememberedLines) this.#lastLines.shift()
    const [, level = 'warn', text = line] = /^\[(debug|info|warn|error)\] (.*)$/.exec(line) ?? []
    logger[level as 'debug' | 'info' | 'warn' | 'error'](`engine: ${text}`)
  }

  #crash({ code, signal }: EngineExit): AppError {
    const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`
    const allocation = this.#lastLines.findLast((line) => allocationFailed.test(line))
    if (allocation !== undefined) return new AppError('OUT_OF_MEMORY', { detail: allocation.replace(/^\[\w+\] /, '').slice(0, 200) })
    return new AppError('ENGINE_CRASHED', { how })
  }
}

/** Waits for a promise that never rejects, but no longer than `milliseconds`. */
async function within(milliseconds: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([promise, late])
  clearTimeout(timer)
}
