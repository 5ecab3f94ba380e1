import { looksLikeFormula } from '../neutralise.ts'
import type { Styles } from './Styles.ts'
import { xmlText } from './xml.ts'

/** One cell. There is no kind for formulas, so none can come from a document. */
export type SheetCell =
  | { readonly kind: 'empty'; readonly marked: boolean }
  | { readonly kind: 'text'; readonly text: string }
  /** `format`: a number format of Excel; null: as it comes. */
  | { readonly kind: 'number'; readonly value: number; readonly format: string | null }
  | { readonly kind: 'yesNo'; readonly value: boolean }

export interface Sheet {
  /** At most 31 characters, without those that Excel forbids; unique in the workbook. */
  readonly name: string
  readonly headers: readonly string[]
  readonly rows: readonly (readonly SheetCell[])[]
}

/** Column widths, in characters. */
const narrowest = 8, widest = 60

/** "A", "Z", "AA" of a column, from 0. */
export function columnName(index: number): string {
  return (index >= 26 ? columnName(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26))
}

/** The cells that a sheet covers, with its headers: "A1:C10". */
export function rangeOf({ headers, rows }: Sheet, fixed = ''): string {
  const [column, row] = [columnName(Math.max(0, headers.length - 1)), rows.length + 1]
  return `${fixed}A${fixed}1:${fixed}${column}${fixed}${row}`
}

/** `xl/worksheets/sheetN.xml` (ECMA-376 part 1 §18.3): headers bold and frozen, with filters, columns as wide as what stands in them. */
export function sheetXml(sheet: Sheet, styles: Styles, shownFirst: boolean): string {
  const header = styles.indexOf({ format: '@', bold: true })
  const headers = sheet.headers.map((text, column) => textCell(text, `${columnName(column)}1`, header))
  const rows = sheet.rows.map((row, index) => `<row r="${index + 2}">${row.map((cell, column) => cellXml(cell, `${columnName(column)}${index + 2}`, styles)).join('')}</row>`)
  const columns = sheet.headers.map((_, column) => `<col min="${column + 1}" max="${column + 1}" width="${widthOf(sheet, column)}" customWidth="1"/>`)
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">',
    `<dimension ref="${rangeOf(sheet)}"/>`,
    `<sheetViews><sheetView${shownFirst ? ' tabSelected="1"' : ''} workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>`,
    `<sheetFormatPr defaultRowHeight="15"/><cols>${columns.join('')}</cols>`,
    `<sheetData><row r="1">${headers.join('')}</row>${rows.join('')}</sheetData>`,
    `<autoFilter ref="${rangeOf(sheet)}"/></worksheet>`,
  ].join('')
}

function cellXml(cell: SheetCell, place: string, styles: Styles): string {
  switch (cell.kind) {
    case 'empty':
      return cell.marked ? `<c r="${place}" s="${styles.indexOf({ format: null, marked: true })}"/>` : ''
    case 'text':
      return textCell(cell.text, place, styles.indexOf({ format: '@', wrap: cell.text.includes('\n'), quotePrefix: looksLikeFormula(cell.text) }))
    case 'number':
      return `<c r="${place}" s="${styles.indexOf({ format: cell.format })}"><v>${cell.value}</v></c>`
    case 'yesNo':
      return `<c r="${place}" t="b"><v>${cell.value ? 1 : 0}</v></c>`
  }
}

const textCell = (text: string, place: string, style: number): string => `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`

/** By the longest line in it; the filter's button takes two characters of the header. */
function widthOf({ headers, rows }: Sheet, column: number): number {
  let most = charactersOf(headers[column] ?? '') + 2
  for (const row of rows) {
    const cell = row[column]
    if (cell?.kind === 'text') most = Math.max(most, ...cell.text.slice(0, 1000).split('\n').map(charactersOf))
    if (cell?.kind === 'number') most = Math.max(most, String(cell.value).length + (cell.format?.length ?? 0) / 2)
    if (most >= widest) return widest
  }
  return Math.min(widest, Math.max(narrowest, Math.ceil(most) + 1))
}

/** Characters of East Asian scripts are twice as wide. */
const charactersOf = (line: string): number => line.length + (line.match(/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g)?.length ?? 0)
