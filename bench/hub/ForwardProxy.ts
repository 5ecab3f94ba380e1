import { createServer, request as httpRequest } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** An HTTP proxy on this machine that notes what goes through it. For tests. */
export class ForwardProxy {
  /** Addresses of requests, and `CONNECT host:port` of tunnels. */
  readonly seen: string[] = []
  /** The `Proxy-Authorization` headers that came. */
  readonly credentials: (string | undefined)[] = []
  /** "127.0.0.1:port"; also after `stop`. */
  host = ''
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => this.#forward(request, response))
    this.#server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#tunnel(request, socket, head))
  }

  static async start(): Promise<ForwardProxy> {
    const proxy = new ForwardProxy()
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    proxy.host = `127.0.0.1:${(proxy.#server.address() as AddressInfo).port}`
    return proxy
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    this.seen.push(request.url ?? '')
    this.credentials.push(request.headers['proxy-authorization'])
    const headers = { ...request.headers }
    delete headers['proxy-authorization']
    const onward = httpRequest(request.url ?? '', { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  }

  #tunnel(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.seen.push(`CONNECT ${request.url ?? ''}`)
    const [host = '', port] = (request.url ?? '').split(':')
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(head)
      onward.pipe(socket)
      socket.pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  }
}
