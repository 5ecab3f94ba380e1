import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { ExportOptions } from '../../../contract/domains/extraction.ts'
import { template as templateSchema } from '../../../contract/domains/template.ts'
import { exportRun } from '../exportRun.ts'
import { formulas, inputOf, list, one, plainRecord, type RecordInput } from '../testing/records.ts'
import { columnName } from './sheet.ts'
import { sheetNames } from './sheetNames.ts'
import { workbook } from './workbook.ts'
import { xmlText } from './xml.ts'

const options: ExportOptions = { format: 'xlsx', delimiter: null, bom: true, locale: 'en', reviewedOnly: false, details: false }
const partsOf = (bytes: Uint8Array): Record<string, string> => Object.fromEntries(Object.entries(unzipSync(bytes)).map(([path, part]) => [path, strFromU8(part)]))
const sheetOf = (all: readonly RecordInput[], more: Partial<ExportOptions> = {}): string => partsOf(exportRun(inputOf(all), { ...options, ...more }).bytes)['xl/worksheets/sheet1.xml'] ?? ''

/** A cell's element, and its number format. */
function cellAt(bytes: Uint8Array, place: string, sheet = 1): { xml: string; format: string; style: string } {
  const parts = partsOf(bytes)
  const xml = new RegExp(`<c r="${place}"(?:[^>]*/>|.*?</c>)`, 's').exec(parts[`xl/worksheets/sheet${sheet}.xml`] ?? '')?.[0] ?? ''
  const styles = parts['xl/styles.xml'] ?? ''
  const looks = [...(/<cellXfs.*<\/cellXfs>/.exec(styles)?.[0] ?? '').matchAll(/<xf [^>]*>/g)].map(([look]) => look)
  const style = looks[Number(/ s="(\d+)"/.exec(xml)?.[1] ?? 0)] ?? ''
  const number = /numFmtId="(\d+)"/.exec(style)?.[1] ?? ''
  return { xml, style, format: new RegExp(`<numFmt numFmtId="${number}" formatCode="([^"]*)"`).exec(styles)?.[1] ?? number }
}

