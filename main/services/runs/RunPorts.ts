import type { ExportOptions, ExtractionRecord, Provenance, Run } from '../../contract/domains/extraction.ts'
import type { StoredTemplate } from '../../contract/domains/template.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Store } from '../../storage/Store.ts'
import type { OpenDocument, PageReader } from '../extraction/ports.ts'

/** The documents of runs: how they are opened, and how their pages are shown. */
export interface RunDocuments {
  /** Opens a file; `name` as the person knows it, for errors and provenance. Rejects with an error that names the file and says what is wrong with it. */
  open(path: string, name: string, signal?: AbortSignal): Promise<OpenDocument>
  /** The pages of a choice ("1-3, 5, 8-"; empty: all), from 1, in order. Throws `PAGES_INVALID`. */
  pagesOf(choice: string, pages: number): readonly number[]
  /** A page as a picture in the image store. */
  picture(document: OpenDocument, page: number, signal?: AbortSignal): Promise<{ image: string; width: number; height: number }>
  /** Deletes what was made of documents (SHA-256 of their bytes): pictures of their pages, and what the engine computed of them. Rejects with the first failure after the rest was deleted. */
  forget(documents: readonly string[]): Promise<void>
}

/** The part of a record's provenance that the engine and the app decide. */
export type RecordOrigin = Pick<Provenance, 'app' | 'model' | 'projector' | 'adapters' | 'conversation' | 'temperature' | 'seed'>

/** Makes a file of what a run has read. */
export interface RunExporter {
  /** `records` in the order of the queue, with their reviews. */
  export(run: Run, records: Iterable<ExtractionRecord>, options: ExportOptions): Promise<{ file: Blob; name: string }>
}

/** What runs need from outside. */
export interface RunPorts {
  readonly store: Pick<Store, 'runs' | 'runDocuments' | 'runItems' | 'runLine' | 'records' | 'watchedFiles' | 'documents' | 'lock' | 'transaction'>
  readonly reader: PageReader
  readonly documents: RunDocuments
  /** The newest version of a template. Throws what says that there is none. */
  readonly templates: { get(id: string): StoredTemplate | Promise<StoredTemplate> }
  /** What reads now; where a model is being loaded, it waits for that, and rejects as the engine does. Asked before and after each page: one whose model changed meanwhile is read again. */
  origin(): RecordOrigin | Promise<RecordOrigin>
  /** Starts an engine anew that has given up; does nothing while it runs (`Engine.retry`). */
  readonly engine: { retry(): void }
  readonly exporter: RunExporter
  /** BCP 47; how numbers and days are printed where nothing clearer is known. */
  locale(): string
  /** For runs that bring none. */
  readonly defaultThreshold: number
  readonly logger: Logger
  readonly clock: Clock
  /** Pages read at a time; while one is read, the next is decoded. Default: 2. */
  readonly width?: number
}
