import type { Cell, CellContent, ExtractionRecord, Reading, Review, Scalar } from '../../../contract/domains/extraction.ts'
import { template, type TemplateInput } from '../../../contract/domains/template.ts'
import type { ExportInput } from '../exportInput.ts'

/** A template with a field of every type. */
export const everyType: TemplateInput = {
  format: 'llava-desk-template/1',
  title: 'Invoice',
  fields: [
    { type: 'text', name: 'seller', label: 'Seller' },
    { type: 'number', name: 'weight', label: 'Weight', decimals: 1 },
    { type: 'money', name: 'total', label: 'Total', currency: 'EUR' },
    { type: 'date', name: 'day', label: 'Day' },
    { type: 'yesNo', name: 'paid', label: 'Paid' },
    { type: 'oneOf', name: 'kind', choices: ['goods', 'service'] },
    { type: 'list', name: 'phones', label: 'Phones', item: 'text' },
    { type: 'list', name: 'rates', label: 'Rates', item: 'number' },
    { type: 'table', name: 'items', label: 'Items', columns: [{ type: 'text', name: 'what', label: 'What' }, { type: 'money', name: 'amount', label: 'Amount', currency: 'EUR' }] },
  ],
}

export const reading = (value: Scalar, confidence = 0.98765): Reading => ({ value, printed: value === null ? null : String(value), confidence })
export const one = (value: Scalar): CellContent => ({ kind: 'one', reading: reading(value) })
export const list = (...values: Scalar[]): CellContent => ({ kind: 'list', items: values.map((value) => reading(value)) })
export const rows = (...all: Record<string, Scalar>[]): CellContent => ({ kind: 'table', rows: all.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, reading(value)]))) })
export const cellOf = (content: CellContent, more: Partial<Cell> = {}): Cell => ({ content, confidence: 0.98765, status: 'ok', checks: [], region: null, ...more })

export interface RecordInput {
  readonly cells: Readonly<Record<string, CellContent | Cell>>
  readonly reviews?: Readonly<Record<string, Review>>
  readonly source?: Partial<ExtractionRecord['provenance']['source']>
  readonly at?: number
  readonly origin?: Partial<ExtractionRecord['provenance']>
}

/** A run with these records; ids and times are of the call, as those of a run made again would be. */
export function inputOf(all: readonly RecordInput[], fields: TemplateInput = everyType, run: Partial<ExportInput['run']> = {}): ExportInput {
  const runId = `run-${Math.random()}`
  return {
    run: { name: 'Invoices of May', template: template.parse(fields), mode: 'fields', per: 'page', threshold: 0.8, templateId: 'invoice', templateVersion: 3, ...run },
    records: all.map(({ cells, reviews = {}, source = {}, at = Date.UTC(2026, 4, 4), origin = {} }, index): ExtractionRecord => ({
      id: `record-${Math.random()}`,
      runId,
      itemId: `item-${index}`,
      cells: Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, 'kind' in cell ? cellOf(cell) : cell])),
      reviews,
      smallPrint: false,
      provenance: {
        app: '0.1.0',
        model: { name: 'llava-1.5-7b', sha256: 'a'.repeat(64), parts: [] },
        projector: { name: 'mmproj', sha256: null },
        adapters: [],
        conversation: 'vicuna_v1',
        locale: 'de-DE',
        template: { id: 'invoice', version: 3, sha256: 'b'.repeat(64) },
        mode: 'fields',
        temperature: 0,
        seed: 7,
        source: { sha256: String(index).repeat(64).slice(0, 64), name: `scan ${index + 1}.png`, page: 1, pages: 1, ...source },
        at,
        ...origin,
      },
    })),
  }
}

/** One of everything, all of it as it should be. */
export const plainRecord: RecordInput = {
  cells: {
    seller: one('Müller & Söhne'), weight: one(-2.5), total: one(1234.5), day: one('2026-11-30'), paid: one(true), kind: one('goods'),
    phones: list('030 1', '040 2'), rates: list(1.5, 2), items: rows({ what: 'Nails', amount: 3 }, { what: 'Wood', amount: -1.25 }),
  },
}

/** Texts that a spreadsheet must not take for formulas. */
export const formulas = ['=1+1', '+1', '-1', '@x', "=cmd|' /C calc'!A0", '\t=1+1', '\r=1+1', '\n=1+1', ' =1+1', '\u00a0=1+1', '\u3000=1+1', '＝1+1', '＋1', '－1', '＠x', '"=1+1"', '\ufeff=1+1', '\u200b=1+1']
