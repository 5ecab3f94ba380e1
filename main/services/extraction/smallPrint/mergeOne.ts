import type { Cell, Reading } from '../../../contract/domains/extraction.ts'
import { agreed, disputed, isSame } from './sameReadings.ts'

/** A cell of one value. */
export type OneCell = Cell & { readonly content: { readonly kind: 'one'; readonly reading: Reading } }

/** Of cells without a value, the first of these says most about the page. */
const EMPTY_FIRST: readonly Cell['status'][] = ['unreadable', 'cutOff', 'repeated', 'failedCheck', 'unsure', 'ok', 'absent']

/**
 * One cell of several of a field with one value, given in the order of the page, at least one: a value before none, a whole one
 * before one that was cut off, then the surest. A value that was read twice is surer; one that another whole value
 * contradicts is less sure, and `unsure` where it was `ok`.
 */
export function mergeOne(cells: readonly OneCell[]): OneCell {
  const found = cells.filter(({ content }) => content.reading.value !== null)
  if (found.length === 0) return mergeEmpty(cells)
  const whole = found.filter(({ status }) => status !== 'cutOff' && status !== 'repeated')
  const groups = grouped(whole.length > 0 ? whole : found)
  const [best, ...others] = groups.map((group) => ({ cell: surest(group), confidence: agreed(group.map(({ confidence }) => confidence)) })).sort((one, other) => other.confidence - one.confidence)
  if (best === undefined) throw new Error('No cell to merge')
  const against = Math.max(0, ...others.map(({ confidence }) => confidence))
  const confidence = disputed(best.confidence, against)
  const status = others.length > 0 && best.cell.status === 'ok' ? 'unsure' : best.cell.status
  return { ...best.cell, confidence, status, content: { kind: 'one', reading: { ...best.cell.content.reading, confidence } } }
}

/** Nothing is there only if all crops are right in that: as sure as the least sure one. */
function mergeEmpty(cells: readonly OneCell[]): OneCell {
  const rank = ({ status }: Cell) => EMPTY_FIRST.indexOf(status)
  const cell = cells.reduce((one, other) => (rank(other) < rank(one) ? other : one))
  const confidence = Math.min(...cells.map((one) => one.confidence))
  return { ...cell, confidence, content: { kind: 'one', reading: { ...cell.content.reading, confidence } } }
}

function grouped(cells: readonly OneCell[]): OneCell[][] {
  const groups: OneCell[][] = []
  for (const cell of cells) {
    const group = groups.find(([first]) => first !== undefined && isSame(first.content.reading.value, cell.content.reading.value))
    if (group === undefined) groups.push([cell])
    else group.push(cell)
  }
  return groups
}

function surest(cells: readonly OneCell[]): OneCell {
  return cells.reduce((one, other) => (other.confidence > one.confidence ? other : one))
}
