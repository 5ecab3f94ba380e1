import type { Cell, CellContent, FailedCheck, Reading, Region } from '../../../contract/domains/extraction.ts'
import type { Template } from '../../../contract/domains/template.ts'
import type { RegionReading } from '../ports.ts'
import { mergeOne } from './mergeOne.ts'
import type { OneCell } from './mergeOne.ts'
import { inPageOrder, mergeRows } from './mergeRows.ts'
import type { Row } from './mergeRows.ts'

const WHOLE: Region = { x: 0, y: 0, width: 1, height: 1 }

/** Of several parts of a list, the first of these holds for all of it. */
const WORST_FIRST: readonly Cell['status'][] = ['repeated', 'cutOff', 'unreadable', 'failedCheck', 'unsure', 'ok', 'absent']

/**
 * One record of what was read from several parts of a page; the order in which they are given does not matter. Checks between
 * fields belong after this, and so does the threshold: a value that two parts agree on is surer than in either, and stays
 * `unsure` here if it was in the surer one. In the template's order; fields that no part has are left out.
 */
export function mergeCells(template: Template, readings: readonly RegionReading[]): Record<string, Cell> {
  const cells: Record<string, Cell> = {}
  for (const { name } of template.fields) {
    const own = readings.flatMap(({ region, cells: { [name]: cell } }) => (cell === undefined ? [] : [{ region: cell.region ?? region ?? WHOLE, cell: { ...cell, region: cell.region ?? region } }]))
    if (own.length > 0) cells[name] = mergeField(ordered(own))
  }
  return cells
}

interface Part {
  readonly region: Region
  readonly cell: Cell
}

/** In page order; of the same part read twice, the order is that of what was read. */
function ordered(parts: readonly Part[]): Part[] {
  const keyed = parts.map((part) => ({ ...part, key: JSON.stringify(part.cell) }))
  return inPageOrder(keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0)))
}

function mergeField(parts: readonly Part[]): Cell {
  const [first] = parts
  if (first === undefined) throw new Error('No part to merge')
  if (parts.length === 1) return first.cell
  const cells = parts.map(({ cell }) => cell)
  if (cells.every(isOne)) return mergeOne(cells)
  return mergeMany(cells.some(({ content }) => content.kind === 'table') ? 'table' : 'list', parts)
}

function isOne(cell: Cell): cell is OneCell {
  return cell.content.kind === 'one'
}

function mergeMany(kind: 'list' | 'table', parts: readonly Part[]): Cell {
  const filled = parts.filter(({ cell }) => rowsOf(cell.content).length > 0)
  // A part that was cut off, or could not be read, may lack rows even where it has none.
  const said = filled.length === 0 ? parts : parts.filter((part) => filled.includes(part) || ['repeated', 'cutOff', 'unreadable'].includes(part.cell.status))
  const rows = mergeRows(filled.map(({ region, cell }) => ({ region, rows: rowsOf(cell.content) })))
  const cells = said.map(({ cell }) => cell)
  const confidences = rows.flatMap((row) => Object.values(row).map(({ confidence }) => confidence))
  return {
    content: contentOf(kind, rows),
    confidence: Math.min(...(confidences.length > 0 ? confidences : cells.map(({ confidence }) => confidence))),
    status: WORST_FIRST.find((status) => cells.some((cell) => cell.status === status)) ?? 'absent',
    checks: distinct(cells.flatMap(({ checks }) => checks)),
    region: union((filled.length > 0 ? filled : said).map(({ cell }) => cell.region)),
  }
}

function rowsOf(content: CellContent): readonly Row[] {
  switch (content.kind) {
    case 'one':
      return []
    case 'list':
      return content.items.map((item) => ({ item }))
    case 'table':
      return content.rows
  }
}

function contentOf(kind: 'list' | 'table', rows: readonly Row[]): CellContent {
  if (kind === 'table') return { kind, rows: rows.map((row) => ({ ...row })) }
  return { kind, items: rows.flatMap(({ item }): Reading[] => (item === undefined ? [] : [item])) }
}

function distinct(checks: readonly FailedCheck[]): FailedCheck[] {
  return [...new Map(checks.map((check) => [JSON.stringify(check), check])).values()]
}

/** The smallest part of the page that holds all of them; null where one is the whole. */
function union(regions: readonly (Region | null)[]): Region | null {
  const parts = regions.filter((region) => region !== null)
  if (parts.length < regions.length || parts.length === 0) return null
  const x = Math.min(...parts.map((part) => part.x))
  const y = Math.min(...parts.map((part) => part.y))
  const right = Math.max(...parts.map((part) => part.x + part.width))
  const bottom = Math.max(...parts.map((part) => part.y + part.height))
  return { x, y, width: Math.min(1 - x, right - x), height: Math.min(1 - y, bottom - y) }
}
