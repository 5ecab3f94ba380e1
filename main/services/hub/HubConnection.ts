import { EnvHttpProxyAgent } from 'undici'
import { AppError, isAbort } from '../../contract/errors/AppError.ts'
import type { Headers } from './hubErrors.ts'
import { unreachable } from './hubErrors.ts'
import type { HubOptions } from './hubOptions.ts'
import { NotedBody, unrestricted } from './outbound.ts'
import type { NotedRequest, Outbound } from './outbound.ts'

/** One answer. The body must be read to its end or discarded. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly url: URL
  readonly body: AnswerBody
}

export interface AnswerBody extends AsyncIterable<Uint8Array> {
  /** Ends the transfer; what is still to come is not fetched. */
  destroy(): void
}

/** Patience, in milliseconds. */
export interface Patience {
  /** From the request to the headers of its answer, connecting and proxy included. */
  readonly answer: number
  /** Between two pieces of a body. */
  readonly silence: number
}

const PATIENCE: Patience = { answer: 30_000, silence: 30_000 }

/** Most redirects on the way to a file; the hub itself needs two. */
const MOST_REDIRECTS = 5

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * Requests to the hub and to wherever it sends us. The token goes to the hub's own origin and nowhere else, however an
 * answer redirects; a redirect from https to http is refused, since it would carry a model past whoever listens.
 */
export class HubConnection {
  readonly #options: HubOptions
  readonly #token: string | null
  readonly #patience: Patience
  readonly #agent: EnvHttpProxyAgent
  readonly #outbound: Outbound

  constructor(options: HubOptions, token: string | null, patience: Patience = PATIENCE, outbound: Outbound = unrestricted) {
    this.#options = options
    this.#token = token
    this.#patience = patience
    this.#outbound = outbound
    const { httpProxy, httpsProxy, noProxy } = options
    // Not through a tunnel where none is needed: many proxies open tunnels to port 443 alone.
    this.#agent = new EnvHttpProxyAgent({ httpProxy, httpsProxy, noProxy, proxyTunnel: false, bodyTimeout: patience.silence, headersTimeout: 0 })
  }

  /**
   * One request and its answer, whatever its status. Rejects `HUB_UNREACHABLE` where none came in time, `OFFLINE`, and with the
   * signal's reason. Nothing else in the app asks another computer for anything.
   */
  async request(method: 'GET' | 'HEAD', url: URL, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Answer> {
    signal?.throwIfAborted()
    const noted = this.#outbound.begin(method, url)
    try {
      const answer = await this.#send(method, url, headers, noted, signal)
      const body = new NotedBody(answer.body, answer.status, noted)
      if (method === 'HEAD') noted.end(answer.status, 0, 'done')
      return { ...answer, body }
    } catch (error) {
      noted.end(null, 0, isAbort(error) || noted.cut.aborted || signal?.aborted === true ? 'cut' : 'failed')
      throw noted.cut.aborted ? new AppError('OFFLINE', { host: url.host }, { cause: error }) : error
    }
  }

  async #send(method: 'GET' | 'HEAD', url: URL, headers: Readonly<Record<string, string>>, noted: NotedRequest, signal?: AbortSignal): Promise<Answer> {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), this.#patience.answer)
    try {
      const answer = await this.#agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: { ...headers, ...this.#credentials(url), 'user-agent': 'llava-desk', 'accept-encoding': 'identity' },
        signal: AbortSignal.any([noted.cut, patience.signal, ...(signal === undefined ? [] : [signal])]),
      })
      // A body that breaks after nobody reads it any more must not end the process.
      answer.body.on('error', () => undefined)
      return { status: answer.statusCode, headers: flat(answer.headers), url, body: answer.body }
    } catch (error) {
      signal?.throwIfAborted()
      if (patience.signal.aborted) throw new AppError('HUB_UNREACHABLE', { host: url.host, detail: 'timeout' }, { cause: error })
      throw isAbort(error) ? error : unreachable(error, url.host)
    } finally {
      clearTimeout(timer)
    }
  }

  /** A request whose redirects are followed; the answer is the last one. Rejects `HUB_FAILED` for a redirect that leads nowhere good. */
  async follow(method: 'GET' | 'HEAD', start: URL, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Answer> {
    let url = start
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const answer = await this.request(method, url, headers, signal)
      const next = this.redirectOf(answer)
      if (next === null) return answer
      answer.body.destroy()
      url = next
    }
    throw new AppError('HUB_FAILED', { host: start.host, status: 'too many redirects' })
  }

  /** Where an answer sends us; null where it does not. Throws `HUB_FAILED` where we do not go. */
  redirectOf({ status, headers, url }: Answer): URL | null {
    if (!REDIRECTS.has(status)) return null
    const location = headers['location'] ?? ''
    const next = location !== '' && URL.canParse(location, url.href) ? new URL(location, url) : null
    const allowed = this.#options.base.protocol === 'http:' ? ['http:', 'https:'] : ['https:']
    if (next === null || !allowed.includes(next.protocol)) throw new AppError('HUB_FAILED', { host: url.host, status: `${status} to ${next?.protocol ?? 'nowhere'}` })
    return next
  }

  isHub(url: URL): boolean {
    return url.origin === this.#options.base.origin
  }

  /** Closes all connections; requests under way fail. */
  async dispose(): Promise<void> {
    await this.#agent.destroy()
  }

  #credentials(url: URL): Record<string, string> {
    return this.#token !== null && this.isHub(url) ? { authorization: `Bearer ${this.#token}` } : {}
  }
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]))
}
