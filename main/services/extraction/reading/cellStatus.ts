import type { CellContent, Reading } from '../../../contract/domains/extraction.ts'

/**
 * The status that values have by themselves, before any check.
 *
 * [Note: Absent or unreadable] `null` is what a model writes for a field that is not on the page, and also for one that it cannot
 * make out. It is taken for absent where the model was as sure of it as a value must be; else the field counts as unreadable.
 */
export function statusOf(content: CellContent, confidence: number, threshold: number): 'ok' | 'unsure' | 'absent' | 'unreadable' {
  const isSure = confidence >= threshold
  if (isEmpty(content)) return isSure ? 'absent' : 'unreadable'
  return isSure ? 'ok' : 'unsure'
}

/** Whether it has no value at all. */
export function isEmpty(content: CellContent): boolean {
  return readingsOf(content).every(({ value }) => value === null)
}

export function readingsOf(content: CellContent): Reading[] {
  if (content.kind === 'one') return [content.reading]
  return content.kind === 'list' ? content.items : content.rows.flatMap((row) => Object.values(row))
}
