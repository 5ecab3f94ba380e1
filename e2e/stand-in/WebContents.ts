import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { CdpSession } from './cdp.ts'
import { Document } from './Document.ts'
import { ipcMain } from './ipcMain.ts'
import { only } from './only.ts'
import { openPromise } from './openPromise.ts'
import { takeEnd, type MessagePortMain } from './ports.ts'
import { fulfil, type PausedRequest, type Schemes } from './scheme.ts'
import type { Session } from './Session.ts'

type WindowOpenHandler = (details: { url: string; frameName: string; features: string; disposition: string }) => { action: 'allow' | 'deny' }

const preloadWorld = 'Electron Isolated Context'
/** A script for the page: the text of a module here, without what makes it a module. */
const pageScript = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8').replaceAll(/^import .*$|^export /gm, '')

/** An event that listeners may prevent. */
export class PreventableEvent {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}

let nextId = 1

/** Electron's WebContents over a DevTools session of one page. */
export class WebContents extends EventEmitter {
  readonly id = nextId++
  readonly session: Session
  readonly self: WebContents
  readonly mainFrame: WebFrameMain
  /** Resolves when the page is there and prepared. */
  readonly ready = openPromise()
  #session: CdpSession | null = null
  readonly #schemes: Schemes
  /** Chromium may make the preload's world twice for one navigation; the one that speaks is the page's. */
  readonly #documents = new Map<number, Document>()
  #document: Document | null = null
  #openHandler: WindowOpenHandler | null = null
  #url = ''
  #loading = false
  #destroyed = false

  constructor(session: Session, schemes: Schemes) {
    super()
    this.ready.promise.catch(() => undefined)
    this.session = session
    this.#schemes = schemes
    this.self = only('WebContents', this)
    this.mainFrame = only('WebFrameMain', new WebFrameMain(this))
    return this.self
  }

  get #cdp(): CdpSession {
    if (this.#session === null) throw new Error('stand-in: the window has no page yet; wait for loadURL')
    return this.#session
  }

  /** Takes the page over and prepares it before it loads anything: worlds, preload script, requests. */
  async attach(cdp: CdpSession, preload: string | undefined): Promise<void> {
    this.#session = cdp
    this.#listen()
    await this.#cdp.send('Page.enable')
    await this.#cdp.send('Runtime.addBinding', { name: '__standInSend', executionContextName: preloadWorld })
    await this.#cdp.send('Runtime.enable')
    await this.#cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
    await this.#cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: pageScript('page/mainWorld.js') })
    const bundle = preload === undefined ? '' : readFileSync(preload, 'utf8')
    const shim = `${pageScript('wire.js')}\n${pageScript('page/preloadWorld.js')}`
    // Electron runs preload scripts in the top frame only.
    const source = `if (window.top === window) (() => { ${shim}\n;((require, module, exports, process) => {${bundle}\n})(requireModule, { exports: {} }, {}, undefined) })()`
    await this.#cdp.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName: preloadWorld })
    await this.session.applyPermissions(cdp.connection, this.self)
    this.ready.resolve()
  }

  /** Rejects where the page cannot be loaded. */
  async loadURL(address: string): Promise<void> {
    this.#url = address
    this.#loading = true
    await this.ready.promise
    const loaded = this.#cdp.once('Page.loadEventFired')
    const { errorText } = await this.#cdp.send('Page.navigate', { url: this.#schemes.toBrowser(address) })
    if (typeof errorText === 'string') {
      this.emit('did-fail-load', {}, -2, errorText, address, true)
      throw Object.assign(new Error(`${errorText} loading '${address}'`), { code: errorText, url: address })
    }
    await loaded
  }

  getURL(): string {
    return this.#url
  }

  getTitle(): string {
    return this.#title
  }

