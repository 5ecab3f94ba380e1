import type { Cell, Reading } from '../../../../../main/contract/domains/extraction.ts'

const isThere = ({ value }: Reading) => value !== null

/** Whether the model has answered: with a value, or that there is none on the page. Of anything else no confidence can be told, and nothing can be accepted. */
export function isAnswered({ content, status }: Pick<Cell, 'content' | 'status'>): boolean {
  if (status === 'absent') return true
  if (content.kind === 'one') return isThere(content.reading)
  return content.kind === 'list' ? content.items.some(isThere) : content.rows.some((row) => Object.values(row).some(isThere))
}
