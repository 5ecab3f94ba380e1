import { EventEmitter } from 'node:events'
import type { CdpConnection } from './cdp.ts'
import { only } from './only.ts'
import type { Schemes } from './scheme.ts'
import type { WebContents } from './WebContents.ts'

type RequestHandler = (contents: WebContents, permission: string, callback: (granted: boolean) => void, details: object) => void
type RequestDetails = { url: string; method: string; resourceType: string }
type BeforeRequest = (details: RequestDetails, callback: (answer: { cancel?: boolean }) => void) => void

/** Electron's names of permissions, and Chromium's. */
const permissions: readonly (readonly [string, object])[] = [
  ['clipboard-read', { name: 'clipboard-read' }],
  ['clipboard-sanitized-write', { name: 'clipboard-write' }],
  ['geolocation', { name: 'geolocation' }],
  ['notifications', { name: 'notifications' }],
  ['media', { name: 'camera' }],
  ['media', { name: 'microphone' }],
]

/** Electron's default session. */
export class Session extends EventEmitter {
  readonly protocol: object
  readonly webRequest: object
  #requestHandler: RequestHandler | null = null
  #beforeRequest: BeforeRequest | null = null

  constructor(schemes: Schemes) {
    super()
    this.protocol = protocolOf(schemes)
    this.webRequest = only('WebRequest', { onBeforeRequest: (...args: unknown[]) => (this.#beforeRequest = (args.at(-1) ?? null) as BeforeRequest | null) })
    return only('Session', this)
  }

  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.#requestHandler = handler
  }

  /** Not consulted: the pages of the stand-in learn of a permission by asking for it. */
  setPermissionCheckHandler(): void {
    return
  }

  /** Chromium without the flags for it offers no such device. */
  setDevicePermissionHandler(): void {
    return
  }

  setDisplayMediaRequestHandler(): void {
    return
  }

  setSpellCheckerEnabled(): void {
    return
  }

  /** Asks the app about every permission once and tells Chromium, which then answers the page so. Without a handler Electron grants. */
  async applyPermissions(connection: CdpConnection, contents: WebContents): Promise<void> {
    for (const [name, permission] of permissions) {
      const setting = (await this.#grants(name, contents)) ? 'granted' : 'denied'
      await connection.browser.send('Browser.setPermission', { permission, setting })
    }
  }

  /** Whether the app's `onBeforeRequest` lets this request go. */
  async allows(url: string, method: string, resourceType: string): Promise<boolean> {
    const listener = this.#beforeRequest
    if (listener === null) return true
    return await new Promise((resolve) => listener({ url, method, resourceType }, ({ cancel }) => resolve(cancel !== true)))
  }

  #grants(name: string, contents: WebContents): Promise<boolean> {
    const handler = this.#requestHandler
    if (handler === null) return Promise.resolve(true)
    return new Promise((resolve) => handler(contents, name, resolve, { requestingUrl: contents.getURL(), isMainFrame: true }))
  }
}

/** Electron's `protocol`. */
export function protocolOf(schemes: Schemes): object {
  return only('protocol', {
    registerSchemesAsPrivileged: schemes.register.bind(schemes),
    handle: schemes.handle.bind(schemes),
    unhandle: schemes.unhandle.bind(schemes),
    isProtocolHandled: schemes.has.bind(schemes),
  })
}
