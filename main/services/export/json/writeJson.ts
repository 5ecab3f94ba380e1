import type { Cell, CellContent, ExportOptions, Provenance, Reading, Review } from '../../../contract/domains/extraction.ts'
import type { TemplateField } from '../../../contract/domains/template.ts'
import { chosenRecords, effectiveContent, rounded } from '../effective.ts'
import type { ExportInput } from '../exportInput.ts'
import { own } from '../own.ts'
import { exportFormat, type ExportDocument, type ExportedRecord, type ExportedRun, type ExportedValue, type ExportLine } from './exportFile.ts'

type Options = Pick<ExportOptions, 'reviewedOnly' | 'details'>

/** One object: the run, its template, its records. Names stand in a fixed order, fields in the template's. */
export function writeJson(input: ExportInput, options: Options): string {
  const document: ExportDocument = { format: exportFormat, run: runOf(input), template: input.run.template, records: recordsOf(input, options) }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** One record on each line, with the run and the template, so that each line says all by itself. */
export function writeJsonLines(input: ExportInput, options: Options): string {
  const run = runOf(input)
  const lines = recordsOf(input, options).map((record): ExportLine => ({ format: exportFormat, ...record, run, template: input.run.template }))
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

function runOf({ run: { name, mode, per, threshold, templateId, templateVersion } }: ExportInput): ExportedRun {
  return { name, mode, per, threshold, templateId, templateVersion }
}

/** Without ids and, but for details, without times: a run that is made again has others. */
function recordsOf(input: ExportInput, { reviewedOnly, details }: Options): ExportedRecord[] {
  const { fields } = input.run.template
  return chosenRecords(input, reviewedOnly).map(({ number, record: { cells, reviews, smallPrint, provenance } }) => ({
    number,
    values: Object.fromEntries(fields.map((field) => [field.name, valueOf(own(cells, field.name), own(reviews, field.name), columnsOf(field))])),
    cells: Object.fromEntries(
      fields.flatMap((field) => {
        const cell = own(cells, field.name)
        return cell === undefined ? [] : [[field.name, cellOf(cell, own(reviews, field.name), columnsOf(field))]]
      }),
    ),
    smallPrint,
    provenance: provenanceOf(provenance, details),
  }))
}

const columnsOf = (field: TemplateField): string[] => (field.type === 'table' ? field.columns.map(({ name }) => name) : [])

function valueOf(cell: Cell | undefined, review: Review | undefined, columns: readonly string[]): ExportedValue {
  const content = cell === undefined ? 'unreadable' : effectiveContent(cell, review)
  if (content === 'unreadable') return null
  switch (content.kind) {
    case 'one':
      return content.reading.value
    case 'list':
      return content.items.map(({ value }) => value)
    case 'table':
      return content.rows.map((row) => Object.fromEntries(columns.map((name) => [name, own(row, name)?.value ?? null])))
  }
}

function cellOf(cell: Cell, review: Review | undefined, columns: readonly string[]): ExportedRecord['cells'][string] {
  const { confidence, status, checks, region } = cell
  return {
    content: contentOf(cell.content, columns),
    confidence: rounded(confidence),
    status,
    checks: checks.map(({ code, params }) => ({ code, params })),
    region: region === null ? null : { x: region.x, y: region.y, width: region.width, height: region.height },
    review: review?.state === 'edited' ? { state: 'edited', content: contentOf(review.content, columns) } : (review ?? null),
  }
}

function contentOf(content: CellContent, columns: readonly string[]): CellContent {
  switch (content.kind) {
    case 'one':
      return { kind: 'one', reading: readingOf(content.reading) }
    case 'list':
      return { kind: 'list', items: content.items.map(readingOf) }
    case 'table':
      return { kind: 'table', rows: content.rows.map((row) => rowOf(row, columns)) }
  }
}

function rowOf(row: Readonly<Record<string, Reading>>, columns: readonly string[]): Record<string, Reading> {
  const entries = columns.map((name): [string, Reading | undefined] => [name, own(row, name)])
  return Object.fromEntries(entries.flatMap(([name, reading]) => (reading === undefined ? [] : [[name, readingOf(reading)]])))
}

const readingOf = ({ value, printed, confidence }: Reading): Reading => ({ value, printed, confidence: rounded(confidence) })

function provenanceOf({ app, model, projector, adapters, conversation, locale, template, mode, temperature, seed, source, at }: Provenance, details: boolean): ExportedRecord['provenance'] {
  return {
    app,
    model: { name: model.name, sha256: model.sha256, parts: [...model.parts] },
    projector: projector === null ? null : { name: projector.name, sha256: projector.sha256 },
    adapters: adapters?.map(({ name, sha256, scale }) => ({ name, sha256, scale })) ?? null,
    conversation,
    locale,
    template: { id: template.id, version: template.version, sha256: template.sha256 },
    mode,
    temperature,
    seed,
    source: { sha256: source.sha256, name: source.name, page: source.page, pages: source.pages, ...(source.allPages === undefined ? {} : { allPages: [...source.allPages] }) },
    ...(details ? { at: new Date(at).toISOString() } : {}),
  }
}
