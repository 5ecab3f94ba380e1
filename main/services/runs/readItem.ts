import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Cell, Region } from '../../contract/domains/extraction.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { unlessAborted } from '../../platform/unlessAborted.ts'
import type { NewRecord } from '../../storage/records.ts'
import type { RunItemRow } from '../../storage/runItems.ts'
import type { RunRow } from '../../storage/runs.ts'
import type { OpenDocument, ReadRequest } from '../extraction/ports.ts'
import type { RecordOrigin, RunPorts } from './RunPorts.ts'
import { OriginFailure } from './troubleOf.ts'

type ReadingPorts = Pick<RunPorts, 'reader' | 'documents' | 'origin' | 'locale' | 'clock'>

/** A part of a record that is read once more, for somebody who waits. `page`: from 1; null: the first of the item's. */
export interface ReadAgain {
  readonly fields: readonly string[]
  readonly region: Region
  readonly page: number | null
}

/**
 * Reads a page (or a file with all its pages) and makes its record. Rejects `RUN_FILE_CHANGED` where the file holds other bytes than
 * when it joined, `ABORTED` where another model came into use meanwhile, and what the document and the reader reject.
 */
export async function readItem(document: OpenDocument, item: RunItemRow, run: RunRow, ports: ReadingPorts, signal: AbortSignal, again: ReadAgain | null = null): Promise<NewRecord> {
  if (item.sha256 !== null && document.sha256 !== item.sha256) throw new AppError('RUN_FILE_CHANGED', { name: item.name })
  const numbers = again?.page == null ? pagesOfItem(document, item, ports) : [again.page]
  // It may wait for minutes, for a model that is loaded or hashed: whoever was told to stop is not kept by that.
  const before = await unlessAborted(originNow(ports), signal)
  // As it is now, also where a person chooses another language meanwhile. A template's own goes before it.
  const locale = run.template.locale ?? ports.locale()
  const pages = await inTurn(again === null ? numbers : numbers.slice(0, 1), async (page) => await document.page(page, signal))
  const { cells, smallPrint } = await lastWord(ports, { ...requestOf(item, run, locale, again), pages }, signal)
  if (!isDeepStrictEqual(before, await unlessAborted(originNow(ports), signal))) throw new AppError('ABORTED')
  const source = { sha256: document.sha256, name: item.name, page: numbers[0] ?? 1, pages: document.pages, ...(numbers.length > 1 ? { allPages: [...numbers] } : {}) }
  return { cells, smallPrint, provenance: { ...before, locale, template: { id: run.templateId, version: run.templateVersion, sha256: hashOf(run.template) }, mode: run.mode, source, at: ports.clock.now() } }
}

async function originNow(ports: ReadingPorts): Promise<RecordOrigin> {
  try {
    return await ports.origin()
  } catch (error) {
    throw error instanceof AppError ? new OriginFailure(error) : error
  }
}

/** The pages of an item, from 1. Throws `PAGES_INVALID`. */
export function pagesOfItem(document: Pick<OpenDocument, 'pages'>, item: Pick<RunItemRow, 'page' | 'choice'>, { documents }: Pick<RunPorts, 'documents'>): readonly number[] {
  return item.page === null ? documents.pagesOf(item.choice, document.pages) : [item.page]
}

function requestOf(item: RunItemRow, run: RunRow, locale: string, again: ReadAgain | null): Omit<ReadRequest, 'pages'> {
  return {
    conversation: `run-item-${item.id}`,
    template: run.template,
    mode: run.mode,
    locale,
    threshold: run.threshold,
    regions: again === null ? [] : [again.region],
    only: again?.fields ?? null,
    priority: again === null ? 'batch' : 'chat',
  }
}

async function lastWord({ reader }: ReadingPorts, request: ReadRequest, signal: AbortSignal): Promise<{ cells: Readonly<Record<string, Cell>>; smallPrint: boolean }> {
  for await (const event of reader.read(request, signal)) if (event.type === 'end') return event
  // A reader that was told to stop may just end.
  throw new AppError(signal.aborted ? 'ABORTED' : 'INTERNAL', signal.aborted ? {} : { detail: 'a reading ended without an end' })
}

/** One after the other: pages are large. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}

/** Tells whether two records were made with the same template, wherever it is kept. */
function hashOf(template: unknown): string {
  return createHash('sha256').update(JSON.stringify(template)).digest('hex')
}