  isLoading(): boolean {
    return this.#loading
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  reload(): void {
    void this.#cdp.send('Page.reload')
  }

  send(channel: string, ...args: unknown[]): void {
    this.#document?.send(channel, structuredClone(args), [])
  }

  postMessage(channel: string, message: unknown, transfer: readonly MessagePortMain[] = []): void {
    this.#document?.send(channel, [structuredClone(message)], transfer.map(takeEnd))
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#openHandler = handler
  }

  /** Chromium has closed the page. */
  dispose(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    this.#clear()
    this.emit('destroyed')
  }

  /** Chromium reports a new title. */
  titled(title: string): void {
    if (title === this.#title) return
    this.#title = title
    this.emit('page-title-updated', new PreventableEvent(), title, true)
  }
  #title = ''

  #listen(): void {
    this.#cdp.on('Runtime.executionContextCreated', ({ context }) => this.#contextCreated(context as { id: number; name: string }))
    this.#cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => this.#contextGone(executionContextId as number))
    this.#cdp.on('Runtime.executionContextsCleared', () => this.#clear())
    this.#cdp.on('Runtime.bindingCalled', ({ payload, executionContextId }) => {
      this.#document = this.#documents.get(executionContextId as number) ?? null
      this.#document?.receive(payload as string)
    })
    this.#cdp.on('Page.windowOpen', ({ url }) => this.#openWindow(url as string))
    this.#cdp.on('Runtime.exceptionThrown', ({ exceptionDetails }) => console.error('page threw:', JSON.stringify(exceptionDetails)))
    this.#cdp.on('Fetch.requestPaused', (paused) => void this.#answer(paused as unknown as PausedRequest))
    this.#cdp.on('Page.domContentEventFired', () => this.emit('dom-ready', {}))
    this.#cdp.on('Page.loadEventFired', () => {
      this.#loading = false
      this.emit('did-finish-load', {})
    })
    this.#cdp.on('Inspector.targetCrashed', () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }))
  }

  #contextCreated({ id, name }: { id: number; name: string }): void {
    if (name !== preloadWorld) return
    this.#document = new Document(this.#cdp, id, {
      receive: (channel, args, ports) => ipcMain.deliver(this, channel, args, ports),
      answer: (channel, args) => ipcMain.answer(this, channel, args),
    })
    this.#documents.set(id, this.#document)
  }

  #contextGone(id: number): void {
    const document = this.#documents.get(id)
    this.#documents.delete(id)
    document?.dispose()
    if (this.#document === document) this.#document = null
  }

  #clear(): void {
    for (const id of [...this.#documents.keys()]) this.#contextGone(id)
  }

  /** Tells the app that the page wants a window; `BrowserWindow` closes it. */
  #openWindow(url: string): void {
    const answer = this.#openHandler?.({ url: this.#schemes.fromBrowser(url), frameName: '', features: '', disposition: 'new-window' })
    // Without a handler Electron opens the window.
    if (answer?.action !== 'deny') throw new Error('stand-in: windows opened by a page are not emulated')
  }

  async #answer({ requestId, resourceType, request }: PausedRequest): Promise<void> {
    const address = this.#schemes.fromBrowser(request.url)
    try {
      const response = await this.#respond(address, resourceType, request)
      if (typeof response === 'string') await this.#cdp.send('Fetch.failRequest', { requestId, errorReason: response })
      else await fulfil(this.#cdp, requestId, response)
    } catch (thrown) {
      console.error(`stand-in: ${address}:`, thrown)
      // A document that is gone has no request left to fail.
      await this.#cdp.send('Fetch.failRequest', { requestId, errorReason: 'Failed' }).catch(() => undefined)
    }
  }

  /** The app's answer to a request, or why it fails in Chromium's words. */
  async #respond(address: string, resourceType: string, request: PausedRequest['request']): Promise<Response | 'Aborted' | 'BlockedByClient'> {
    if (resourceType === 'Document' && !this.#mayNavigate(address)) return 'Aborted'
    if (!(await this.session.allows(address, request.method, resourceType))) return 'BlockedByClient'
    const response = await this.#schemes.answer(address, { method: request.method, headers: request.headers, body: request.postData })
    if (response !== null) return response
    // Nothing of the app may reach for the network; a spec looks for this line.
    console.error(`stand-in: outbound request refused: ${address}`)
    return 'BlockedByClient'
  }

  /** A navigation the app did not ask for goes to `will-navigate` first; a reload does not. */
  #mayNavigate(address: string): boolean {
    const same = (a: string, b: string) => a.split('#')[0] === b.split('#')[0]
    if (same(address, this.#url)) return true
    const event = Object.assign(new PreventableEvent(), { url: address, isMainFrame: true, isSameDocument: false, frame: this.mainFrame })
    this.emit('will-navigate', event, address)
    this.emit('will-frame-navigate', event)
    if (!event.defaultPrevented) this.#url = address
    return !event.defaultPrevented
  }
}

/** Electron's WebFrameMain of the top frame. */
export class WebFrameMain {
  readonly #contents: WebContents
  readonly parent = null
  readonly processId = 1
  readonly routingId = 1

  constructor(contents: WebContents) {
    this.#contents = contents
  }

  get url(): string {
    return this.#contents.getURL()
  }

  /** Serialized as Chromium does for a standard scheme. */
  get origin(): string {
    const { protocol, host } = new URL(this.url)
    return `${protocol}//${host}`
  }

  get top(): WebFrameMain {
    return this.#contents.mainFrame
  }

  get detached(): boolean {
    return this.#contents.isDestroyed()
  }

  isDestroyed(): boolean {
    return this.#contents.isDestroyed()
  }

  send(channel: string, ...args: unknown[]): void {
    this.#contents.send(channel, ...args)
  }

  postMessage(channel: string, message: unknown, transfer: readonly MessagePortMain[] = []): void {
    this.#contents.postMessage(channel, message, transfer)
  }
}
