import type { Cell, Region } from '../../contract/domains/extraction.ts'
import type { Template } from '../../contract/domains/template.ts'
import type { GivenFile, StoredPage } from '../documents/storePage.ts'

/** What a template does, before any run is made with it. Templates given to it have no problems. */
export interface TemplateTrial {
  /** The question that the model gets, and a record as it may come out. */
  preview(template: Template): { question: string; example: string }
  /** Stores a page (from 1) of a file as a picture to be tried. Rejects like `storePage`. */
  page(file: GivenFile, number: number, signal: AbortSignal): Promise<StoredPage>
  /** Reads one stored picture (by its id). Rejects what reading rejects. */
  try(request: { readonly template: Template; readonly image: string; readonly regions: readonly Region[] }, signal: AbortSignal): AsyncGenerator<TrialEvent, void, undefined>
}

export type TrialEvent =
  | { readonly type: 'progress'; readonly fraction: number | null }
  | { readonly type: 'cell'; readonly name: string; readonly cell: Cell }
  | { readonly type: 'end'; readonly cells: Record<string, Cell>; readonly smallPrint: boolean }