describe('XLSX', () => {
  const { bytes } = exportRun(inputOf([plainRecord]), options)

  it('has numbers as numbers, money with its currency, days as days, yes and no as logical values', () => {
    expect(cellAt(bytes, 'A2').xml).toContain('t="inlineStr"><is><t xml:space="preserve">Müller &amp; Söhne</t></is>')
    expect(cellAt(bytes, 'A2').format).toBe('49')
    expect(cellAt(bytes, 'B2')).toMatchObject({ xml: expect.stringMatching(/^<c r="B2" s="\d+"><v>-2.5<\/v><\/c>$/) as string, format: '0.0' })
    expect(cellAt(bytes, 'C2')).toMatchObject({ xml: expect.stringContaining('<v>1234.5</v>') as string, format: '#,##0.00\\ [$EUR]' })
    // Day 46356: Excel's own DATEVALUE("2026-11-30").
    expect(cellAt(bytes, 'D2')).toMatchObject({ xml: expect.stringContaining('<v>46356</v>') as string, format: 'yyyy\\-mm\\-dd' })
    expect(cellAt(bytes, 'E2').xml).toBe('<c r="E2" t="b"><v>1</v></c>')
    expect(cellAt(bytes, 'G2').xml).toContain('>030 1; 040 2<')
  })

  it('freezes the headers, which are bold and filter', () => {
    const sheet = sheetOf([plainRecord])
    expect(sheet).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>')
    expect(sheet).toContain('<autoFilter ref="A1:AC2"/>')
    expect(cellAt(bytes, 'A1').style).toContain('fontId="1"')
    expect(sheet).toMatch(/<col min="1" max="1" width="\d+" customWidth="1"\/>/)
  })

  it('has the rows of tables on sheets of their own, each with its record and provenance, and the run on the last', () => {
    const parts = partsOf(bytes)
    expect([...(parts['xl/workbook.xml'] ?? '').matchAll(/<sheet name="([^"]*)"/g)].map(([, name]) => name)).toEqual(['Records', 'Items', 'About'])
    expect(cellAt(bytes, 'I2').xml).toContain('<v>2</v>')
    expect(cellAt(bytes, 'A3', 2).xml).toContain('>Wood<')
    expect(cellAt(bytes, 'B3', 2)).toMatchObject({ xml: expect.stringContaining('<v>-1.25</v>') as string, format: '#,##0.00\\ [$EUR]' })
    expect([cellAt(bytes, 'C3', 2), cellAt(bytes, 'D3', 2)].map(({ xml }) => /<v>(.*)<\/v>/.exec(xml)?.[1])).toEqual(['1', '2'])
    expect(cellAt(bytes, 'E3', 2).xml).toContain('>scan 1.png<')
    expect(parts['xl/worksheets/sheet3.xml']).toContain('>Invoices of May<')
    for (const text of ['llava-1.5-7b', 'vicuna_v1', 'de-DE']) expect(parts['xl/worksheets/sheet3.xml']).toContain(`>${text}<`)
    expect(parts['xl/worksheets/sheet3.xml']).not.toContain('>Adapters<')
    const adapted = partsOf(exportRun(inputOf([{ ...plainRecord, origin: { adapters: [{ name: 'style.gguf', sha256: 'c'.repeat(64), scale: 0.5 }] } }]), options).bytes)
    for (const text of ['style.gguf × 0.5', 'c'.repeat(64)]) expect(adapted['xl/worksheets/sheet3.xml']).toContain(`>${text}<`)
  })

  it('has no formula, whatever a document says', () => {
    const parts = partsOf(exportRun(inputOf(formulas.map((text) => ({ cells: { seller: one(text), phones: list(text), day: one(text), weight: one(text), total: one(text) } }))), options).bytes)
    for (const part of Object.values(parts)) expect(part).not.toMatch(/<f[ >]/)
    const file = exportRun(inputOf([{ cells: { seller: one('=1+1') } }]), options).bytes
    expect(cellAt(file, 'A2').xml).toContain('t="inlineStr"><is><t xml:space="preserve">=1+1</t>')
    expect(cellAt(file, 'A2').style).toContain('quotePrefix="1"')
    expect(cellAt(bytes, 'A2').style).not.toContain('quotePrefix')
  })

  it('marks what nobody could read, and leaves it empty', () => {
    const file = exportRun(inputOf([{ ...plainRecord, reviews: { total: { state: 'unreadable' } } }]), options).bytes
    expect(cellAt(file, 'C2').xml).toMatch(/^<c r="C2" s="\d+"\/>$/)
    expect(cellAt(file, 'C2').style).toContain('fillId="2"')
    expect(cellAt(file, 'J2').xml).toContain('>Total<')
  })

  it('takes words for words where a number or a day belongs, and days before Excel counts soundly', () => {
    const file = exportRun(inputOf([{ cells: { weight: one('about 3'), day: one('2026-02-30'), seller: one(5) } }, { cells: { day: one('1900-02-28') } }, { cells: { day: one('1900-03-01') } }]), options).bytes
    expect(cellAt(file, 'B2').xml).toContain('>about 3<')
    expect(cellAt(file, 'D2').xml).toContain('>2026-02-30<')
    expect(cellAt(file, 'A2').xml).toContain('<v>5</v>')
    expect(cellAt(file, 'D3').xml).toContain('>1900-02-28<')
    expect(cellAt(file, 'D4').xml).toContain('<v>61</v>')
  })

  it('has as many decimals as the currency', () => {
    const fields = templateSchema.shape.fields.parse([{ type: 'money', name: 'a', currency: 'JPY' }, { type: 'money', name: 'b', currency: 'KWD' }, { type: 'money', name: 'c' }])
    const file = exportRun(inputOf([{ cells: { a: one(5), b: one(5), c: one(5) } }], { format: 'llava-desk-template/1', title: 'T', fields }), options).bytes
    expect(['A2', 'B2', 'C2'].map((place) => cellAt(file, place).format)).toEqual(['#,##0\\ [$JPY]', '#,##0.000\\ [$KWD]', '#,##0.00'])
  })

  it('refuses more rows than a sheet has', () => {
    const rows = new Array<never[]>(1_048_576).fill([])
    expect(() => workbook([{ name: 'Records', headers: ['a'], rows }])).toThrow(expect.objectContaining({ code: 'EXPORT_TOO_LARGE', params: { name: 'Records', rows: 1_048_576, most: 1_048_575 } }))
  })
})

describe('its parts', () => {
  it('name columns as spreadsheets do', () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(columnName)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'])
  })

  it('write every text as XML', () => {
    expect(xmlText('<a href="x">&</a>')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;')
    expect(xmlText('bell \u0007, CR \r, literal _x0041_ and _x41_')).toBe('bell _x0007_, CR _x000D_, literal _x005F_x0041_ and _x41_')
    expect(xmlText('half \ud83d and \uffff')).toBe('half \ufffd and _xFFFF_')
    expect(xmlText('x'.repeat(32_767))).toHaveLength(32_767)
    expect(xmlText('x'.repeat(32_768))).toBe(`${'x'.repeat(32_766)}…`)
    expect(xmlText(`${'x'.repeat(32_765)}😀😀`)).toBe(`${'x'.repeat(32_765)}…`)
  })

  it('name sheets as Excel takes them, no two alike', () => {
    expect(sheetNames(['Records', 'records', 'a/b[c]:d', "'x'", '', 'History', 'y'.repeat(40), 'y'.repeat(50)])).toEqual([
      'Records', 'records (2)', 'a b c  d', 'x', 'Sheet', 'History (2)', 'y'.repeat(31), `${'y'.repeat(27)} (2)`,
    ])
  })
})
