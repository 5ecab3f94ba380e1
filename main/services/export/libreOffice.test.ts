import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ExportOptions } from '../../contract/domains/extraction.ts'
import { exportRun } from './exportRun.ts'
import { findLibreOffice, openInLibreOffice, type OpenedCell } from './testing/libreOffice.ts'
import { formulas, inputOf, list, one, plainRecord, rows, type RecordInput } from './testing/records.ts'

const program = findLibreOffice()
if (program === null) process.stderr.write('Exports are not opened in LibreOffice here: there is no soffice on the PATH.\n')

const options: ExportOptions = { format: 'xlsx', delimiter: null, bom: true, locale: 'en-US', reviewedOnly: false, details: false }
// Comma, double quote, UTF-8, from line 1; no formats by column; English (USA); quoted cells are no texts by that, special
// numbers are detected; the last one has formulas evaluated, as the import dialog can.
const csvFilter = 'Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true,false,false,false,0,true,true'
const attack = (text: string): RecordInput => ({ cells: { seller: one(text), phones: list(text), day: one(text), weight: one(text), items: rows({ what: text, amount: -1 }) }, source: { name: text } })

describe.skipIf(program === null)('LibreOffice', { timeout: 240_000 }, () => {
  let folder = ''
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'export-'))))
  afterEach(async () => await rm(folder, { recursive: true, force: true }))
  const open = async (name: string, bytes: Uint8Array, filter: string | null = null): Promise<Record<string, OpenedCell[][]>> => await openInLibreOffice(program ?? '', folder, name, bytes, filter)

  it('opens an XLSX with numbers, money, days, logical values and texts', async () => {
    const book = await open('a.xlsx', exportRun(inputOf([plainRecord, ...formulas.map(attack)]), options).bytes)
    expect(Object.keys(book)).toEqual(['Records', 'Items', 'About'])
    expect(book['Records']?.[1]?.slice(0, 9)).toEqual([
      { type: 'string', formula: null, value: 'Müller & Söhne' },
      { type: 'float', formula: null, value: '-2.5' },
      { type: 'currency', formula: null, value: '1234.5' },
      { type: 'date', formula: null, value: '2026-11-30' },
      // LibreOffice keeps logical values of XLSX files as calls of its own.
      { type: 'float', formula: 'of:=TRUE()', value: '1' },
      { type: 'string', formula: null, value: 'goods' },
      { type: 'string', formula: null, value: '030 1; 040 2' },
      { type: 'string', formula: null, value: '1.5; 2' },
      { type: 'float', formula: null, value: '2' },
    ])
    expect(book['Items']?.[2]?.slice(0, 2)).toMatchObject([{ type: 'string', value: 'Wood' }, { type: 'currency', value: '-1.25' }])
    // Behind the last row there may be empty ones, up to the end of the sheet.
    const attacked = (book['Records']?.slice(2) ?? []).filter((row) => row.some(({ type }) => type !== null))
    expect(attacked).toHaveLength(formulas.length)
    for (const [index, row] of attacked.entries()) for (const place of [0, 1, 3, 6, 11]) expect(row[place], JSON.stringify(formulas[index])).toMatchObject({ type: 'string', formula: null })
    expect(attacked[0]?.[0]?.value).toBe('=1+1')
    expect(Object.values(book).flat(2).filter(({ formula }) => formula !== null && formula !== 'of:=TRUE()')).toEqual([])
  })

  it('opens a CSV with numbers and days, and what looks like a formula as text', async () => {
    const csv = exportRun(inputOf([plainRecord, ...formulas.map(attack)]), { ...options, format: 'csv' }).bytes
    const [, plain = [], ...attacked] = Object.values(await open('a.csv', csv, csvFilter))[0] ?? []
    expect(plain.slice(0, 5)).toMatchObject([{ type: 'string', value: 'Müller & Söhne' }, { type: 'float', value: '-2.5' }, { type: 'float', value: '1234.5' }, { type: 'date', value: '2026-11-30' }, { type: 'boolean', value: 'true' }])
    const cells = attacked.flat()
    expect(cells.length).toBeGreaterThan(formulas.length * 20)
    expect(cells.filter(({ formula }) => formula !== null)).toEqual([])
    for (const row of attacked.slice(0, 5)) expect(row[0]?.type).toBe('string')
    expect(attacked[0]?.[0]?.value).toBe("'=1+1")
  })

  it('would have taken the same texts for formulas', async () => {
    const [[cell] = []] = Object.values(await open('raw.csv', new TextEncoder().encode('=1+1,x\r\n'), csvFilter))[0] ?? []
    expect(cell).toMatchObject({ type: 'float', value: '2', formula: 'of:=1+1' })
  })
})
