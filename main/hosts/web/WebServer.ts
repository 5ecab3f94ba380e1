import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { AppError } from '../../contract/errors/AppError.ts'
import { imageFileMegabytes } from '../../contract/limits.ts'
import { answer, type PageFiles } from './requests.ts'
import { mayUpgrade, originOf, type Trust } from './trust.ts'

/** Largest picture file the services take, and room for the call around it. */
const maxMessageBytes = (imageFileMegabytes + 1) * 1024 * 1024

export interface WebServerOptions {
  /** 0: any free port. */
  readonly port: number
  /** Secret of this start. */
  readonly token: string
  readonly files: PageFiles
  /** Called for every trusted connection to `/rpc`. */
  readonly connect: (socket: WebSocket) => void
}

/** The loopback server: page, pictures and the RPC socket for whoever holds the token, nothing for anyone else. */
export class WebServer {
  readonly #http: Server
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false })
  readonly #options: WebServerOptions
  #trust: Trust

  private constructor(options: WebServerOptions) {
    this.#options = options
    this.#trust = { port: options.port, token: options.token }
    this.#http = createServer((request, response) => this.#request(request, response))
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  /** Rejects with `PORT_IN_USE` or `BAD_INPUT` where the port cannot be had. */
  static async listen(options: WebServerOptions): Promise<WebServer> {
    const server = new WebServer(options)
    await server.#listen(options.port)
    return server
  }

  get port(): number {
    return this.#trust.port
  }

  /** The address that opens the page; it carries the token and is shown to the person alone. */
  get openingAddress(): string {
    return `${originOf(this.port)}/?token=${this.#trust.token}`
  }

  /** Ends every connection and stops listening. */
  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.close(1001, 'stopping')
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()))
    this.#http.closeAllConnections()
    // A browser that does not answer the close frame must not hold the exit.
    for (const socket of this.#sockets.clients) setTimeout(() => socket.terminate(), 500).unref()
    await closed
  }

  async #listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)))
      this.#http.listen({ port, host: '127.0.0.1', exclusive: true }, resolve)
    })
    const address = this.#http.address() as AddressInfo
    this.#trust = { port: address.port, token: this.#options.token }
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    void answer(request, response, this.#trust, this.#options.files)
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A peer that goes away in mid-handshake is no event for anyone.
    socket.on('error', () => socket.destroy())
    if (request.url !== '/rpc' || !mayUpgrade(request.headers, this.#trust)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // ws closes the connection itself (1009 where a message is too big); without a listener the error would end the process.
      webSocket.on('error', () => webSocket.terminate())
      this.#options.connect(webSocket)
    })
  }
}

function listenError(error: NodeJS.ErrnoException, port: number): AppError {
  if (error.code === 'EADDRINUSE') return new AppError('PORT_IN_USE', { port }, { cause: error })
  if (error.code === 'EACCES') return new AppError('BAD_INPUT', { detail: `port ${port} is reserved by the system` }, { cause: error })
  return new AppError('INTERNAL', { detail: error.message }, { cause: error })
}
