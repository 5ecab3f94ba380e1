import type { CdpSession } from './cdp.ts'

/** Chromium knows no custom scheme of ours, so `app://ui/x` is shown as `https://ui.app.invalid/x`; nothing leaves the machine. */
const suffix = (scheme: string): string => `.${scheme}.invalid`

export interface SchemePrivileges {
  readonly standard?: boolean
  readonly secure?: boolean
  readonly supportFetchAPI?: boolean
  readonly [privilege: string]: boolean | undefined
}

type Handler = (request: Request) => Response | Promise<Response>

/** The custom schemes of the app and who answers them. */
export class Schemes {
  readonly #privileges = new Map<string, SchemePrivileges>()
  readonly #handlers = new Map<string, Handler>()

  register(schemes: readonly { scheme: string; privileges?: SchemePrivileges }[]): void {
    for (const { scheme, privileges } of schemes) this.#privileges.set(scheme, privileges ?? {})
  }

  handle(scheme: string, handler: Handler): void {
    if (this.#privileges.get(scheme)?.standard !== true) throw new Error(`stand-in: only schemes registered as standard are emulated, not ${scheme}:`)
    if (this.#handlers.has(scheme)) throw new Error('The protocol has been intercepted or handled already')
    this.#handlers.set(scheme, handler)
  }

  unhandle(scheme: string): void {
    this.#handlers.delete(scheme)
  }

  has(scheme: string): boolean {
    return this.#handlers.has(scheme)
  }

  /** `app://ui/x` as Chromium gets it. Other addresses stay as they are. */
  toBrowser(address: string): string {
    const url = new URL(address)
    const scheme = url.protocol.slice(0, -1)
    if (!this.#privileges.has(scheme)) return address
    return `https://${url.host}${suffix(scheme)}${address.slice(`${url.protocol}//${url.host}`.length)}`
  }

  /** The address as the app knows it. */
  fromBrowser(address: string): string {
    for (const scheme of this.#privileges.keys()) {
      const match = new RegExp(`^https://([^/]+)\\.${scheme}\\.invalid(/.*)?$`).exec(address)
      if (match !== null) return `${scheme}://${match[1] ?? ''}${match[2] ?? '/'}`
    }
    return address
  }

  /** Answers a request of the page; null where no handler of the app is responsible. */
  async answer(address: string, init: { method: string; headers: Record<string, string>; body: string | undefined }): Promise<Response | null> {
    const handler = this.#handlers.get(new URL(address).protocol.slice(0, -1))
    if (handler === undefined) return null
    const headers = Object.fromEntries(Object.entries(init.headers).map(([name, value]) => [name, this.fromBrowser(value)]))
    const body = init.method === 'GET' || init.method === 'HEAD' ? {} : { body: init.body ?? '' }
    return await handler(new Request(address, { method: init.method, headers, ...body }))
  }
}

/** A request that Chromium has stopped for us to answer. */
export interface PausedRequest {
  readonly requestId: string
  readonly frameId: string
  readonly resourceType: string
  readonly request: { readonly url: string; readonly method: string; readonly headers: Record<string, string>; readonly postData?: string }
}

/** Lets the page have this response. */
export async function fulfil(session: CdpSession, requestId: string, response: Response): Promise<void> {
  await session.send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  })
}
