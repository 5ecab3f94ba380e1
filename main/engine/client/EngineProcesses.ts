import { AppError } from '../../contract/errors/AppError.ts'
import type { Logger } from '../../platform/log.ts'
import { childEnvironment } from './childEnvironment.ts'
import { EngineConnection } from './EngineConnection.ts'
import type { EngineLauncher } from './EngineProcess.ts'

export interface EngineProcessesOptions {
  readonly launcher: EngineLauncher
  /** Folder that holds `<variant>/llava-desk.node`. */
  readonly addonFolder: string
  /** Folder for what engines keep on disk; null or absent: nothing. */
  readonly cacheFolder?: string | null
  /** See `engineArguments`. */
  readonly saveAfterMs?: number
  readonly logger: Logger
  /** Ours, from which the child's is written. `process.env` unless said otherwise. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** Starts engine processes, and knows those that run: the one with the model, and those that only look at something. */
export class EngineProcesses {
  readonly #options: EngineProcessesOptions
  readonly #running = new Set<EngineConnection>()
  #closed = false

  constructor(options: EngineProcessesOptions) {
    this.#options = options
  }

  /** Whether `close` was called. */
  get closed(): boolean {
    return this.#closed
  }

  /** Throws `ENGINE_START_FAILED`, or `ENGINE_STOPPED` after `close`. */
  start(): EngineConnection {
    if (this.#closed) throw new AppError('ENGINE_STOPPED')
    const { launcher, addonFolder, cacheFolder = null, saveAfterMs, environment = process.env, logger } = this.#options
    let connection: EngineConnection
    try {
      connection = new EngineConnection(launcher.spawn({ args: [JSON.stringify({ addonFolder, cacheFolder, saveAfterMs })], env: childEnvironment(environment) }), logger)
    } catch (error) {
      if (error instanceof AppError) throw error
      throw new AppError('ENGINE_START_FAILED', { detail: error instanceof Error ? error.message : String(error) }, { cause: error })
    }
    this.#running.add(connection)
    connection.onEnd(() => this.#running.delete(connection))
    return connection
  }

  /** Works with a process of its own, which ends with the work. */
  async apart<T>(work: (connection: EngineConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const connection = this.start()
    try {
      return await work(connection)
    } catch (error) {
      throw connection.explain(error, signal)
    } finally {
      await connection.stop(0)
    }
  }

  /** Starts none from now on. Those that run go on until `stop`. */
  close(): void {
    this.#closed = true
  }

  /** Ends all that run, at once. */
  async stop(): Promise<void> {
    for (const connection of [...this.#running]) await connection.stop(0)
  }
}
