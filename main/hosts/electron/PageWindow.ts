import { BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import type { Texts } from './texts.ts'
import { pageAddress } from './trust.ts'
import { boundsToOpen, smallestWindow, type Rectangle, type WindowPlace } from './windowBounds.ts'

export interface PageWindowOptions {
  readonly preload: string
  readonly texts: () => Texts
  /** The page could not be loaded. */
  readonly failed: (error: unknown) => void
  /** Where the window stood last time, and where to note it. */
  readonly place: { read: () => WindowPlace | null; write: (place: WindowPlace) => void }
}

/** The app's window. Offers to reload where the page died or hangs; the services live on in this process meanwhile. */
export class PageWindow {
  readonly #window: BrowserWindow
  readonly #options: PageWindowOptions
  #asking = false

  constructor(options: PageWindowOptions) {
    this.#options = options
    const remembered = options.place.read()
    this.#window = new BrowserWindow({
      ...boundsToOpen(remembered, workAreas()),
      minWidth: smallestWindow.width,
      minHeight: smallestWindow.height,
      show: false,
      title: 'LLaVA Desk',
      // Shown for the moment before the first paint.
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
      webPreferences: { preload: options.preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, spellcheck: false },
    })
    if (remembered?.maximized === true) this.#window.maximize()
    this.#window.once('ready-to-show', () => this.#window.show())
    this.#window.on('close', () => options.place.write({ bounds: this.#window.getNormalBounds(), maximized: this.#window.isMaximized() }))
    this.#offerReload()
    this.#window.loadURL(pageAddress).catch(options.failed)
  }

  get window(): BrowserWindow {
    return this.#window
  }

  focus(): void {
    if (this.#window.isMinimized()) this.#window.restore()
    this.#window.show()
    this.#window.focus()
  }

  onClosed(listener: () => void): void {
    this.#window.once('closed', listener)
  }

  #offerReload(): void {
    this.#window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') void this.#ask('pageGone')
    })
    this.#window.on('unresponsive', () => void this.#ask('pageHangs'))
  }

  async #ask(what: 'pageGone' | 'pageHangs'): Promise<void> {
    if (this.#asking || this.#window.isDestroyed()) return
    this.#asking = true
    const t = this.#options.texts(), gone = what === 'pageGone'
    const { response } = await dialog.showMessageBox(this.#window, {
      type: 'warning',
      message: t[what],
      detail: gone ? t.pageGoneDetail : t.pageHangsDetail,
      buttons: [t.reload, gone ? t.close : t.wait],
      defaultId: gone ? 0 : 1,
      cancelId: 1,
      noLink: true,
    })
    this.#asking = false
    if (this.#window.isDestroyed()) return
    if (response === 0) this.#window.webContents.reload()
    else if (gone) this.#window.close()
  }
}

function workAreas(): [Rectangle, ...Rectangle[]] {
  const primary = screen.getPrimaryDisplay()
  return [primary.workArea, ...screen.getAllDisplays().filter(({ id }) => id !== primary.id).map(({ workArea }) => workArea)]
}
