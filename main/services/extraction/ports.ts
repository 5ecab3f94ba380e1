import type { Cell, Region } from '../../contract/domains/extraction.ts'
import type { Template } from '../../contract/domains/template.ts'
import type { PictureSource } from '../images/pictureSource.ts'

/** One page of a document, as a picture that can be handed to the engine. */
export interface DocumentPage {
  /** From 1. */
  readonly number: number
  /** Pixels of the picture, upright. */
  readonly width: number
  readonly height: number
  readonly source: PictureSource
  /** Words that the file itself holds for this page (a PDF's text layer), in reading order; null where it has none. */
  readonly text: string | null
}

/** A file that was opened: pages are drawn one by one, when they are asked for. */
export interface OpenDocument {
  /** SHA-256 of the file's bytes. */
  readonly sha256: string
  /** The file's name as the person knows it. */
  readonly name: string
  readonly pages: number
  /** Draws or decodes a page (from 1). Rejects with an error that names the file and the page. */
  page(number: number, signal?: AbortSignal): Promise<DocumentPage>
  dispose(): Promise<void>
}

/** A page to be read with a template. */
export interface ReadRequest {
  /** Pages of one conversation are read one after the other. */
  readonly conversation: string
  /** The pages that make one record, in order; most often one. */
  readonly pages: readonly DocumentPage[]
  readonly template: Template
  readonly mode: 'fields' | 'whole'
  /** BCP 47; how numbers and days are printed where neither template nor page says. */
  readonly locale: string
  /** Values less likely right than this are unsure. */
  readonly threshold: number
  /** Parts of the (only) page to be read, chosen by hand; empty: chosen by the size of its print. */
  readonly regions: readonly Region[]
  /** Only these fields; null: all. */
  readonly only: readonly string[] | null
  readonly priority: 'chat' | 'batch'
}

export type ReadEvent =
  | { readonly type: 'progress'; readonly fraction: number | null }
  /** A field is read; checks between fields may still change its status. */
  | { readonly type: 'cell'; readonly name: string; readonly cell: Cell }
  | { readonly type: 'end'; readonly cells: Readonly<Record<string, Cell>>; readonly smallPrint: boolean }

/** Reads pages with a template. Rejects the engine's errors and those of the pages; bad answers of a model are cells, not errors. */
export interface PageReader {
  read(request: ReadRequest, signal: AbortSignal): AsyncGenerator<ReadEvent, void, undefined>
}

/** What was read from one part of a page; `region` null: from the whole. Cells have no checks yet. */
export interface RegionReading {
  readonly region: Region | null
  readonly cells: Readonly<Record<string, Cell>>
}

/** How small print is read: which parts of a page by themselves, and what one record is made of what was read from them. */
export interface RegionPlanner {
  /**
   * No regions: the page is legible as a whole. `tooSmall`: even in parts its finest print is too small for the model. Rejects like
   * the page's `prepare`, with `ABORTED`, and with what keeps a model from being ready.
   */
  regionsFor(page: DocumentPage, signal?: AbortSignal): Promise<{ readonly regions: readonly Region[]; readonly tooSmall: boolean }>
  /** A part of a page as a page, at full resolution. Pixels are made when its source is prepared. */
  crop(page: DocumentPage, region: Region): DocumentPage
  /** One record of what was read from the parts; see `smallPrint/mergeCells.ts`. */
  merge(template: Template, readings: readonly RegionReading[]): Record<string, Cell>
}
