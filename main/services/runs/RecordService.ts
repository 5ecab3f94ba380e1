import type { ExtractionRecord, Region, Review } from '../../contract/domains/extraction.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { RunItemRow } from '../../storage/runItems.ts'
import type { RunRow } from '../../storage/runs.ts'
import { countToReview, shownRecord } from './countToReview.ts'
import type { DocumentShelf } from './DocumentShelf.ts'
import { keepRecord } from './keepRecord.ts'
import { otherOrigin } from './otherOrigin.ts'
import { pagesOfItem, readItem } from './readItem.ts'
import type { RunPorts } from './RunPorts.ts'

/** Records to be counted anew at a time. */
const RECORDS_AT_A_TIME = 500

/** What was read, and what people make of it. */
export class RecordService {
  readonly #ports: RunPorts
  readonly #shelf: DocumentShelf
  readonly #changed: () => void

  constructor(ports: RunPorts, shelf: DocumentShelf, changed: () => void) {
    this.#ports = ports
    this.#shelf = shelf
    this.#changed = changed
  }

  /** A part of a run's records, in the order of its queue. Throws `RUN_MISSING`. */
  list(runId: string, from: number, count: number): { records: ExtractionRecord[]; total: number } {
    const { records } = this.#ports.store
    const { threshold } = this.#run(runId)
    return { records: records.page(runId, from, count).map((record) => shownRecord(record, threshold)), total: records.count(runId) }
  }

  /** What a person makes of a cell; null: nothing, as before anybody looked at it. Throws `RECORD_MISSING`, `BAD_INPUT`. */
  review(recordId: string, field: string, review: Review | null): ExtractionRecord {
    const { store, clock } = this.#ports
    const reviewed = store.transaction(() => {
      const record = this.#record(recordId)
      checkReview(record, field, review)
      if (review === null) store.records.forgetReviews(recordId, field)
      else store.records.review(recordId, field, review, clock.now())
      return this.#recounted(recordId)
    })
    this.#changed()
    return reviewed
  }

  /** Counts what is to be looked at in a run with another threshold. Part of the caller's transaction. */
  recount(runId: string, threshold: number): void {
    const { records } = this.#ports.store
    for (let from = 0; ; from += RECORDS_AT_A_TIME) {
      const page = records.page(runId, from, RECORDS_AT_A_TIME)
      for (const record of page) records.setToReview(record.id, countToReview(record, threshold))
      if (page.length < RECORDS_AT_A_TIME) return
    }
  }

  /**
   * Reads fields once more, from a part of a page (from 1; null: the record's first). What people wrote in them themselves stays. Rejects
   * `RECORD_MISSING`, `BAD_INPUT`, `RUN_FILE_CHANGED`, `RECORD_OTHER_MODEL` where something else reads now, and what the document and the reader reject.
   */
  async readAgain(recordId: string, fields: readonly string[], region: Region, page: number | null, signal: AbortSignal): Promise<ExtractionRecord> {
    const { store } = this.#ports
    const { itemId, runId, cells } = this.#record(recordId)
    const unknown = fields.find((field) => cells[field] === undefined)
    if (unknown !== undefined) throw noField(unknown)
    const run = this.#run(runId)
    const item = this.#item(itemId)
    // As it was read; that its item waits to be looked at again is another story.
    const asRead = { ...item, sha256: this.#record(recordId).provenance.source.sha256 }
    const read = await this.#shelf.with(asRead, async (document) => await readItem(document, asRead, run, this.#ports, signal, { fields, region, page }), signal)
    const merged = store.transaction(() => {
      const now = this.#record(recordId)
      // A record says once what all of it was read with.
      const other = otherOrigin(now.provenance, read.provenance)
      if (other !== null) throw new AppError('RECORD_OTHER_MODEL', other)
      const again = Object.fromEntries(Object.entries(read.cells).filter(([field]) => fields.includes(field)))
      keepRecord(store, now, { ...now, cells: { ...now.cells, ...again } })
      return this.#recounted(recordId)
    })
    this.#changed()
    return merged
  }

  /** The page of an item as a picture in the image store. `page`: from 1; null: its first. Rejects `RUN_ITEM_MISSING`, and what the document rejects. */
  async picture(itemId: string, page: number | null, signal: AbortSignal): Promise<{ image: string; width: number; height: number }> {
    const item = this.#item(itemId)
    return await this.#shelf.with(item, async (document) => {
      if (item.sha256 !== null && document.sha256 !== item.sha256) throw new AppError('RUN_FILE_CHANGED', { name: item.name })
      return await this.#ports.documents.picture(document, page ?? pagesOfItem(document, item, this.#ports)[0] ?? 1, signal)
    }, signal)
  }

  #recounted(recordId: string): ExtractionRecord {
    const record = this.#record(recordId)
    const { threshold } = this.#run(record.runId)
    this.#ports.store.records.setToReview(recordId, countToReview(record, threshold))
    return shownRecord(record, threshold)
  }

  #record(id: string): ExtractionRecord {
    const record = this.#ports.store.records.find(id)
    if (record === null) throw new AppError('RECORD_MISSING')
    return record
  }

  #run(id: string): RunRow {
    const run = this.#ports.store.runs.find(id)
    if (run === null) throw new AppError('RUN_MISSING')
    return run
  }

  #item(id: string): RunItemRow {
    const item = this.#ports.store.runItems.find(id)
    if (item === null) throw new AppError('RUN_ITEM_MISSING')
    return item
  }
}

/** Throws `BAD_INPUT` where there is no such cell, or an edit does not have its form. */
function checkReview({ cells }: ExtractionRecord, field: string, review: Review | null): void {
  const cell = cells[field]
  if (cell === undefined) throw noField(field)
  if (review?.state === 'edited' && review.content.kind !== cell.content.kind) throw new AppError('BAD_INPUT', { detail: `${field} is no ${review.content.kind}` })
}

function noField(field: string): AppError {
  return new AppError('BAD_INPUT', { detail: `There is no field ${field}` })
}
