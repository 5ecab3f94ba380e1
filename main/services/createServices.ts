import type { AppEvent, AppInfo, Settings, SettingsPatch } from '../contract/domains/app.ts'
import type { ModelFiles } from '../contract/domains/model.ts'
import { AppError } from '../contract/errors/AppError.ts'
import { Broadcast } from '../platform/Broadcast.ts'
import type { Logger } from '../platform/log.ts'
import { Scope } from '../platform/Scope.ts'
import type { Store } from '../storage/Store.ts'
import { CacheService } from './cache/CacheService.ts'
import { ChatOptionsService } from './chat/ChatOptionsService.ts'
import { ChatService } from './chat/ChatService.ts'
import { ApiToken } from './completions/ApiToken.ts'
import { CompletionService } from './completions/CompletionService.ts'
import { LocalServer } from './completions/LocalServer.ts'
import { createExtraction } from './extraction/createExtraction.ts'
import { PageChoices } from './documents/PageChoices.ts'
import { PdfThread } from './documents/PdfThread.ts'
import { openDataFolder } from './dataFolder.ts'
import type { DataFolder } from './dataFolder.ts'
import { Cropper } from './images/crop.ts'
import { ImageService } from './images/ImageService.ts'
import { PixelFiles } from './images/PixelFiles.ts'
import { SampleService } from './images/SampleService.ts'
import { createLibrary } from './models/createLibrary.ts'
import type { LibraryServices } from './models/createLibrary.ts'
import type { ModelService } from './models/ModelService.ts'
import type { Dialogs, ServicePorts } from './ports.ts'
import { memorySettings } from './settings/memorySettings.ts'
import { SearchService } from './search/SearchService.ts'
import { SettingsService } from './settings/SettingsService.ts'
import { SettingsWatch } from './settings/SettingsWatch.ts'
import { loadShippedTemplates } from './templates/shippedTemplates.ts'
import { TemplateService } from './templates/TemplateService.ts'
import type { RunServices } from './runs/createRuns.ts'
import { EraseService } from './privacy/EraseService.ts'
import { Ledger } from './privacy/Ledger.ts'
import { TransferFiles } from './transfer/TransferFiles.ts'
import { TransferService } from './transfer/TransferService.ts'
import type { TemplateTrial } from './templates/TemplateTrial.ts'
import { PictureViews } from './view/PictureViews.ts'

/** All services of a host with chats. */
export interface Services {
  readonly info: AppInfo
  readonly logger: Logger
  readonly chats: ChatService
  readonly chatOptions: ChatOptionsService
  /** Finds what was written in chats. */
  readonly search: SearchService
  readonly images: ImageService
  readonly samples: SampleService
  /** Files whose pages are being chosen for a question. */
  readonly pageChoices: PageChoices
  /** Makes parts of pictures pictures of their own. */
  readonly cropper: Cropper
  /** What the model sees of pictures. */
  readonly views: PictureViews
  /** The model in use. */
  readonly models: ModelService
  /** Models at hand and models to be had. */
  readonly library: LibraryServices
  /** What the engine keeps on disk. */
  readonly cache: CacheService
  /** What is to be read from documents. */
  readonly templates: TemplateService
  readonly templateTrial: TemplateTrial
  /** Piles of documents, and what was read from them. */
  readonly runs: RunServices
  /** Chats on their way out and in. */
  readonly transfer: TransferService
  /** What left this computer. */
  readonly ledger: Ledger
  /** "Delete everything". */
  readonly eraser: EraseService
  /** Answers for other programs on this machine. */
  readonly server: LocalServer
  readonly settings: { get(): Settings; change(patch: SettingsPatch): Settings }
  /** Facts as they happen, for every open page. */
  readonly events: Broadcast<AppEvent>
  readonly dialogs: Dialogs | null
  /** Stops answers (their text is kept), ends the engine, closes the data folder. */
  dispose(): Promise<void>
}

/**
 * The one place where services are put together. Starts loading the configured model (or the demo model) and returns
 * without waiting for it. A data folder that cannot be written, a damaged database or settings file do not keep the app
 * from starting: see `info.notices`. Rejects `DATABASE_NEWER`.
 */
