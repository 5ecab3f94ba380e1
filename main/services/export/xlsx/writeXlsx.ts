import type { ExportOptions } from '../../../contract/domains/extraction.ts'
import { unreachable } from '../../../platform/unreachable.ts'
import { plain } from '../csv.ts'
import type { ExportInput } from '../exportInput.ts'
import type { Grid, Value } from '../grid.ts'
import { decimalSignOf, decimalsOf } from '../plainNumber.ts'
import { buildTable } from '../table.ts'
import { wordsOf } from '../words.ts'
import { aboutGrid } from '../aboutGrid.ts'
import type { SheetCell } from './sheet.ts'
import { sheetNames } from './sheetNames.ts'
import { workbook } from './workbook.ts'

/**
 * A workbook: the records, a sheet for each field that is a table, and a sheet about the run. Numbers are numbers, money has its
 * currency, days are days, yes and no are logical values, and texts are texts whatever they look like. Throws `EXPORT_TOO_LARGE`,
 * and `BAD_INPUT` for a locale that is none.
 */
export function writeXlsx(input: ExportInput, options: Pick<ExportOptions, 'locale' | 'reviewedOnly' | 'details'>): Uint8Array {
  const { records, tables } = buildTable(input, options)
  const grids: Grid[] = [records, ...tables, aboutGrid(input, records.rows.length, wordsOf(options.locale))]
  const names = sheetNames(grids.map(({ title }) => title))
  const decimalSign = decimalSignOf(options.locale)
  return workbook(grids.map(({ headers, rows }, index) => ({ name: names[index] ?? '', headers, rows: rows.map((row) => row.map((value) => cellOf(value, decimalSign))) })))
}

function cellOf(value: Value, decimalSign: string): SheetCell {
  switch (value.type) {
    case 'nothing':
      return { kind: 'empty', marked: false }
    case 'unreadable':
      return { kind: 'empty', marked: true }
    case 'text':
      return { kind: 'text', text: value.text }
    case 'number':
      return { kind: 'number', value: value.value, format: value.decimals === null ? null : fixed('0', value.decimals) }
    case 'money':
      return { kind: 'number', value: value.value, format: moneyFormat(value.currency) }
    case 'share':
      return { kind: 'number', value: value.value, format: '0.0%' }
    case 'day': {
      const serial = serialOf(value.iso)
      return serial === null ? { kind: 'text', text: value.iso } : { kind: 'number', value: serial, format: 'yyyy\\-mm\\-dd' }
    }
    case 'yesNo':
      return { kind: 'yesNo', value: value.value }
    case 'list':
      return value.items.length === 0 ? { kind: 'empty', marked: false } : { kind: 'text', text: plain(value, decimalSign) }
    case 'rows':
      // The rows themselves are on a sheet of their own: as JSON they may be longer than a cell can be.
      return { kind: 'number', value: value.rows.length, format: null }
    default:
      return unreachable(value)
  }
}

/** Grouped, with the currency's code behind it, which is the same in every language. */
function moneyFormat(currency: string | null): string {
  const amount = fixed('#,##0', decimalsOf(currency))
  return currency === null ? amount : `${amount}\\ [$${currency}]`
}

const fixed = (whole: string, decimals: number): string => (decimals === 0 ? whole : `${whole}.${'0'.repeat(decimals)}`)

const day = 86_400_000
/** Excel's day 60 is 29 February 1900, which never was; before it, it and LibreOffice count differently. */
const firstSoundSerial = 61

/** A day (ISO 8601) as spreadsheets count it; null for one that they do not agree on. */
function serialOf(iso: string): number | null {
  const serial = Math.round((Date.parse(`${iso}T00:00:00Z`) - Date.UTC(1899, 11, 30)) / day)
  return serial < firstSoundSerial ? null : serial
}
