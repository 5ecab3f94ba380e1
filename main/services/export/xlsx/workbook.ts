import { strToU8, zipSync } from 'fflate'
import { AppError } from '../../../contract/errors/AppError.ts'
import { rangeOf, sheetXml, type Sheet } from './sheet.ts'
import { Styles } from './Styles.ts'
import { xmlText } from './xml.ts'

/** Rows of a sheet, in every spreadsheet program of today. */
const mostRows = 1_048_576

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const officeDocument = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/**
 * A workbook (ECMA-376) with the sheets in their order. The same sheets always make the same bytes: no times, no names of people,
 * and a packer written in JavaScript, since Node's zlib packs differently on different processors. Throws `EXPORT_TOO_LARGE`.
 */
export function workbook(sheets: readonly Sheet[]): Uint8Array {
  const large = sheets.find(({ rows }) => rows.length >= mostRows)
  if (large !== undefined) throw new AppError('EXPORT_TOO_LARGE', { name: large.name, rows: large.rows.length, most: mostRows - 1 })
  const styles = new Styles()
  const parts = sheets.map((sheet, index): [string, string] => [`xl/worksheets/sheet${index + 1}.xml`, sheetXml(sheet, styles, index === 0)])
  return zipped([
    ['[Content_Types].xml', contentTypes(sheets)],
    ['_rels/.rels', relationships([['officeDocument', 'xl/workbook.xml']])],
    ['xl/workbook.xml', workbookXml(sheets)],
    ['xl/_rels/workbook.xml.rels', relationships([...sheets.map((_, index): [string, string] => ['worksheet', `worksheets/sheet${index + 1}.xml`]), ['styles', 'styles.xml']])],
    ...parts,
    ['xl/styles.xml', styles.toXml()],
  ])
}

/** The earliest time that a ZIP file knows, by the local clock, which is how it is stored. */
const noTime = new Date(1980, 0, 1)

function zipped(parts: readonly (readonly [string, string])[]): Uint8Array {
  return zipSync(Object.fromEntries(parts.map(([path, text]) => [path, strToU8(text)])), { level: 6, mtime: noTime })
}

function workbookXml(sheets: readonly Sheet[]): string {
  const list = sheets.map(({ name }, index) => `<sheet name="${xmlText(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
  // Excel keeps the range of a sheet's filter under this hidden name, and other programs look for it there.
  const filters = sheets.map((sheet, index) => `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">${xmlText(`'${sheet.name.replaceAll("'", "''")}'!${rangeOf(sheet, '$')}`)}</definedName>`)
  return `${declaration}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${officeDocument}"><bookViews><workbookView/></bookViews><sheets>${list.join('')}</sheets><definedNames>${filters.join('')}</definedNames></workbook>`
}

function contentTypes(sheets: readonly Sheet[]): string {
  const overrides = [
    ['/xl/workbook.xml', 'sheet.main'],
    ...sheets.map((_, index) => [`/xl/worksheets/sheet${index + 1}.xml`, 'worksheet']),
    ['/xl/styles.xml', 'styles'],
  ].map(([part, type]) => `<Override PartName="${part}" ContentType="${spreadsheet}.${type}+xml"/>`)
  return `${declaration}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`
}

function relationships(targets: readonly (readonly [string, string])[]): string {
  const list = targets.map(([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${officeDocument}/${type}" Target="${target}"/>`)
  return `${declaration}<Relationships xmlns="${packages}/relationships">${list.join('')}</Relationships>`
}
