import type { Settings } from '../../contract/domains/app.ts'
import type { ServerState } from '../../contract/domains/server.ts'
import { AppError, toAppError } from '../../contract/errors/AppError.ts'
import type { Logger } from '../../platform/log.ts'
import { Notifier } from '../../platform/Notifier.ts'
import type { ApiToken } from './ApiToken.ts'
import type { CompletionService } from './CompletionService.ts'

/** What a host listens with; services know no HTTP. */
export type OpenServer = (options: ServerOptions) => Promise<RunningServer>

export interface ServerOptions {
  /** 0: any free one. */
  readonly port: number
  /** The secret as it is now; null lets nobody in. */
  readonly token: () => string | null
  readonly completions: CompletionService
  readonly logger: Logger
}

export interface RunningServer {
  readonly port: number
  /** Ends every connection, and with it the answers that are being written. */
  close(): Promise<void>
}

/** Given by the command line, over the settings and not kept. */
export interface ForcedServer {
  /** Null: that of the settings. */
  readonly port: number | null
  /** Null: the kept one. */
  readonly token: string | null
}

export interface LocalServerPorts {
  readonly settings: () => Settings['server']
  readonly token: ApiToken
  readonly open: OpenServer
  readonly forced: ForcedServer | null
  readonly completions: CompletionService
  readonly logger: Logger
}

/** Whether other programs on this machine may ask: follows the settings, and says how it stands. */
export class LocalServer {
  readonly #ports: LocalServerPorts
  readonly #changed = new Notifier()
  #state: ServerState = { state: 'off' }
  #server: RunningServer | null = null
  /** The port that was asked for, of what runs or failed. */
  #port: number | null = null
  /** What is being done, one thing after the other. */
  #work: Promise<void> = Promise.resolve()
  #disposed = false

  constructor(ports: LocalServerPorts) {
    this.#ports = ports
  }

  get state(): ServerState {
    return this.#state
  }

  /** Does what the settings say now. Resolves when it is done; a failure is the state. */
  async follow(): Promise<void> {
    this.#work = this.#work.then(async () => await this.#apply())
    await this.#work
  }

  /** Listens once more where that failed. */
  async retry(): Promise<void> {
    if (this.#state.state === 'failed') this.#port = null
    await this.follow()
  }

  /** The state now, then every change. Ends when `signal` aborts. */
  async *watch(signal?: AbortSignal): AsyncGenerator<ServerState, void, undefined> {
    let shown: ServerState | null = null
    while (signal?.aborted !== true) {
      if (this.#state !== shown) {
        shown = this.#state
        yield shown
      } else await this.#changed.next(signal)
    }
  }

  /** The secret, for the person to copy. Rejects `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async token(): Promise<string> {
    return this.#ports.forced?.token ?? (await this.#ports.token.ensure())
  }

  /** A new one; programs that use the one before are let in no more. Rejects `DISK_FULL`, `FOLDER_NOT_WRITABLE`, `UNSUPPORTED_HERE` for one that was given. */
  async renewToken(): Promise<string> {
    if (typeof this.#ports.forced?.token === 'string') throw new AppError('UNSUPPORTED_HERE', { what: 'Another token than the one given at the start' })
    return await this.#ports.token.renew()
  }

  async dispose(): Promise<void> {
    this.#disposed = true
    await this.follow()
    this.#changed.notify()
  }

  /** Never rejects. */
  async #apply(): Promise<void> {
    try {
      const wanted = this.#wanted()
      if (wanted === this.#port) return
      await this.#stop()
      this.#port = wanted
      if (wanted === null) this.#show({ state: 'off' })
      else await this.#start(wanted)
    } catch (thrown) {
      const { code, params } = toAppError(thrown)
      this.#ports.logger.warn('The local server could not start', { error: thrown })
      this.#show({ state: 'failed', error: { code, params: { ...params } } })
    }
  }

  #wanted(): number | null {
    if (this.#disposed) return null
    const { enabled, port } = this.#ports.settings()
    return this.#ports.forced === null && !enabled ? null : (this.#ports.forced?.port ?? port)
  }

  async #start(port: number): Promise<void> {
    const { open, token, forced, completions, logger } = this.#ports
    this.#show({ state: 'starting' })
    if (forced === null || forced.token === null) await token.ensure()
    this.#server = await open({ port, token: () => this.#secret(), completions, logger })
    this.#show({ state: 'running', port: this.#server.port, address: `http://127.0.0.1:${this.#server.port}/v1` })
    logger.info('The local server listens', { port: this.#server.port })
  }

  /** By the settings as they are at this request: another process may have turned the server off a moment ago. */
  #secret(): string | null {
    return this.#wanted() === null ? null : (this.#ports.forced?.token ?? this.#ports.token.read())
  }

  async #stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    await server?.close().catch((error: unknown) => this.#ports.logger.warn('The local server did not stop cleanly', { error }))
  }

  #show(state: ServerState): void {
    this.#state = state
    this.#changed.notify()
  }
}
