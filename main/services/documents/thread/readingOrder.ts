/** Words in a row and where they stand, in any unit; the page's origin is at its top left. */
export interface TextLine {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Rows of columns of prose: fewer are a table, whose rows belong together. */
const LEAST_ROWS = 4

/** How much of a column's width its lines fill on average where they are prose. */
const PROSE_FILL = 0.6

/** Rows beyond which no columns are looked for; the search takes the square of their number. */
const MOST_ROWS = 300

/**
 * Lines as people read them, one below the other: rows from the top, parts of a row from the left with a tab between them (labels
 * stay beside their values, tables keep their rows); columns of prose one after the other.
 */
export function inReadingOrder(lines: readonly TextLine[]): string {
  const rows = rowsOf(lines)
  const written: string[] = []
  for (let from = 0; from < rows.length; ) {
    const block = rows.length > MOST_ROWS ? null : columnsFrom(rows, from)
    if (block === null) {
      written.push(writeRow(rows[from] ?? []))
      from += 1
    } else {
      for (const column of block.columns) written.push(inReadingOrder(column))
      from = block.end
    }
  }
  return written.join('\n')
}

function writeRow(row: readonly TextLine[]): string {
  return [...row].sort((a, b) => a.left - b.left).map(({ text }) => text).join('\t')
}

/** Lines are in one row where the middle of one lies within the other. */
function rowsOf(lines: readonly TextLine[]): TextLine[][] {
  const middle = (line: TextLine) => (line.top + line.bottom) / 2
  const rows: { top: number; bottom: number; lines: TextLine[] }[] = []
  for (const line of [...lines].sort((a, b) => middle(a) - middle(b))) {
    const row = rows.at(-1)
    if (row !== undefined && (middle(line) < row.bottom || (row.top + row.bottom) / 2 > line.top)) row.lines.push(line)
    else rows.push({ top: line.top, bottom: line.bottom, lines: [line] })
  }
  return rows.map((row) => row.lines)
}

/** The longest run of rows from `from` on that are two columns of prose. */
function columnsFrom(rows: readonly TextLine[][], from: number): { columns: [TextLine[], TextLine[]]; end: number } | null {
  if ((rows[from]?.length ?? 0) < 1) return null
  for (let end = rows.length; end - from >= LEAST_ROWS; end -= 1) {
    const columns = twoColumns(rows.slice(from, end).flat())
    if (columns !== null) return { columns, end }
  }
  return null
}

/** Left and right of the first gap from top to bottom with prose on both sides. */
function twoColumns(lines: readonly TextLine[]): [TextLine[], TextLine[]] | null {
  const sorted = [...lines].sort((a, b) => a.left - b.left)
  let reach = -Infinity
  for (const [index, line] of sorted.entries()) {
    if (index > 0 && line.left > reach) {
      const left = sorted.slice(0, index), right = sorted.slice(index)
      if (isProse(left) && isProse(right)) return [left, right]
    }
    reach = Math.max(reach, line.right)
  }
  return null
}

function isProse(lines: readonly TextLine[]): boolean {
  if (lines.length < LEAST_ROWS) return false
  const width = Math.max(...lines.map(({ right }) => right)) - Math.min(...lines.map(({ left }) => left))
  const filled = lines.reduce((sum, { left, right }) => sum + right - left, 0) / lines.length
  const isWords = lines.filter(({ text }) => text.trim().includes(' ') || /\p{Script=Han}{6}/u.test(text)).length > lines.length / 2
  return isWords && filled >= PROSE_FILL * width
}
