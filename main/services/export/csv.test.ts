import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExportOptions } from '../../contract/domains/extraction.ts'
import { exportRun } from './exportRun.ts'
import { parseCsv } from './testing/parseCsv.ts'
import { formulas, inputOf, list, one, plainRecord, rows, type RecordInput } from './testing/records.ts'

const options: ExportOptions = { format: 'csv', delimiter: null, bom: false, locale: 'en', reviewedOnly: false, details: false }
const csvOf = (all: readonly RecordInput[], more: Partial<ExportOptions> = {}, input = inputOf(all)): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(exportRun(input, { ...options, ...more }).bytes)
const cellsOf = (all: readonly RecordInput[], more: Partial<ExportOptions> = {}): string[][] => parseCsv(csvOf(all, more), more.delimiter ?? ',')

describe('CSV', () => {
  it('has a line for each record, with the fields in their order and the provenance behind them', () => {
    const [headers, line, ...rest] = cellsOf([plainRecord])
    expect(rest).toEqual([])
    expect(headers).toEqual([
      'Seller', 'Weight', 'Total', 'Day', 'Paid', 'kind', 'Phones', 'Rates', 'Items', 'Could not be read', 'Record', 'File', 'Page', 'Pages', 'SHA-256 of the file',
      'Model', 'SHA-256 of the model', 'Projector', 'SHA-256 of the projector', 'Adapters', 'SHA-256 of the adapters', 'Conversation template', 'Locale of numbers and days',
      'Template', 'Template version', 'Read', 'Temperature', 'Seed', 'LLaVA Desk version',
    ])
    expect(line).toEqual([
      'Müller & Söhne', '-2.5', '1234.50', '2026-11-30', 'TRUE', 'goods', '030 1; 040 2', '1.5; 2', '[{"what":"Nails","amount":3},{"what":"Wood","amount":-1.25}]', '', '1', 'scan 1.png', '1', '1',
      '0'.repeat(64), 'llava-1.5-7b', 'a'.repeat(64), 'mmproj', '', '', '', 'vicuna_v1', 'de-DE', 'invoice', '3', 'field by field', '0', '7', '0.1.0',
    ])
  })

  it('names every part of a model, the adapters with their scales, and leaves empty what nobody wrote down', () => {
    const model = { name: 'split', sha256: 'a'.repeat(64), parts: ['a'.repeat(64), 'b'.repeat(64)] }
    const adapters = [{ name: 'style.gguf', sha256: 'c'.repeat(64), scale: 0.5 }, { name: '=x.gguf', sha256: 'd'.repeat(64), scale: -1 }]
    const [headers = [], full = [], earlier = []] = cellsOf([{ ...plainRecord, origin: { model, adapters } }, { ...plainRecord, origin: { adapters: null, conversation: null, locale: null } }])
    const of = (line: string[], header: string) => line[headers.indexOf(header)]
    expect(of(full, 'SHA-256 of the model')).toBe(`${'a'.repeat(64)}; ${'b'.repeat(64)}`)
    expect(of(full, 'Adapters')).toMatch(/^style\.gguf × 0\.5; '=x\.gguf × -1$/)
    expect(of(full, 'SHA-256 of the adapters')).toBe(`${'c'.repeat(64)}; ${'d'.repeat(64)}`)
    expect(['Adapters', 'SHA-256 of the adapters', 'Conversation template', 'Locale of numbers and days'].map((header) => of(earlier, header))).toEqual(['', '', '', ''])
  })

  it('is what RFC 4180 says, byte by byte', () => {
    const input = inputOf([{ cells: { a: one('x "y"'), b: one('two\nlines') } }], { format: 'llava-desk-template/1', title: 'T', fields: [{ type: 'text', name: 'a' }, { type: 'text', name: 'b' }] })
    expect(csvOf([], {}, input).startsWith('a,b,Could not be read,')).toBe(true)
    expect(csvOf([], {}, input)).toContain('\r\n"x ""y""","two\nlines",,1,')
    expect(csvOf([], {}, input).endsWith('0.1.0\r\n')).toBe(true)
  })

  it('marks a byte order only where it is asked to', () => {
    expect([...exportRun(inputOf([plainRecord]), { ...options, bom: true }).bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(csvOf([plainRecord]).startsWith('Seller')).toBe(true)
  })

  it('takes the delimiter and the decimal sign of the locale', () => {
    expect(csvOf([plainRecord], { locale: 'de-DE' })).toMatch(/\r\nMüller & Söhne;-2,5;1234,50;2026-11-30;/)
    expect(csvOf([plainRecord], { locale: 'de-DE', delimiter: ',' })).toMatch(/\r\nMüller & Söhne,"-2,5","1234,50",/)
    expect(csvOf([plainRecord], { locale: 'ar-EG' })).toMatch(/\r\nMüller & Söhne,-2\.5,/)
    // Swedish writes another minus, which no spreadsheet reads.
    expect(csvOf([plainRecord], { locale: 'sv' })).toMatch(/;-2,5;/)
    expect(csvOf([plainRecord], { locale: 'zh-CN' }).startsWith('Seller,')).toBe(true)
    expect(cellsOf([plainRecord], { locale: 'zh-CN' })[0]).toContain('无法辨认')
    expect(() => csvOf([plainRecord], { locale: 'not a locale' })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
  })

  it('writes numbers with all their digits', () => {
    const of = (value: number): string | undefined => cellsOf([{ cells: { weight: one(value) } }])[1]?.[1]
    expect([1e21, 1.5e-7, -0, 123456789.123, 2].map(of)).toEqual(['1000000000000000000000.0', '0.00000015', '0.0', '123456789.123', '2.0'])
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const written = of(value) ?? ''
      expect(written).toMatch(/^-?\d+\.\d+$/)
      expect(Number(written)).toBe(value === 0 ? (written.startsWith('-') ? -0 : 0) : value)
    }))
  })

  it('lets no text begin a formula, wherever it stands', () => {
    for (const text of formulas) {
      const record: RecordInput = { cells: { seller: one(text), phones: list(text, 'x'), kind: one(text) }, source: { name: text } }
      const line = cellsOf([record])[1] ?? []
      for (const place of [0, 5, 11]) {
        expect(line[place]?.startsWith("'")).toBe(true)
        // What stands behind a tab or a line's end may be a cell of its own to some reader; there is a second mark, then.
        expect(line[place]).toBe(`'${text.replace(/^[\t\r\n](?==)/, "$&'")}`)
      }
      expect(line[6]?.startsWith("'")).toBe(true)
    }
  })

  it('leaves numbers below zero and harmless texts as they are', () => {
    expect(cellsOf([{ cells: { seller: one('a-b = c+d @ e'), weight: one(-5), total: one(-0.5) } }])[1]?.slice(0, 3)).toEqual(['a-b = c+d @ e', '-5.0', '-0.50'])
    expect(cellsOf([{ cells: { seller: one('inside, -5 °C; outside, +3 °C') } }])[1]?.[0]).toBe('inside, -5 °C; outside, +3 °C')
  })

  it('begins no formula either where a reader splits at another delimiter or takes quotes away', () => {
    const attacks = ['a;=1+1', 'a,=1+1', 'a\t=1+1', 'a\n=1+1', 'a\r\n=1+1', 'a;"=1+1', "a; +cmd|' /C calc'!A0", 'a;-HYPERLINK("x")', 'a;＝1+1', 'a|=1']
    for (const text of attacks) {
      const csv = csvOf([{ cells: { seller: one(text), items: rows({ what: text, amount: 1 }) } }])
      for (const piece of csv.split(/[,;\t\r\n|]/)) expect(piece).not.toMatch(/^[\s"]*[=@＝＠]|^[\s"]*[+-].*[(|!]/)
    }
  })

  it('neutralises any text, and keeps it behind the mark', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('=', '+', '-', '@', ' ', '\t', '\n', '"', 'a', '1', '\u3000') }), (text) => {
      const cell = cellsOf([{ cells: { seller: one(text) } }])[1]?.[0] ?? ''
      expect(cell).not.toMatch(/^[\s"]*[=+\-@]/)
      expect(cell.replaceAll("'", '')).toBe(text)
    }))
  })

  it('has the edit of a person in place of what the model read, and marks what nobody could read', () => {
    const edited: RecordInput = { cells: { ...plainRecord.cells }, reviews: { seller: { state: 'edited', content: one('Meier') }, total: { state: 'unreadable' }, day: { state: 'accepted' } } }
    const [headers = [], line = []] = cellsOf([edited])
    expect(line.slice(0, 4)).toEqual(['Meier', '-2.5', '', '2026-11-30'])
    expect(line[headers.indexOf('Could not be read')]).toBe('Total')
  })

  it('says status, confidence and time where they are asked for, and leaves out what is still to be reviewed', () => {
    const unsure: RecordInput = { cells: { seller: { content: one('?'), confidence: 0.4321, status: 'unsure', checks: [], region: null } } }
    const [headers = [], , second = []] = cellsOf([plainRecord, unsure], { details: true })
    expect(second[headers.indexOf('Seller: status')]).toBe('unsure')
    expect(second[headers.indexOf('Seller: confidence')]).toBe('0.432')
    expect(second[headers.indexOf('Read at (UTC)')]).toBe('2026-05-04T00:00:00.000Z')
    expect(cellsOf([unsure, plainRecord], { reviewedOnly: true }).map((line) => line[10])).toEqual(['Record', '2'])
    expect(cellsOf([{ ...unsure, reviews: { seller: { state: 'accepted' } } }], { reviewedOnly: true })).toHaveLength(2)
  })
})
