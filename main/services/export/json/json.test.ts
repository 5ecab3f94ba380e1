import { describe, expect, it } from 'vitest'
import type { ExportOptions } from '../../../contract/domains/extraction.ts'
import { exportRun } from '../exportRun.ts'
import type { ExportInput } from '../exportInput.ts'
import { cellOf, inputOf, one, plainRecord, rows, type RecordInput } from '../testing/records.ts'
import { readExport } from './readExport.ts'

const options: ExportOptions = { format: 'json', delimiter: null, bom: true, locale: 'en', reviewedOnly: false, details: false }
const textOf = (input: ExportInput, more: Partial<ExportOptions> = {}): string => new TextDecoder().decode(exportRun(input, { ...options, ...more }).bytes)

const edited: RecordInput = {
  cells: { ...plainRecord.cells, total: cellOf(one(7), { status: 'failedCheck', confidence: 0.51234, checks: [{ code: 'sum', params: { expected: 8 } }], region: { x: 0, y: 0.5, width: 1, height: 0.5 } }) },
  reviews: { seller: { state: 'edited', content: one('=1+1') }, day: { state: 'unreadable' } },
  source: { name: 'two.pdf', page: 2, pages: 3, sha256: 'c'.repeat(64) },
}

describe('JSON and JSONL', () => {
  it('say the value that stands, what the model read, and what a person made of it', () => {
    const { records } = JSON.parse(textOf(inputOf([plainRecord, edited]))) as { records: Record<string, Record<string, unknown>>[] }
    expect(records[0]?.['values']).toEqual({
      seller: 'Müller & Söhne', weight: -2.5, total: 1234.5, day: '2026-11-30', paid: true, kind: 'goods', phones: ['030 1', '040 2'], rates: [1.5, 2],
      items: [{ what: 'Nails', amount: 3 }, { what: 'Wood', amount: -1.25 }],
    })
    // Here a text is what it is: JSON has no formulas.
    expect(records[1]?.['values']).toMatchObject({ seller: '=1+1', total: 7, day: null })
    expect(records[1]?.['cells']).toMatchObject({
      seller: { content: { kind: 'one', reading: { value: 'Müller & Söhne', printed: 'Müller & Söhne', confidence: 0.988 } }, status: 'ok', review: { state: 'edited', content: { reading: { value: '=1+1' } } } },
      total: { status: 'failedCheck', confidence: 0.512, checks: [{ code: 'sum', params: { expected: 8 } }], region: { x: 0, y: 0.5, width: 1, height: 0.5 }, review: null },
      day: { review: { state: 'unreadable' } },
    })
    expect(records[1]?.['provenance']).toEqual({
      app: '0.1.0', model: { name: 'llava-1.5-7b', sha256: 'a'.repeat(64), parts: [] }, projector: { name: 'mmproj', sha256: null },
      adapters: [], conversation: 'vicuna_v1', locale: 'de-DE', template: { id: 'invoice', version: 3, sha256: 'b'.repeat(64) },
      mode: 'fields', temperature: 0, seed: 7, source: { sha256: 'c'.repeat(64), name: 'two.pdf', page: 2, pages: 3 },
    })
  })

  it('has the time of a record only among the details', () => {
    expect(textOf(inputOf([plainRecord]))).not.toContain('2026-05-04')
    expect(textOf(inputOf([plainRecord]), { details: true })).toContain('"at": "2026-05-04T00:00:00.000Z"')
  })

  it('writes a record without a cell as null, and a line for each record', () => {
    const lines = textOf(inputOf([{ cells: {} }, plainRecord]), { format: 'jsonl' }).split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[2]).toBe('')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ number: 1, values: { seller: null }, cells: {}, run: { name: 'Invoices of May' }, template: { title: 'Invoice' } })
  })

  it('keeps the order of the template, however the cells were stored', () => {
    const turned = { ...Object.fromEntries(Object.entries(plainRecord.cells).toReversed()), items: rows({ amount: 3, what: 'Nails' }, { amount: -1.25, what: 'Wood' }) }
    expect(textOf(inputOf([{ cells: turned }]))).toBe(textOf(inputOf([plainRecord])))
  })
})

describe('the same run', () => {
  it.each(['csv', 'xlsx', 'json', 'jsonl'] as const)('has the same bytes as %s when it is made again, with other ids, at another time', (format) => {
    const [first, again] = [{ at: 1 }, { at: 2_000_000_000_000 }].map(({ at }) => exportRun(inputOf([{ ...plainRecord, at }, { ...edited, at }]), { ...options, format }))
    expect(first?.bytes).toEqual(again?.bytes)
    const other = exportRun(inputOf([plainRecord]), { ...options, format })
    expect(first?.bytes).not.toEqual(other.bytes)
  })
})

