import type { Token, Tokens } from 'marked'

/** Rows of a table that are shown at once. */
export const rowsAtFirst = 200

/** The table's cells as text, its header first. */
export function tableCells(table: Tokens.Table): readonly (readonly string[])[] {
  return [table.header, ...table.rows].map((row) => row.map(({ tokens }) => plainText(tokens)))
}

/** What a reader would type of it: words without marks, formulas as TeX, pictures as their description. */
function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      const { type, raw, tex, text, tokens: inner } = token as Token & { tex?: string; text?: string; tokens?: Token[] }
      if (type === 'br') return '\n'
      if (type === 'math') return tex ?? raw
      return inner !== undefined && type !== 'image' ? plainText(inner) : (text ?? raw)
    })
    .join('')
}

/** What spreadsheets take for a formula; plain numbers are none. */
const formula = /^[=+\-@\t\r]/
const number = /^[+-]?[\d.,\s]+%?$/

/**
 * The table as CSV (RFC 4180, CRLF). A cell that a spreadsheet would run gets an apostrophe before it: it is a stranger's text.
 */
export function tableCsv(cells: readonly (readonly string[])[]): string {
  const cell = (text: string) => {
    const safe = formula.test(text) && !number.test(text) ? `'${text}` : text
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return cells.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}
