import type { Dice } from './Dice.ts'
import { pageLines } from './pageLines.ts'
import type { PageKind, PageLine, PageStyle } from './pageLines.ts'
import { amountFields } from './words.ts'
import type { PageField } from './words.ts'

/** Cells of a page, in either direction; one character and one patch of the model each. */
export const gridSize = 24

/** A page of characters with what they mean. */
export interface LaidOutPage {
  readonly kind: PageKind
  /** Rows above and below that are bars, as around a picture that is no square. */
  readonly bars: number
  /** Rows of `gridSize` characters. */
  readonly rows: string[]
  readonly bold: ReadonlySet<number>
  /** Rows in the colours of paper and ink exchanged. */
  readonly inverted: ReadonlySet<number>
  /** Rows with a drawn line. */
  readonly ruled: readonly number[]
  readonly photo: 'left' | 'right' | null
  /** What a record has for each field that is on the page. */
  readonly values: Readonly<Partial<Record<PageField, string | number>>>
}

/** A page as `make_page` of `resources/demo-model/train.py` draws it up. */
export function layOutPage(dice: Dice): LaidOutPage {
  const chosen = dice.random.unit()
  const kind: PageKind = chosen < 0.36 ? 'receipt' : chosen < 0.64 ? 'invoice' : chosen < 0.84 ? 'form' : 'card'
  return new PageLayout(dice, kind).page()
}

class PageLayout {
  readonly #dice: Dice
  readonly #kind: PageKind
  readonly #bars: number
  readonly #style: PageStyle & { readonly colon: string }
  readonly #photo: 'left' | 'right' | null
  /** Columns where fields begin and end, then where amounts do. */
  readonly #from: number
  readonly #to: number
  readonly #left: number
  readonly #right: number
  readonly #dots: boolean
  readonly #cells = Array.from({ length: gridSize }, () => Array<string>(gridSize).fill(' '))
  readonly #bold = new Set<number>()
  readonly #inverted = new Set<number>()
  readonly #ruled: number[] = []
  readonly #values: Partial<Record<PageField, string | number>> = {}

  constructor(dice: Dice, kind: PageKind) {
    this.#dice = dice
    this.#kind = kind
    this.#bars = dice.chance(0.15) ? dice.between(1, 4) : 0
    const isPersonal = kind === 'form' || kind === 'card'
    this.#photo = kind === 'card' && dice.chance(0.6) ? dice.of(['left', 'right'] as const) : null
    const values = this.#photo === null ? dice.of(isPersonal ? (['inline', 'inline', 'right', 'below'] as const) : (['inline', 'inline', 'right'] as const)) : 'below'
    this.#style = { titleCase: dice.chance(0.3), colon: dice.chance(0.75) ? ':' : '', dollar: dice.chance(0.25), values }
    this.#left = dice.between(0, 2)
    this.#right = gridSize - dice.between(0, 1)
    this.#from = this.#photo === 'left' ? 8 : this.#left
    this.#to = this.#photo === 'left' ? gridSize : this.#photo === 'right' ? 16 : this.#right
    this.#dots = dice.chance(1 / 3)
  }

  page(): LaidOutPage {
    const height = gridSize - 2 * this.#bars
    const lines = this.#fitting(pageLines(this.#dice, this.#kind, this.#style), height)
    const gaps = this.#gaps(lines.length, height - this.#heightOf(lines))
    let row = this.#bars
    for (const [index, line] of lines.entries()) {
      row += gaps[index]!
      this.#place(line, row)
      row += this.#rowsOf(line)
    }
    return { kind: this.#kind, bars: this.#bars, rows: this.#cells.map((cells) => cells.join('')), bold: this.#bold, inverted: this.#inverted, ruled: this.#ruled, photo: this.#photo, values: this.#values }
  }

  /** Leaves out lines from the middle of a page that is too long. */
  #fitting(lines: readonly PageLine[], height: number): PageLine[] {
    const left = [...lines]
    while (this.#heightOf(left) > height) {
      const spare = [...left.keys()].filter((index) => ['gap', 'text'].includes(left[index]!.kind) || isItem(left[index]!))
      left.splice(spare.length > 0 ? this.#dice.of(spare) : Math.floor(left.length / 2), 1)
    }
    return left
  }

  /** Empty rows before each line; often the page is a block at its top. */
  #gaps(lines: number, spare: number): number[] {
    const gaps = Array<number>(lines + 1).fill(0)
    if (this.#dice.chance(0.5)) return gaps.fill(this.#dice.between(0, Math.min(2, spare)), 0, 1)
    for (let rows = this.#dice.between(0, spare); rows > 0; rows--) gaps[this.#dice.between(0, lines)]!++
    return gaps
  }

  #heightOf(lines: readonly PageLine[]): number {
    return lines.reduce((sum, line) => sum + this.#rowsOf(line), 0)
  }

  #rowsOf(line: PageLine): number {
    return line.kind === 'pair' && (this.#style.values === 'below' || line.label.length + 2 + line.value.length > this.#to - this.#from) ? 2 : 1
  }

  #place(line: PageLine, row: number): void {
    switch (line.kind) {
      case 'text':
      case 'head':
        this.#placeText(line, row)
        break
      case 'pair':
        this.#placePair(line, row)
        break
      case 'amount':
        this.#placeAmount(line, row)
        break
      case 'rule':
        if (this.#dice.chance(0.5)) this.#put(row, this.#left, this.#dice.of('-=-*').repeat(this.#right - this.#left))
        else this.#ruled.push(row)
        return
      case 'gap':
        return
    }
  }

  #placeText(line: Extract<PageLine, { kind: 'text' | 'head' }>, row: number): void {
    const centred = line.kind === 'head' ? this.#dice.chance(0.5) : line.centred
    this.#put(row, centred ? Math.max(0, Math.floor((gridSize - line.text.length) / 2)) : this.#left, line.text)
    if (line.kind === 'head') this.#values.vendor = line.text
    if (this.#dice.chance(0.6)) this.#bold.add(row)
    if (this.#dice.chance(0.15)) this.#inverted.add(row)
  }

  #placePair(line: Extract<PageLine, { kind: 'pair' }>, row: number): void {
    const { colon, values } = this.#style
    const label = line.label + colon
    this.#put(row, this.#from, label)
    const isBelow = this.#rowsOf(line) === 2
    const column = isBelow ? this.#from + this.#dice.of([0, 0, 1]) : values === 'right' ? this.#to - line.value.length : Math.min(this.#from + label.length + (colon === '' ? 2 : 1), gridSize - line.value.length)
    this.#put(isBelow ? row + 1 : row, column, line.value)
    this.#values[line.field] = line.value
  }

  #placeAmount(line: Extract<PageLine, { kind: 'amount' }>, row: number): void {
    const column = this.#right - line.value.length
    this.#put(row, this.#left, line.what === 'item' ? line.label : line.label + this.#style.colon)
    if (line.what === 'item' && this.#dots) this.#put(row, this.#left + line.label.length + 1, '.'.repeat(Math.max(0, column - this.#left - line.label.length - 2)))
    this.#put(row, column, line.value)
    if (line.field === null) return
    this.#values[line.field] = amountFields.includes(line.field) ? Number(line.value.replace('$', '')) : line.value
    if (line.field === 'total' && this.#dice.chance(0.6)) this.#bold.add(row)
  }

  #put(row: number, column: number, text: string): void {
    for (const [index, character] of Array.from(text).entries()) if (column + index < gridSize) this.#cells[row]![column + index] = character
  }
}

const isItem = (line: PageLine): boolean => line.kind === 'amount' && line.what === 'item'
