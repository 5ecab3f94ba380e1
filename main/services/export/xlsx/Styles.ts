import { xmlText } from './xml.ts'

export interface Style {
  /** A number format of Excel; null: as it comes. */
  readonly format: string | null
  readonly bold?: boolean
  /** On a coloured ground: something to look at. */
  readonly marked?: boolean
  readonly wrap?: boolean
  /** Stays text also after somebody edits the cell. */
  readonly quotePrefix?: boolean
}

/** The first number of a format that Excel does not know by itself. */
const firstOwnFormat = 164
const formatsOfExcel: Readonly<Record<string, number>> = { '@': 49 }

/** The looks that the cells of a workbook have, each once, in the order of their first use. */
export class Styles {
  /** The first is the look of cells that name none. */
  readonly #styles = new Map<string, Style>([[keyOf({ format: null }), { format: null }]])
  readonly #formats: string[] = []

  /** The number of a style in the workbook. */
  indexOf(style: Style): number {
    const key = keyOf(style)
    if (style.format !== null && formatsOfExcel[style.format] === undefined && !this.#formats.includes(style.format)) this.#formats.push(style.format)
    if (!this.#styles.has(key)) this.#styles.set(key, style)
    return [...this.#styles.keys()].indexOf(key)
  }

  /** `xl/styles.xml`. */
  toXml(): string {
    const formats = this.#formats.map((format, index) => `<numFmt numFmtId="${firstOwnFormat + index}" formatCode="${xmlText(format)}"/>`)
    const looks = [...this.#styles.values()].map((style) => this.#look(style))
    return [
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">',
      formats.length === 0 ? '' : `<numFmts count="${formats.length}">${formats.join('')}</numFmts>`,
      '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>',
      // The first two fills are Excel's own, whatever stands there.
      '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFFE699"/><bgColor indexed="64"/></patternFill></fill></fills>',
      '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
      '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
      `<cellXfs count="${looks.length}">${looks.join('')}</cellXfs>`,
      '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    ].join('')
  }

  #look({ format, bold = false, marked = false, wrap = false, quotePrefix = false }: Style): string {
    const number = format === null ? 0 : (formatsOfExcel[format] ?? firstOwnFormat + this.#formats.indexOf(format))
    const attributes = [
      `numFmtId="${number}" fontId="${bold ? 1 : 0}" fillId="${marked ? 2 : 0}" borderId="0" xfId="0"`,
      quotePrefix ? ' quotePrefix="1"' : '',
      number === 0 ? '' : ' applyNumberFormat="1"',
      bold ? ' applyFont="1"' : '',
      marked ? ' applyFill="1"' : '',
    ].join('')
    return wrap ? `<xf ${attributes} applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` : `<xf ${attributes}/>`
  }
}

const keyOf = ({ format, bold = false, marked = false, wrap = false, quotePrefix = false }: Style): string => JSON.stringify([format, bold, marked, wrap, quotePrefix])
