import type { CellContent, ExtractionRecord, Reading, Scalar } from '../../../../main/contract/domains/extraction.ts'
import type { ScalarField, TemplateField } from '../../../../main/contract/domains/template.ts'
import type { Words } from '../../i18n/Words.svelte.ts'
import { decimalsOf, itemShape, type ValueShape } from '../../state/typedValue.ts'

/** What people call a field or a column. */
export function labelOf({ label, name }: Pick<TemplateField | ScalarField, 'label' | 'name'>): string {
  return label === '' ? name : label
}

/** The label of a field's path (`items.amount`): "Items: Amount". */
export function labelOfPath(fields: readonly TemplateField[], path: string): string {
  const [name = '', column] = path.split('.')
  const field = fields.find((candidate) => candidate.name === name)
  if (field === undefined) return path
  const found = field.type === 'table' ? field.columns.find((candidate) => candidate.name === column) : undefined
  return found === undefined ? labelOf(field) : `${labelOf(field)}: ${labelOf(found)}`
}

/** A value as the screen writes it; empty for none. */
export function valueText(words: Words, value: Scalar, shape: ValueShape): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return words.t(value ? 'review.yes' : 'review.no')
  if (typeof value === 'number') return numberText(words, value, shape)
  if (shape.type !== 'date') return value
  const day = new Date(`${value}T00:00:00Z`)
  return Number.isNaN(day.getTime()) ? value : new Intl.DateTimeFormat(words.language, { dateStyle: 'medium', timeZone: 'UTC' }).format(day)
}

function numberText(words: Words, value: number, shape: ValueShape): string {
  if (shape.type !== 'money') return words.number(value, { minimumFractionDigits: shape.type === 'number' ? (shape.decimals ?? 0) : 0, maximumFractionDigits: 10 })
  const decimals = decimalsOf(shape.currency)
  const plain = words.number(value, { minimumFractionDigits: decimals, maximumFractionDigits: Math.max(decimals, 6) })
  // The code, not the sign: several currencies share one.
  return shape.currency === null ? plain : `${plain} ${shape.currency}`
}

/** The print behind a value, where it says something that the value as shown does not; else null. */
export function printedText(words: Words, { value, printed }: Reading, shape: ValueShape): string | null {
  if (printed === null || value === null) return null
  const trimmed = printed.trim()
  return trimmed === '' || trimmed === valueText(words, value, shape) || trimmed === String(value) ? null : trimmed
}

/** A cell in one line, for the table over all records. Empty where there is no value. */
export function contentLine(words: Words, content: CellContent, field: TemplateField): string {
  if (content.kind === 'list') {
    const shape = field.type === 'list' ? itemShape(field) : textShape
    return content.items.map(({ value }) => valueText(words, value, shape)).filter((text) => text !== '').join(' · ')
  }
  if (content.kind === 'table') return content.rows.length === 0 ? '' : words.t('review.rows', { count: content.rows.length })
  return valueText(words, content.reading.value, field.type === 'list' || field.type === 'table' ? textShape : field)
}

export const textShape: ValueShape = { type: 'text', pattern: null }

/** What a record is called: its document, and the page where that has several. */
export function recordName(words: Words, { provenance: { source } }: ExtractionRecord): string {
  return source.pages > 1 ? words.t('review.namePage', { name: source.name, page: source.page }) : source.name
}
