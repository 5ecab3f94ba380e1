import { isDeepStrictEqual } from 'node:util'
import type { ExtractionRecord } from '../../contract/domains/extraction.ts'
import { newId } from '../../storage/ids.ts'
import type { NewRecord } from '../../storage/records.ts'
import { countToReview } from './countToReview.ts'
import type { RunPorts } from './RunPorts.ts'

/**
 * Keeps what was read of an item, in the place of what was read of it before. What people edited or marked then holds on; what they
 * accepted does, too, where the same was read again. Part of the caller's transaction.
 */
export function keepRecord({ runs, records }: Pick<RunPorts['store'], 'runs' | 'records'>, item: Pick<ExtractionRecord, 'runId'> & { readonly itemId: string }, record: NewRecord): void {
  const earlier = records.ofItem(item.itemId)
  for (const [field, cell] of Object.entries(earlier?.cells ?? {})) {
    const accepted = earlier?.reviews[field]?.state === 'accepted'
    if (earlier !== null && accepted && !isDeepStrictEqual(cell.content, record.cells[field]?.content)) records.forgetReviews(earlier.id, field)
  }
  const id = earlier?.id ?? newId()
  const reviews = records.ofItem(item.itemId)?.reviews ?? {}
  const threshold = runs.find(item.runId)?.threshold ?? 0
  records.put({ ...record, id, runId: item.runId, itemId: item.itemId }, countToReview({ cells: record.cells, reviews }, threshold))
}