export async function createServices(ports: ServicePorts): Promise<Services> {
  const { engine, logger, now = Date.now } = ports
  const scope = new Scope()
  try {
    scope.defer(() => engine.stop())
    const folder = scope.own(openDataFolder(ports.paths, now))
    const { store } = folder
    const settings = new SettingsService(folder.notice === null ? ports.settings : memorySettings(ports.settings), now)
    const pixels = scope.own(await PixelFiles.ofProcess(folder.paths, store, logger))
    const events = scope.own(new Broadcast<AppEvent>((event) => JSON.stringify(event)))
    const images = new ImageService(store, folder.paths.derived, pixels, now)
    // The engine's own folder, also where a temporary one stands in for the data folder: that may be full of it.
    const cache = new CacheService(ports.paths.engineCache, now)
    const search = new SearchService(store.search, logger)
    const tidied = tidyUp(store, images, cache, search, logger, now())
    // The data folder stays open until then.
    scope.defer(() => tidied)
    const ledger = new Ledger({ store, offline: () => settings.get().offline, environment: ports.environment, logger, now })
    const change = (patch: SettingsPatch) => {
      const changed = settings.change(patch)
      others.note()
      ledger.follow()
      events.emit({ type: 'settingsChanged' })
      return changed
    }
    const { models, ...library } = createLibrary({ ports, store, paths: folder.paths, settings: { get: () => settings.get(), change }, outbound: ledger, changed: () => events.emit({ type: 'modelsChanged' }), now }, scope)
    const defaults = () => settings.get().generation
    const templateOf = (files: ModelFiles) => library.list.ofFiles(files)?.template ?? null
    const chats = scope.own(new ChatService({ engine, store, images, logger, defaults, templateOf, now, emit: (event) => events.emit(event) }))
    const templates = new TemplateService({ store, shipped: loadShippedTemplates(ports.templateFolder, logger), changed: () => events.emit({ type: 'templatesChanged' }), now })
    const locale = () => localeOf(settings.get().language, ports.systemLanguage)
    const extraction = scope.own(createExtraction({ engine, store, pixels, images, cache, templates, templateOf, locale, version: ports.version, pdfEntry: ports.pdfEntry, logger }))
    // A thread beside that of the runs: a page for a question does not wait for a pile of documents.
    const thread = scope.own(new PdfThread(ports.pdfEntry))
    const transfer = scope.own(new TransferService({ store, images, files: await TransferFiles.ofProcess(folder.paths, store), version: ports.version, emit: (event) => events.emit(event), now }))
    const eraser = new EraseService({ engine, store, paths: folder.paths, engineCache: ports.paths.engineCache, chats, runs: extraction.runs, models, cache, files: transfer.files, emit: (event) => events.emit(event) })
    const completions = new CompletionService({ engine, pixels, defaults, templateOf, demoModel: ports.demoModel, installed: async () => await library.list.list(), version: ports.version })
    const server = scope.own(createServer(ports, folder, () => settings.get().server, completions))
    const others = scope.own(
      new SettingsWatch(
        () => settings.get(),
        () => {
          ledger.follow()
          void server.follow()
          events.emit({ type: 'settingsChanged' })
        },
      ),
    )
    models.start()
    void server.follow()
    library.downloads.goOn()
    extraction.runs.goOn()
    return {
      info: describeHost(ports, folder, [folder.notice, store.notice, settings.notice]),
      logger,
      chats,
      chatOptions: new ChatOptionsService(store),
      search,
      images,
      samples: new SampleService(ports.sampleFolder, images),
      pageChoices: new PageChoices({ pixels, thread, images }),
      cropper: new Cropper(images, store.images, now),
      views: new PictureViews(engine, images),
      models,
      library,
      cache,
      templates,
      templateTrial: extraction.trial,
      runs: extraction.runs,
      transfer,
      ledger,
      eraser,
      events,
      server,
      settings: {
        get: () => settings.get(),
        change: (patch) => {
          const changed = reloadIfNeeded(models, patch, change(patch))
          if (patch.server !== undefined) void server.follow()
          return changed
        },
      },
      dialogs: ports.dialogs,
      dispose: () => scope.dispose(),
    }
  } catch (error) {
    await scope.dispose()
    throw error
  }
}

function createServer({ openServer, forcedServer, logger }: ServicePorts, { paths }: DataFolder, settings: () => Settings['server'], completions: CompletionService): LocalServer {
  const open = openServer ?? (() => Promise.reject(new AppError('UNSUPPORTED_HERE', { what: 'A local server' })))
  return new LocalServer({ settings, token: new ApiToken(paths.apiToken), open, forced: forcedServer ?? null, completions, logger })
}

/** How numbers and days are written where nobody says: as the system has it, if the app speaks the system's language. */
function localeOf(language: Settings['language'], system: string): string {
  return language === 'system' || system.startsWith(language.slice(0, 2)) ? system : language
}

/** What cannot be tidied up now (a full disk, a file in use) waits for another start, but for what the engine keeps of chats and pictures: its budget ends that. Never rejects. */
async function tidyUp(store: Store, images: ImageService, cache: CacheService, search: SearchService, logger: Logger, now: number): Promise<void> {
  try {
    search.mend()
    const { interrupted, purged, images: unused, forgotten, removedRuns, strays } = store.tidyUp(now)
    logger.info('Tidied up the data folder', { interrupted, purged: purged.length, images: unused.length, strays })
    images.tidyUp()
    const ofRuns = async () => {
      await cache.forgetDocuments(forgotten)
      store.purgeRuns(removedRuns)
    }
    // No page waits for it: what is gone is not shown any more.
    for (const outcome of await Promise.allSettled([cache.forgetChats(purged), cache.forgetPictures(unused), ofRuns()])) {
      if (outcome.status === 'rejected') logger.warn('What deleted chats, pictures or runs left behind could not be deleted', { error: outcome.reason as unknown })
    }
  } catch (error) {
    logger.warn('The data folder could not be tidied up', { error })
  }
}

/** The engine compares: where nothing that concerns it changed, this does nothing. */
function reloadIfNeeded(models: ModelService, patch: SettingsPatch, changed: Settings): Settings {
  if (patch.model !== undefined) models.start()
  else if (patch.engine !== undefined) models.refresh()
  return changed
}

function describeHost(ports: ServicePorts, { paths, notice }: DataFolder, notices: readonly (AppError | null)[]): AppInfo {
  return {
    version: ports.version,
    host: ports.host,
    platform: process.platform,
    dataFolder: paths.root,
    keepsData: notice === null,
    systemLanguage: ports.systemLanguage,
    can: { pickFiles: ports.dialogs !== null, revealFile: ports.canRevealFile },
    notices: notices.flatMap((told) => (told === null ? [] : [{ code: told.code, params: { ...told.params } }])),
  }
}
