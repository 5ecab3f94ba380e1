import type { Cell, CellContent, FailedCheck } from '../../../../contract/domains/extraction.ts'
import type { ScalarField, Template, TemplateField } from '../../../../contract/domains/template.ts'
import { isEmpty, readingsOf, statusOf } from '../cellStatus.ts'
import { borneOut as raised, FAILED_CHECK_CONFIDENCE } from '../confidence.ts'
import { checkRules } from './checkRules.ts'
import { checkValue } from './checkValue.ts'

/**
 * The cells of a record after all checks of its template: their checks, what those make of the confidence of their readings, and their
 * status. So cells that were checked before come out the same. Fields without a cell are passed over.
 */
export function checkCells(template: Pick<Template, 'fields' | 'rules'>, cells: Readonly<Record<string, Cell>>, threshold: number): Record<string, Cell> {
  const { broken, borneOut } = checkRules(template.rules, cells)
  const checked: Record<string, Cell> = {}
  for (const field of template.fields) {
    const cell = cells[field.name]
    if (cell === undefined) continue
    const own = checkContent(field, cell.content)
    const checks = [...own, ...broken.filter(({ fields }) => fields.includes(field.name)).map(({ check }) => check)]
    const isProven = checks.length === 0 && (borneOut.has(field.name) || (field.type === 'text' && field.checksum !== null && !isEmpty(cell.content)))
    checked[field.name] = withChecks(cell, checks, isProven, threshold)
  }
  return checked
}

/** Checks of a field by itself. */
export function checkContent(field: TemplateField, content: CellContent): FailedCheck[] {
  const required: FailedCheck[] = field.required && isEmpty(content) ? [{ code: 'required', params: {} }] : []
  if (content.kind === 'one') return field.type === 'list' || field.type === 'table' ? required : [...required, ...checkValue(field, content.reading.value)]
  if (content.kind === 'list' && field.type === 'list') return [...required, ...content.items.flatMap(({ value }, index) => inRow(checkValue(itemField(field), value), index))]
  if (content.kind === 'table' && field.type === 'table') return [...required, ...content.rows.flatMap((row, index) => field.columns.flatMap((column) => checkColumn(column, row[column.name]?.value ?? null, index)))]
  return required
}

function checkColumn(column: ScalarField, value: Parameters<typeof checkValue>[1], row: number): FailedCheck[] {
  const required: FailedCheck[] = column.required && value === null ? [{ code: 'required', params: {} }] : []
  return inRow([...required, ...checkValue(column, value)], row).map(({ code, params }) => ({ code, params: { ...params, column: column.name } }))
}

/** Rows count from 1. */
const inRow = (checks: readonly FailedCheck[], index: number): FailedCheck[] => checks.map(({ code, params }) => ({ code, params: { ...params, row: index + 1 } }))

function itemField({ name, item, maxLength }: Extract<TemplateField, { type: 'list' }>): ScalarField {
  const common = { name, label: '', required: false, hint: '', example: '' }
  if (item === 'text') return { ...common, type: 'text', maxLength, pattern: null, checksum: null }
  if (item === 'date') return { ...common, type: 'date', earliest: null, latest: null }
  return item === 'money' ? { ...common, type: 'money', min: null, max: null, currency: null } : { ...common, type: 'number', min: null, max: null, decimals: null }
}

function withChecks(cell: Cell, checks: FailedCheck[], isProven: boolean, threshold: number): Cell {
  if (cell.status === 'cutOff' || cell.status === 'repeated') return { ...cell, checks }
  const readings = readingsOf(cell.content)
  const own = readings.length === 0 ? cell.confidence : Math.min(...readings.map(({ confidence }) => confidence))
  if (checks.length > 0) return { ...cell, checks, confidence: Math.min(own, FAILED_CHECK_CONFIDENCE), status: 'failedCheck' }
  const confidence = isProven ? raised(own) : own
  return { ...cell, checks, confidence, status: statusOf(cell.content, confidence, threshold) }
}
