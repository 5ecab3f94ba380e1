import { EventEmitter } from 'node:events'
import { standIn } from './standIn.ts'
import { checkOptions, only } from './only.ts'
import { PreventableEvent, WebContents } from './WebContents.ts'

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

interface Options extends Partial<Bounds> {
  show?: boolean
  title?: string
  webPreferences?: { preload?: string; sandbox?: boolean; contextIsolation?: boolean; nodeIntegration?: boolean; webSecurity?: boolean; webviewTag?: boolean }
}

const knownOptions = ['width', 'height', 'x', 'y', 'minWidth', 'minHeight', 'show', 'title', 'backgroundColor', 'icon', 'center', 'useContentSize', 'autoHideMenuBar', 'titleBarStyle', 'titleBarOverlay', 'trafficLightPosition', 'webPreferences']
const knownPreferences = ['preload', 'sandbox', 'contextIsolation', 'nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames', 'webSecurity', 'webviewTag', 'allowRunningInsecureContent', 'experimentalFeatures', 'spellcheck', 'devTools', 'navigateOnDragDrop', 'safeDialogs', 'disableDialogs', 'autoplayPolicy', 'v8CacheOptions', 'backgroundThrottling', 'enableWebSQL', 'images', 'textAreasAreResizable', 'webgl', 'plugins']

/** Every open window, as the app knows it. */
const windows = new Set<BrowserWindow>()
let nextId = 1

/** Electron's BrowserWindow: a page of the Chromium the spec has started. */
export class BrowserWindow extends EventEmitter {
  readonly id = nextId++
  readonly webContents: WebContents
  readonly #self: BrowserWindow
  readonly #preload: string | undefined
  #targetId: string | null = null
  #bounds: Bounds
  #state: 'normal' | 'maximized' | 'minimized' | 'fullscreen' = 'normal'
  #visible: boolean
  #title: string
  #destroyed = false

  constructor(options: Options = {}) {
    super()
    checkOptions('BrowserWindow', options, knownOptions)
    const { webPreferences = {} } = options
    checkOptions('webPreferences', webPreferences, knownPreferences)
    if (webPreferences.contextIsolation === false || webPreferences.sandbox === false || webPreferences.nodeIntegration === true) {
      throw new Error('stand-in: only sandboxed, isolated pages without Node are emulated')
    }
    this.#preload = webPreferences.preload
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 }
    this.#visible = options.show !== false
    this.#title = options.title ?? ''
    this.webContents = new WebContents(standIn.session, standIn.schemes)
    this.#self = only('BrowserWindow', this)
    windows.add(this.#self)
    this.#open().catch((reason: unknown) => this.webContents.ready.reject(reason))
    standIn.created(this.#self)
    return this.#self
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows]
  }

  static getFocusedWindow(): BrowserWindow | null {
    return [...windows].at(-1) ?? null
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return [...windows].find((window) => window.webContents === contents) ?? null
  }

  async loadURL(address: string): Promise<void> {
    await this.webContents.loadURL(address)
  }

  close(): void {
    if (this.#destroyed) return
    const event = new PreventableEvent()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }

  /** Closes without asking. */
  destroy(): void {
    const targetId = this.#targetId
    this.#gone()
    if (targetId !== null) closeTarget(targetId)
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  show(): void {
    this.#visible = true
    this.emit('show')
  }

  hide(): void {
    this.#visible = false
    this.emit('hide')
  }

  focus(): void {
    this.emit('focus')
  }

  isVisible(): boolean {
    return this.#visible
  }

  isFocused(): boolean {
    return this.#visible
  }

  isMaximized(): boolean {
    return this.#state === 'maximized'
  }

  isMinimized(): boolean {
    return this.#state === 'minimized'
  }

  isFullScreen(): boolean {
    return this.#state === 'fullscreen'
  }

  maximize(): void {
    this.#state = 'maximized'
    this.emit('maximize')
  }

  restore(): void {
    this.#state = 'normal'
    this.emit('restore')
  }

  getBounds(): Bounds {
    return { ...this.#bounds }
  }

  getNormalBounds(): Bounds {
    return { ...this.#bounds }
  }

  setBounds(bounds: Partial<Bounds>): void {
    this.#bounds = { ...this.#bounds, ...bounds }
  }

  getTitle(): string {
    return this.#title
  }

  setTitle(title: string): void {
    this.#title = title
  }

  setBackgroundColor(): void {
    return
  }

  setMenuBarVisibility(): void {
    return
  }

  removeMenu(): void {
    return
  }

  async #open(): Promise<void> {
    await standIn.connected
    const { width, height } = this.#bounds
    const { targetId } = (await standIn.browser.send('Target.createTarget', { url: 'about:blank', width, height })) as { targetId: string }
    this.#targetId = targetId
    this.#watch(targetId)
    const { sessionId } = (await standIn.browser.send('Target.attachToTarget', { targetId, flatten: true })) as { sessionId: string }
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'))
    await this.webContents.attach(standIn.browser.connection.session(sessionId), this.#preload)
  }

  #watch(targetId: string): void {
    standIn.browser.on('Target.targetDestroyed', (gone) => {
      if (gone['targetId'] === targetId) this.#gone()
    })
    standIn.browser.on('standIn.disconnected', () => this.#gone())
    standIn.browser.on('Target.targetInfoChanged', ({ targetInfo }) => {
      const info = targetInfo as { targetId: string; title: string; openerId?: string }
      if (info.targetId === targetId) this.#titled(info.title)
      // A window the page opened: `WebContents` has asked the app, which must have denied it.
      if (info.openerId === targetId) closeTarget(info.targetId)
    })
  }

  #titled(title: string): void {
    this.webContents.titled(title)
    this.#title = title
  }

  #gone(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    windows.delete(this.#self)
    this.webContents.dispose()
    this.emit('closed')
    standIn.closed(windows.size)
  }
}

/** Closes a page that may be closing already, or whose browser may be gone. */
function closeTarget(targetId: string): void {
  standIn.browser.send('Target.closeTarget', { targetId }).catch(() => undefined)
}
