import type { Engine } from '../../engine/client/Engine.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { Scope } from '../../platform/Scope.ts'
import type { Store } from '../../storage/Store.ts'
import type { CacheService } from '../cache/CacheService.ts'
import { openDocument } from '../documents/openDocument.ts'
import { pagePicture } from '../documents/pagePicture.ts'
import { pagesOf } from '../documents/pagesOf.ts'
import { PdfThread } from '../documents/PdfThread.ts'
import { storePage } from '../documents/storePage.ts'
import { exportRun } from '../export/exportRun.ts'
import type { ImageService } from '../images/ImageService.ts'
import type { PixelFiles } from '../images/PixelFiles.ts'
import { createRuns } from '../runs/createRuns.ts'
import type { RunServices } from '../runs/createRuns.ts'
import type { RecordOrigin, RunDocuments, RunExporter, RunPorts } from '../runs/RunPorts.ts'
import type { TemplateTrial } from '../templates/TemplateTrial.ts'
import { exampleRecord } from './exampleRecord.ts'
import { modeOf } from './modeOf.ts'
import type { DocumentPage, PageReader } from './ports.ts'
import { DEFAULT_THRESHOLD } from './reading/confidence.ts'
import { createPageReader } from './reading/PageReader.ts'
import type { PageReaderOptions } from './reading/PageReader.ts'
import { questionOf } from '../../contract/questionOf.ts'
import { ReadingOrigin } from './ReadingOrigin.ts'
import { createRegionPlanner } from './smallPrint/createRegionPlanner.ts'

export interface ExtractionParts {
  readonly engine: Engine
  readonly store: Store
  readonly pixels: PixelFiles
  readonly images: Pick<ImageService, 'add' | 'addPage' | 'forgetPages' | 'get' | 'source'>
  readonly cache: Pick<CacheService, 'forgetDocuments'>
  readonly templates: RunPorts['templates']
  readonly templateOf: PageReaderOptions['templateOf']
  /** BCP 47; how numbers and days are printed where nothing clearer is known. */
  readonly locale: () => string
  /** The app's. */
  readonly version: string
  /** Absolute path of the built thread that draws PDFs. */
  readonly pdfEntry: string
  readonly logger: Logger
}

/** Side in pixels of the square that LLaVA-1.5 sees; for models that see no square. */
const USUAL_SIDE = 336

/** What reads documents: templates on trial, and runs. */
export interface Extraction {
  readonly trial: TemplateTrial
  readonly runs: RunServices
  /** What reads now; waits for the model and rejects as it does. */
  origin(): Promise<RecordOrigin>
  dispose(): Promise<void>
}

/** Puts together what reads documents. Nothing is read before `runs.goOn`. */
export function createExtraction(parts: ExtractionParts): Extraction {
  const { engine, store, templates, locale, logger } = parts
  const scope = new Scope()
  const reading = new ReadingOrigin({ engine, templateOf: parts.templateOf, app: parts.version })
  const origin = async () => await reading.now()
  const thread = new PdfThread(parts.pdfEntry)
  const planner = scope.own(createRegionPlanner({ modelSide: async (signal) => (await engine.ready(signal)).imageSide ?? USUAL_SIDE }))
  const reader = createPageReader(engine, { templateOf: parts.templateOf, regions: planner })
  const documents = documentsOf(parts, thread)
  const runs = scope.own(createRuns({ store, reader, documents, templates, origin, engine, exporter, locale, defaultThreshold: DEFAULT_THRESHOLD, logger, clock: systemClock }))
  // Given up before the runs are: a page under way must not wait for a model, a hash of gigabytes or a page that is being drawn.
  scope.own(thread)
  scope.own(reading)
  return { trial: trialOf(reader, parts, thread), runs, origin, dispose: async () => await scope.dispose() }
}

function documentsOf({ pixels, images, cache }: ExtractionParts, thread: PdfThread): RunDocuments {
  return {
    open: async (path, name, signal) => await openDocument({ path, name }, { pixels, thread }, signal),
    pagesOf,
    picture: async (document, page, signal) => {
      const { bytes, width, height } = await pagePicture(document, page, signal)
      const { id } = await images.addPage(bytes, `${document.name}-${page}.png`, document.sha256)
      return { image: id, width, height }
    },
    forget: async (gone) => {
      const outcomes = await Promise.allSettled([images.forgetPages(gone), cache.forgetDocuments(gone)])
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    },
  }
}

const exporter: RunExporter = {
  export: async (run, records, options) => {
    const { bytes, name, mediaType } = exportRun({ run, records: [...records] }, options)
    return await Promise.resolve({ file: new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mediaType }), name })
  },
}

let trials = 0

function trialOf(reader: PageReader, { images, pixels, locale }: ExtractionParts, thread: PdfThread): TemplateTrial {
  return {
    preview: (template) => ({ question: questionOf(template), example: exampleRecord(template) }),
    page: async (file, number, signal) => await storePage(file, number, { pixels, thread, images }, signal),
    async *try({ template, image, regions }, signal) {
      const { width, height } = images.get(image)
      const page: DocumentPage = { number: 1, width, height, source: images.source(image), text: null }
      const request = { conversation: `trial ${(trials += 1)}`, pages: [page], template, mode: modeOf(template, 'auto'), locale: locale(), threshold: DEFAULT_THRESHOLD, regions, only: null, priority: 'chat' } as const
      for await (const event of reader.read(request, signal)) yield event.type === 'end' ? { ...event, cells: { ...event.cells } } : event
    },
  }
}
