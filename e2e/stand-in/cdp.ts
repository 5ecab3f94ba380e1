import WebSocket from 'ws'

type Params = Record<string, unknown>
type Listener = (params: Params) => void

/** One frame of Chromium's DevTools protocol. */
interface Frame {
  readonly id?: number
  readonly method?: string
  readonly params?: Params
  readonly sessionId?: string
  readonly result?: Params
  readonly error?: { readonly message: string }
}

/** A target's session on the shared connection, or the browser's own (`id` undefined). */
export class CdpSession {
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly connection: CdpConnection
  readonly id: string | undefined

  constructor(connection: CdpConnection, id?: string) {
    this.connection = connection
    this.id = id
  }

  /** Rejects with the browser's message; also when the connection is gone. */
  send(method: string, params: Params = {}): Promise<Params> {
    return this.connection.send(method, params, this.id)
  }

  on(method: string, listener: Listener): void {
    const set = this.#listeners.get(method) ?? new Set()
    this.#listeners.set(method, set.add(listener))
  }

  /** Resolves at the next such event. */
  once(method: string): Promise<Params> {
    return new Promise((resolve) => {
      const listener: Listener = (params) => {
        this.#listeners.get(method)?.delete(listener)
        resolve(params)
      }
      this.on(method, listener)
    })
  }

  dispatch(method: string, params: Params): void {
    for (const listener of this.#listeners.get(method) ?? []) listener(params)
  }
}

/** A connection to a running Chromium, sessions flattened onto one socket. */
export class CdpConnection {
  readonly #socket: WebSocket
  readonly #pending = new Map<number, { resolve: (result: Params) => void; reject: (reason: Error) => void; method: string }>()
  readonly #sessions = new Map<string | undefined, CdpSession>()
  readonly browser: CdpSession
  #next = 1

  private constructor(socket: WebSocket) {
    this.#socket = socket
    this.browser = this.session(undefined)
    socket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString()) as Frame))
    socket.on('close', () => {
      for (const { reject, method } of this.#pending.values()) reject(new Error(`the browser is gone (${method})`))
      this.#pending.clear()
      this.browser.dispatch('standIn.disconnected', {})
    })
  }

  /** @param endpoint Address of the browser's DevTools socket (`ws://127.0.0.1:...`). */
  static async connect(endpoint: string): Promise<CdpConnection> {
    const socket = new WebSocket(endpoint, { perMessageDeflate: false, maxPayload: 512 * 1024 * 1024 })
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return new CdpConnection(socket)
  }

  session(id: string | undefined): CdpSession {
    const known = this.#sessions.get(id)
    if (known !== undefined) return known
    const session = new CdpSession(this, id)
    this.#sessions.set(id, session)
    return session
  }

  send(method: string, params: Params, sessionId: string | undefined): Promise<Params> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) {
        reject(new Error(`the browser is gone (${method})`))
        return
      }
      this.#pending.set(id, { resolve, reject, method })
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }))
    })
  }

  #receive(frame: Frame): void {
    if (frame.id === undefined) {
      this.#sessions.get(frame.sessionId)?.dispatch(frame.method ?? '', frame.params ?? {})
      return
    }
    const call = this.#pending.get(frame.id)
    this.#pending.delete(frame.id)
    if (frame.error === undefined) call?.resolve(frame.result ?? {})
    else call?.reject(new Error(`${call.method}: ${frame.error.message}`))
  }
}
