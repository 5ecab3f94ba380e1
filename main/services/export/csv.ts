import type { ExportOptions } from '../../contract/domains/extraction.ts'
import { unreachable } from '../../platform/unreachable.ts'
import type { Grid, Value } from './grid.ts'
import { neutralise } from './neutralise.ts'
import { decimalSignOf, decimalsOf, plainNumber } from './plainNumber.ts'

/**
 * CSV after RFC 4180: lines end with CR LF, quotes are doubled. Numbers have the decimal sign of the locale and no grouping, days
 * are ISO 8601, yes and no TRUE and FALSE, tables JSON. The delimiter is ";" where the decimal sign is a comma, as spreadsheets
 * there expect. Texts are neutralised. Throws `BAD_INPUT` for a locale that is none.
 */
export function writeCsv(grid: Grid, options: Pick<ExportOptions, 'delimiter' | 'bom' | 'locale'>): string {
  const decimalSign = decimalSignOf(options.locale)
  const delimiter = options.delimiter ?? (decimalSign === ',' ? ';' : ',')
  const lines = [
    grid.headers.map((header) => quoted(neutralise(header))),
    ...grid.rows.map((row) => row.map((value) => written(value, decimalSign, delimiter))),
  ]
  return (options.bom ? '\ufeff' : '') + lines.map((line) => `${line.join(delimiter)}\r\n`).join('')
}

/** What we wrote ourselves (a number below zero) is no formula, and is quoted only where it must be. */
function written(value: Value, decimalSign: string, delimiter: string): string {
  const cell = plain(value, decimalSign)
  if (value.type === 'text' || value.type === 'list' || value.type === 'rows') return quoted(neutralise(cell))
  return cell.includes(delimiter) ? quoted(cell) : cell
}

/** Quotes also where another delimiter than the file's own stands, since a reader may guess. */
function quoted(cell: string): string {
  return /[",;\t\r\n]|^[\s']|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** A value as text, not yet neutralised. */
export function plain(value: Value, decimalSign: string): string {
  switch (value.type) {
    case 'nothing':
    case 'unreadable':
      return ''
    case 'text':
      return value.text
    case 'number':
      return plainNumber(value.value, decimalSign, value.decimals ?? 0)
    case 'money':
      return plainNumber(value.value, decimalSign, value.currency === null ? 0 : decimalsOf(value.currency))
    case 'share':
      return plainNumber(value.value, decimalSign)
    case 'day':
      return value.iso
    case 'yesNo':
      return value.value ? 'TRUE' : 'FALSE'
    case 'list':
      return value.items.map((item) => plain(item, decimalSign)).join('; ')
    case 'rows':
      return value.rows.length === 0 ? '' : JSON.stringify(value.rows)
    default:
      return unreachable(value)
  }
}