describe('readExport', () => {
  const input = inputOf([{ ...plainRecord, source: { name: 'one.png', sha256: 'd'.repeat(64) } }, edited, { ...edited, source: { ...edited.source, page: 3 } }])

  it.each(['json', 'jsonl'] as const)('gives back what a run was made of, from %s', (format) => {
    expect(readExport(textOf(input, { format }), 'x')).toEqual({
      name: 'Invoices of May', mode: 'fields', per: 'page', threshold: 0.8, templateId: 'invoice', templateVersion: 3, template: input.run.template,
      app: '0.1.0', model: { name: 'llava-1.5-7b', sha256: 'a'.repeat(64), parts: [] }, projector: { name: 'mmproj', sha256: null }, adapters: [], conversation: 'vicuna_v1', locale: 'de-DE',
      temperature: 0, seed: 7, missing: ['projector'],
      inputs: [{ name: 'one.png', sha256: 'd'.repeat(64), pages: [1] }, { name: 'two.pdf', sha256: 'c'.repeat(64), pages: [2, 3] }],
    })
    expect(readExport(`\ufeff${textOf(inputOf([plainRecord]), { format, details: true })}`, 'x').inputs).toHaveLength(1)
  })

  it('names no pages where a record was made of a whole file', () => {
    expect(readExport(textOf(inputOf([plainRecord], undefined, { per: 'file' })), 'x').inputs).toEqual([{ name: 'scan 1.png', sha256: '0'.repeat(64), pages: null }])
    const some = { ...plainRecord, source: { name: 'some.pdf', sha256: 'e'.repeat(64), page: 1, pages: 5, allPages: [1, 3] } }
    expect(readExport(textOf(inputOf([some], undefined, { per: 'file' })), 'x').inputs).toEqual([{ name: 'some.pdf', sha256: 'e'.repeat(64), pages: [1, 3] }])
  })

  it('knows a run without records, and says nothing where records differ', () => {
    expect(readExport(textOf(inputOf([])), 'x')).toMatchObject({ seed: null, temperature: null, inputs: [] })
    const mixed = inputOf([plainRecord, plainRecord])
    const records = mixed.records.map((record, index) => ({ ...record, provenance: { ...record.provenance, seed: index } }))
    expect(readExport(textOf({ ...mixed, records }), 'x')).toMatchObject({ seed: null, temperature: 0, missing: ['projector', 'seed'] })
  })

  it.each(['json', 'jsonl'] as const)('gives back all that decides the bytes, from %s', (format) => {
    const origin: RecordInput['origin'] = {
      model: { name: 'Split', sha256: 'a'.repeat(64), parts: ['a'.repeat(64), 'b'.repeat(64)] }, projector: null, conversation: 'embedded', locale: 'zh-CN',
      adapters: [{ name: 'style.gguf', sha256: 'c'.repeat(64), scale: 0.5 }],
    }
    const whole: RecordInput = { ...plainRecord, origin }
    expect(readExport(textOf(inputOf([whole, whole]), { format }), 'x')).toMatchObject({ ...origin, missing: [] })
    const bare: RecordInput = { ...whole, origin: { ...origin, adapters: [{ name: 'style.gguf', sha256: null, scale: 0.5 }] } }
    expect(readExport(textOf(inputOf([bare]), { format }), 'x').missing).toEqual(['adapters'])
    const other: RecordInput = { ...whole, origin: { ...origin, locale: 'de', adapters: [] } }
    expect(readExport(textOf(inputOf([whole, other]), { format }), 'x')).toMatchObject({ locale: null, adapters: null, missing: ['adapters', 'locale'] })
  })

  it('reads what an earlier version wrote, and says what is missing in it', () => {
    const text = textOf(inputOf([{ ...plainRecord, origin: { projector: null } }]))
    const earlier = JSON.parse(text) as { records: { provenance: { model: { parts?: unknown }; adapters?: unknown; conversation?: unknown; locale?: unknown } }[] }
    for (const { provenance } of earlier.records) {
      delete provenance.adapters
      delete provenance.conversation
      delete provenance.locale
      delete provenance.model.parts
    }
    expect(readExport(JSON.stringify(earlier), 'x')).toMatchObject({ adapters: null, conversation: null, locale: null, missing: ['adapters', 'conversation', 'locale'] })
  })

  it('refuses what is no whole export of ours, and says where', () => {
    const lines = textOf(input, { format: 'jsonl' })
    const bad: Record<string, string> = {
      '': 'empty', hello: 'line 1', '[]': 'line 1', '{"records":[]}': 'format',
      [textOf(input).slice(0, -20)]: 'line 1',
      [lines.slice(0, -20)]: 'line 3',
      [lines + textOf(inputOf([plainRecord], undefined, { name: 'Another' }), { format: 'jsonl' })]: 'line 4: another run',
      [textOf(input).replace('llava-desk-export/1', 'llava-desk-export/2')]: 'format',
      [textOf(input).replace('"page": 1', '"page": 0')]: 'records / 0 / provenance / source / page',
    }
    for (const [text, detail] of Object.entries(bad))
      expect(() => readExport(text, 'x.json'), detail).toThrow(expect.objectContaining({ code: 'EXPORT_UNREADABLE', params: { name: 'x.json', detail: expect.stringContaining(detail) as string } }))
  })

  it('takes the members that people may not name as such', () => {
    const strange = inputOf([{ cells: { items: rows({ constructor: 'a', toString: 'b' }) } }], {
      format: 'llava-desk-template/1', title: 'T', fields: [{ type: 'table', name: 'items', columns: [{ type: 'text', name: 'constructor' }, { type: 'text', name: 'toString' }] }, { type: 'text', name: 'valueOf' }],
    })
    expect(JSON.parse(textOf(strange))).toMatchObject({ records: [{ values: { items: [{ constructor: 'a', toString: 'b' }], valueOf: null } }] })
  })
})
