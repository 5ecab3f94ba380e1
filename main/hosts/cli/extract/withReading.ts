import { mkdirSync } from 'node:fs'
import { createLogger, stderrSink } from '../../../platform/log.ts'
import { writeError } from '../../../platform/fileErrors.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { Scope } from '../../../platform/Scope.ts'
import { CacheService } from '../../../services/cache/CacheService.ts'
import { createExtraction } from '../../../services/extraction/createExtraction.ts'
import { ImageService } from '../../../services/images/ImageService.ts'
import { PixelFiles } from '../../../services/images/PixelFiles.ts'
import type { RunServices } from '../../../services/runs/createRuns.ts'
import type { RecordOrigin } from '../../../services/runs/RunPorts.ts'
import { loadShippedTemplates } from '../../../services/templates/shippedTemplates.ts'
import { TemplateService } from '../../../services/templates/TemplateService.ts'
import { Store } from '../../../storage/Store.ts'
import { createEngine } from '../../shared/createEngine.ts'
import { dataFolder } from '../../shared/dataFolder.ts'
import { demoModel, templateFolder } from '../../shared/demoModel.ts'
import type { HostContext } from '../../shared/HostContext.ts'
import { systemLocale } from '../../shared/language.ts'
import { onStopSignal } from '../../shared/stopSignals.ts'
import { chooseModel } from '../chooseModel.ts'
import { exitCodes } from '../exitCode.ts'
import type { ModelOptions } from '../program.ts'
import { tellSteppedDown } from '../steppedDown.ts'
import { errorLine, type Terminal } from '../terminal.ts'
import { templateNamed, type NamedTemplate } from './templateNamed.ts'

/** What `extract` works with. */
export interface Reading extends NamedTemplate {
  readonly store: Store
  readonly runs: RunServices
  /** What reads now; waits for the model and rejects as it does. */
  readonly origin: () => Promise<RecordOrigin>
  /** BCP 47; how numbers and days are printed where nothing clearer is known. */
  readonly locale: string
  readonly signal: AbortSignal
}

/**
 * Runs `work` with an engine that is loading the chosen model, and with the runs of the data folder, and ends both afterwards. Ctrl+C
 * aborts the signal. `name`: the name of a template, or the path of a file that holds one, or the export of a run. An app on the same folder sees the run, and leaves it alone. Rejects `FOLDER_NOT_WRITABLE`, `DISK_FULL`, `DATABASE_NEWER`.
 */
export async function withReading<T>(name: string, options: ModelOptions, host: HostContext, terminal: Terminal, work: (reading: Reading) => Promise<T>): Promise<T> {
  const paths = dataPaths(dataFolder(process.env))
  const scope = new Scope()
  const controller = new AbortController()
  scope.defer(onStopSignal(() => controller.abort(), () => process.exit(exitCodes.interrupted)))
  try {
    makeFolder(paths.root)
    const logger = createLogger(options.verbose === true ? [stderrSink] : [], 'debug')
    const tell = (notice: Parameters<typeof errorLine>[0]) => terminal.error(errorLine(notice, terminal.language))
    const store = scope.own(new Store(paths))
    if (store.notice !== null) tell(store.notice)
    const engine = createEngine(host, logger, paths, null)
    scope.defer(async () => await engine.stop())
    scope.defer(tellSteppedDown(engine, terminal))
    const chosen = await chooseModel(options, paths, demoModel(host.folders.resources), { logger, tell })
    const pixels = scope.own(await PixelFiles.ofProcess(paths, store, logger))
    const images = new ImageService(store, paths.derived, pixels)
    const templates = new TemplateService({ store, shipped: loadShippedTemplates(templateFolder(host.folders.resources), logger), changed: () => undefined, now: Date.now })
    const { template, repeated } = await templateNamed(name, templates)
    const get = (id: string) => (id === template.id ? template : templates.get(id))
    const locale = repeated?.locale ?? systemLocale(process.env)
    const extraction = scope.own(createExtraction({ engine, store, pixels, images, cache: new CacheService(paths.engineCache), templates: { get }, templateOf: () => chosen.template, locale: () => locale, version: host.version, pdfEntry: host.folders.pdfEntry, logger }))
    engine.use(chosen.load)
    return await work({ store, template, repeated, runs: extraction.runs, origin: async () => await extraction.origin(), locale, signal: controller.signal })
  } finally {
    await scope.dispose()
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw writeError(error, path)
  }
}
