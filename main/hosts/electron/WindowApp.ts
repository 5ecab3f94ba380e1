import { join } from 'node:path'
import { RPCHandler } from '@orpc/server/message-port'
import { app, dialog, nativeTheme, session } from 'electron'
import { toAppError } from '../../contract/errors/AppError.ts'
import { chooseLanguage, type Language } from '../../contract/language.ts'
import { createRouter } from '../../rpc/router.ts'
import type { Services } from '../../services/createServices.ts'
import { errorSentence } from '../shared/errorSentence.ts'
import type { HostContext } from '../shared/HostContext.ts'
import { serveApp } from './appProtocol.ts'
import { askToOpen } from './externalLinks.ts'
import { guardContents, guardSession } from './guards.ts'
import { setMenu } from './menu.ts'
import { withProjector } from './openedFile.ts'
import { handOutPorts } from './pagePorts.ts'
import { PageWindow } from './PageWindow.ts'
import { startServices } from './startServices.ts'
import { placeStore } from './stores.ts'
import { textsOf, type Texts } from './texts.ts'

/** Longest wait for services at the end; the engine ends by itself when this process is gone. */
const stopBudgetMilliseconds = 5000

/** The app with its window: one window, one set of services, from ready to quit. */
export class WindowApp {
  readonly #host: HostContext
  readonly #dataFolder: string
  #services: Services | null = null
  #page: PageWindow | null = null

  constructor(host: HostContext, dataFolder: string) {
    this.#host = host
    this.#dataFolder = dataFolder
  }

  /** Rejects where the services cannot start. */
  async start(): Promise<void> {
    guardSession(session.defaultSession)
    guardContents((address) => void askToOpen(address, this.#page?.window ?? null, this.#texts()))
    setMenu(this.#texts())
    const services = await startServices(this.#host, {
      dataFolder: this.#dataFolder,
      systemLanguage: systemLanguage(),
      window: () => this.#page?.window ?? null,
      texts: () => this.#texts(),
    })
    this.#services = services
    serveApp({ renderer: this.#host.folders.renderer, image: async ({ id, variant }) => await services.images.variant(id, variant) })
    const rpc = new RPCHandler(createRouter(services))
    handOutPorts((port) => rpc.upgrade(port))
    void this.#followSettings(services)
    this.show()
  }

  /** Opens the window, or brings it to the front. */
  show(): void {
    this.#page?.focus()
    if (this.#page !== null || this.#services === null) return
    const { logger } = this.#services
    const page = new PageWindow({
      preload: this.#host.folders.preload,
      texts: () => this.#texts(),
      place: placeStore(join(this.#dataFolder, 'window.json'), logger),
      failed: (error) => logger.error('The page could not be loaded', { error }),
    })
    this.#page = page
    page.onClosed(() => (this.#page = null))
  }

  /** Loads a model file that the system asked us to open; what is wrong with it shows in the window. */
  async openModel(path: string): Promise<void> {
    this.show()
    try {
      await this.#services?.models.use(await withProjector(path))
    } catch (error) {
      this.#services?.logger.warn('A file could not be opened', { path, error })
    }
  }

  async stop(): Promise<void> {
    const services = this.#services
    if (services === null) return
    const late = new Promise<void>((resolve) => setTimeout(resolve, stopBudgetMilliseconds))
    await Promise.race([late, services.dispose().catch((error: unknown) => services.logger.error('Stopping failed', { error }))])
  }

  /** Says in a native box why the app cannot go on. */
  fail(thrown: unknown): void {
    const error = toAppError(thrown)
    this.#services?.logger.error('The window host failed', { error })
    dialog.showErrorBox(this.#texts().startFailed, errorSentence(error, this.#language()))
  }

  async #followSettings(services: Services): Promise<void> {
    nativeTheme.themeSource = services.settings.get().theme
    setMenu(this.#texts())
    for await (const event of services.events.subscribe()) {
      if (event.type !== 'settingsChanged') continue
      nativeTheme.themeSource = services.settings.get().theme
      setMenu(this.#texts())
    }
  }

  #language(): Language {
    return chooseLanguage(this.#services?.settings.get().language ?? 'system', systemLanguage())
  }

  #texts(): Texts {
    return textsOf(this.#language())
  }
}

/** BCP 47, as the system reports it. */
function systemLanguage(): string {
  return app.getPreferredSystemLanguages()[0] ?? app.getLocale()
}
