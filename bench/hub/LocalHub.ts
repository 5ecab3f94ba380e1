import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Faults } from './faults.ts'
import { sendBody } from './sendBody.ts'

/** A request as it came in. */
export interface Seen {
  readonly at: 'hub' | 'store'
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** First and last byte asked for. */
  readonly range: readonly [number, number] | null
}

interface Stored {
  bytes: Uint8Array
  faults: Faults
  /** Requests for bytes so far, and requests of any kind that met a fault with `times`. */
  gets: number
  failed: number
}

export interface FileOptions {
  /** In the large file storage: the hub names size and SHA-256 and redirects to the store. Default true. */
  readonly lfs?: boolean
}

/**
 * A Hugging Face hub on this machine: the same addresses, headers and redirects, with a store on another port as the place
 * the bytes come from, and faults to be switched on for each file. For tests.
 */
export class LocalHub {
  readonly seen: Seen[] = []
  /** The token every request to the hub must carry; null: none. */
  token: string | null = null
  /** Called with every part of a body, before it is sent. */
  onBody: (bytes: number) => void = () => undefined
  commit = 'c0ffee0000000000000000000000000000000001'
  /** Addresses of the hub and of its store; also after `stop`. */
  url = ''
  storeUrl = ''
  readonly #files = new Map<string, Stored & FileOptions>()
  readonly #hub: Server
  readonly #store: Server

  private constructor() {
    this.#hub = createServer((request, response) => this.#answerAtHub(request, response))
    this.#store = createServer((request, response) => this.#answerAtStore(request, response))
  }

  static async start(): Promise<LocalHub> {
    const hub = new LocalHub()
    hub.url = await listen(hub.#hub)
    hub.storeUrl = await listen(hub.#store)
    return hub
  }

  /** Puts a file into a repository, in place of the one that is there. `path`: "owner/name/file". */
  put(path: string, bytes: Uint8Array, options: FileOptions = {}): void {
    this.#files.set(path, { bytes, faults: {}, gets: 0, failed: 0, ...options })
  }

  /** Replaces the faults of a file. */
  fault(path: string, faults: Faults): void {
    const file = this.#files.get(path)
    if (file === undefined) throw new Error(`no file ${path}`)
    file.faults = faults
    file.gets = 0
    file.failed = 0
  }

  async stop(): Promise<void> {
    for (const server of [this.#hub, this.#store]) {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    }
  }

  #answerAtHub(request: IncomingMessage, response: ServerResponse): void {
    const url = this.#note('hub', request)
    const isAllowed = this.token === null || request.headers.authorization === `Bearer ${this.token}`
    if (!isAllowed) {
      refuse(response, 401, { 'x-error-code': 'GatedRepo' })
      return
    }
    const listing = /^\/api\/models\/([^/]+\/[^/]+)\/revision\//.exec(url.pathname)?.[1]
    if (listing !== undefined) {
      this.#list(listing, response)
      return
    }
    const [, repository, path] = /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(decodeURIComponent(url.pathname)) ?? []
    const known = [...this.#files.keys()].some((name) => name.startsWith(`${repository ?? ''}/`))
    const file = this.#files.get(`${repository ?? ''}/${path ?? ''}`)
    if (file === undefined) refuse(response, 404, { 'x-error-code': known ? 'EntryNotFound' : 'RepoNotFound' })
    else this.#send(file, `${repository ?? ''}/${path ?? ''}`, request, response)
  }

  #send(file: Stored & FileOptions, name: string, request: IncomingMessage, response: ServerResponse): void {
    const { faults } = file
    if (faults.status?.at === 'hub' && counts(file)) {
      refuse(response, faults.status.code, faults.status.headers)
      return
    }
    if (faults.redirect !== undefined) {
      const to = faults.redirect === 'loop' ? (request.url ?? '') : faults.redirect === 'nowhere' ? '' : faults.redirect.href
      response.writeHead(302, { location: to }).end()
      return
    }
    if (file.lfs === false) {
      if (faults.bare !== true) response.setHeader('x-repo-commit', this.commit)
      this.#sendBytes(file, request, response)
      return
    }
    const location = `${this.storeUrl}/store/${name}?signature=secret`
    const named = faults.bare === true ? {} : { 'x-repo-commit': this.commit, 'x-linked-size': file.bytes.byteLength + (faults.lengthOff ?? 0), 'x-linked-etag': `"${hashOf(file.bytes)}"` }
    response.writeHead(302, { location, ...named }).end('Found. Redirecting.')
  }

  #answerAtStore(request: IncomingMessage, response: ServerResponse): void {
    const url = this.#note('store', request)
    const file = this.#files.get(decodeURIComponent(url.pathname.replace('/store/', '')))
    if (file === undefined) refuse(response, 404)
    else if (file.faults.status?.at === 'store' && counts(file)) refuse(response, file.faults.status.code, file.faults.status.headers)
    else if (file.faults.silent === true && counts(file)) return
    else if (file.faults.noHead === true && request.method === 'HEAD') refuse(response, 403)
    else this.#sendBytes(file, request, response)
  }

  #sendBytes(file: Stored, request: IncomingMessage, response: ServerResponse): void {
    if (request.method === 'GET') file.gets += 1
    const { change } = file.faults
    if (change !== undefined && file.gets >= change.from && file.bytes !== change.to) file.bytes = change.to
    sendBody({ bytes: file.bytes, faults: file.faults, count: file.gets, isBroken: () => counts(file), onBody: (bytes) => this.onBody(bytes) }, request, response)
  }

  #list(repository: string, response: ServerResponse): void {
    const files = [...this.#files].filter(([name]) => name.startsWith(`${repository}/`))
    if (files.length === 0) {
      refuse(response, 404, { 'x-error-code': 'RepoNotFound' })
      return
    }
    const siblings = files.map(([name, { bytes, lfs }]) => ({
      rfilename: name.slice(repository.length + 1),
      size: bytes.byteLength,
      ...(lfs === false ? {} : { lfs: { size: bytes.byteLength, sha256: hashOf(bytes) } }),
    }))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ id: repository, sha: this.commit, gated: this.token === null ? false : 'manual', siblings }))
  }

  #note(at: Seen['at'], request: IncomingMessage): URL {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    this.seen.push({ at, method: request.method ?? '', url: request.url ?? '', headers, range: first === undefined ? null : [Number(first), Number(last)] })
    return new URL(request.url ?? '/', 'http://localhost')
  }
}

/** Whether a fault that happens a limited number of times happens now. */
function counts(file: Stored): boolean {
  file.failed += 1
  return file.faults.times === undefined || file.failed <= file.faults.times
}

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, headers).end()
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
