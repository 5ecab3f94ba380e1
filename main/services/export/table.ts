import type { ExportOptions, ExtractionRecord, Reading, Scalar } from '../../contract/domains/extraction.ts'
import type { ScalarField, Template, TemplateField } from '../../contract/domains/template.ts'
import { chosenRecords, effectiveContent, rounded } from './effective.ts'
import type { ExportInput, NumberedRecord } from './exportInput.ts'
import type { Grid, Value } from './grid.ts'
import { own } from './own.ts'
import { provenanceColumns } from './provenanceColumns.ts'
import { wordsOf } from './words.ts'

/** The records as one grid, and each field that is a table as a grid of its own, a row for each of its rows. */
export interface ExportTable {
  readonly records: Grid
  readonly tables: readonly Grid[]
}

/** Columns: the fields in the template's order, what could not be read, what is asked of status and confidence, the provenance. */
export function buildTable(input: ExportInput, options: Pick<ExportOptions, 'locale' | 'reviewedOnly' | 'details'>): ExportTable {
  const { template } = input.run
  const words = wordsOf(options.locale)
  const records = chosenRecords(input, options.reviewedOnly)
  const origin = provenanceColumns(input.run, options)
  const details = options.details ? template.fields.flatMap((field) => [words.status(labelOf(field)), words.confidence(labelOf(field))]) : []
  return {
    records: {
      title: words.records,
      headers: [...template.fields.map(labelOf), words.unreadable, ...details, words.record, ...origin.headers],
      rows: records.map(({ number, record }) => [
        ...template.fields.map((field) => fieldValue(field, record)),
        text(unreadableLabels(template, record).join('; ')),
        ...(options.details ? template.fields.flatMap((field) => detailsOf(field, record, words)) : []),
        count(number),
        ...origin.values(record),
      ]),
    },
    tables: template.fields.filter((field) => field.type === 'table').map((field) => tableGrid(field, records, [words.record, words.row], origin)),
  }
}

function tableGrid(field: Extract<TemplateField, { type: 'table' }>, records: readonly NumberedRecord[], places: readonly string[], origin: ReturnType<typeof provenanceColumns>): Grid {
  return {
    title: labelOf(field),
    headers: [...field.columns.map(labelOf), ...places, ...origin.headers],
    rows: records.flatMap(({ number, record }) =>
      rowsOf(record, field.name).map((row, index) => [...field.columns.map((column) => scalarValue(column, own(row, column.name)?.value ?? null)), count(number), count(index + 1), ...origin.values(record)]),
    ),
  }
}

function rowsOf(record: ExtractionRecord, name: string): readonly Readonly<Record<string, Reading>>[] {
  const content = contentOf(record, name)
  return content !== null && content !== 'unreadable' && content.kind === 'table' ? content.rows : []
}

function contentOf(record: ExtractionRecord, name: string): ReturnType<typeof effectiveContent> | null {
  const cell = own(record.cells, name)
  return cell === undefined ? null : effectiveContent(cell, own(record.reviews, name))
}

function fieldValue(field: TemplateField, record: ExtractionRecord): Value {
  const content = contentOf(record, field.name)
  if (content === null) return { type: 'nothing' }
  if (content === 'unreadable') return { type: 'unreadable' }
  switch (content.kind) {
    case 'one':
      return scalarValue(field, content.reading.value)
    case 'list':
      return { type: 'list', items: content.items.map(({ value }) => scalarValue(field.type === 'list' ? { type: field.item } : field, value)) }
    case 'table': {
      const names = field.type === 'table' ? field.columns.map(({ name }) => name) : []
      return { type: 'rows', rows: content.rows.map((row) => Object.fromEntries(names.map((name) => [name, own(row, name)?.value ?? null]))) }
    }
  }
}

type FieldShape = { readonly type: TemplateField['type'] } & Partial<Pick<Extract<ScalarField, { type: 'number' }>, 'decimals'>> & Partial<Pick<Extract<ScalarField, { type: 'money' }>, 'currency'>>

/** By what a value is, not only by what its field asks for: a person may have typed words where a number belongs. */
function scalarValue(field: FieldShape, value: Scalar): Value {
  if (value === null || value === '') return { type: 'nothing' }
  if (typeof value === 'boolean') return { type: 'yesNo', value }
  if (typeof value === 'number')
    return field.type === 'money' ? { type: 'money', value, currency: field.currency ?? null } : { type: 'number', value, decimals: field.decimals ?? null }
  return field.type === 'date' && isDay(value) ? { type: 'day', iso: value } : text(value)
}

function isDay(iso: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(iso) ? Date.parse(`${iso}T00:00:00Z`) : NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(iso)
}

function detailsOf({ name }: TemplateField, record: ExtractionRecord, words: ReturnType<typeof wordsOf>): Value[] {
  const cell = own(record.cells, name)
  if (cell === undefined) return [{ type: 'nothing' }, { type: 'nothing' }]
  return [text(words.statuses[own(record.reviews, name)?.state ?? cell.status]), { type: 'share', value: rounded(cell.confidence) }]
}

const unreadableLabels = ({ fields }: Template, record: ExtractionRecord): string[] => fields.filter(({ name }) => contentOf(record, name) === 'unreadable').map(labelOf)

const labelOf = ({ label, name }: { readonly label: string; readonly name: string }): string => (label === '' ? name : label)
const text = (written: string): Value => (written === '' ? { type: 'nothing' } : { type: 'text', text: written })
const count = (value: number): Value => ({ type: 'number', value, decimals: null })
