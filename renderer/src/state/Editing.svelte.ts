import type { CellContent, Reading } from '../../../main/contract/domains/extraction.ts'
import type { TemplateField } from '../../../main/contract/domains/template.ts'
import type { CellPlace } from './reviewOrder.ts'
import { itemShape, readTyped, startText, type TypedProblem, type ValueShape } from './typedValue.ts'

/** Something typed that cannot be taken. `row` and `column` from 0; `row` of a list is its line. */
export interface EditProblem {
  readonly row: number
  readonly column: number
  readonly problem: TypedProblem
}

/** A cell while a person changes it. What they typed stays as it is until it can be taken. */
export class Editing {
  readonly place: CellPlace
  readonly field: TemplateField
  /** One value; or a list, a line for each item. */
  text = $state('')
  /** A table, as typed. */
  rows = $state<string[][]>([])
  /** What was wrong when it was to be taken. */
  problems = $state.raw<readonly EditProblem[]>([])
  readonly #locale: string
  readonly #started: string

  constructor(place: CellPlace, field: TemplateField, content: CellContent, locale: string) {
    this.place = place
    this.field = field
    this.#locale = locale
    this.begin(content)
    this.#started = this.#typed()
  }

  /** Puts content into the editor in place of what was typed. */
  begin(content: CellContent): void {
    this.problems = []
    const { field } = this
    if (content.kind === 'table' && field.type === 'table') {
      this.rows = content.rows.map((row) => field.columns.map((column) => startText(row[column.name]?.value ?? null, column, this.#locale)))
    } else if (content.kind === 'list' && field.type === 'list') {
      this.text = content.items.map(({ value }) => startText(value, itemShape(field), this.#locale).replaceAll('\n', ' ')).join('\n')
    } else if (content.kind === 'one' && field.type !== 'list' && field.type !== 'table') {
      this.text = startText(content.reading.value, field, this.#locale)
    }
  }

  /** Something else stands there than at the beginning. */
  get changed(): boolean {
    return this.#typed() !== this.#started
  }

  addRow(after: number): void {
    if (this.field.type === 'table') this.rows.splice(after + 1, 0, this.field.columns.map(() => ''))
  }

  removeRow(at: number): void {
    this.rows.splice(at, 1)
    this.problems = []
  }

  /** What was typed as content; null where it cannot be taken, and `problems` says why. */
  read(): CellContent | null {
    const problems: EditProblem[] = []
    const content = this.#read(problems)
    this.problems = problems
    return problems.length === 0 ? content : null
  }

  #read(problems: EditProblem[]): CellContent {
    const { field } = this
    const one = (text: string, shape: ValueShape, row: number, column: number): Reading => {
      const typed = readTyped(text, shape, this.#locale)
      if ('problem' in typed) problems.push({ row, column, problem: typed.problem })
      const value = 'value' in typed ? typed.value : null
      return { value, printed: value === null ? null : text.trim(), confidence: 1 }
    }
    if (field.type === 'list') {
      const lines = this.text.split('\n').map((text, row) => ({ text, row }))
      return { kind: 'list', items: lines.filter(({ text }) => text.trim() !== '').map(({ text, row }) => one(text, itemShape(field), row, 0)) }
    }
    if (field.type !== 'table') return { kind: 'one', reading: one(this.text, field, 0, 0) }
    const filled = this.rows.map((texts, row) => ({ texts, row })).filter(({ texts }) => texts.some((text) => text.trim() !== ''))
    return { kind: 'table', rows: filled.map(({ texts, row }) => Object.fromEntries(field.columns.map((column, at) => [column.name, one(texts[at] ?? '', column, row, at)]))) }
  }

  #typed(): string {
    return this.field.type === 'table' ? JSON.stringify(this.rows) : this.text
  }
}

/** Empty content of a field's kind. */
export function emptyContent(field: TemplateField): CellContent {
  if (field.type === 'list') return { kind: 'list', items: [] }
  if (field.type === 'table') return { kind: 'table', rows: [] }
  return { kind: 'one', reading: { value: null, printed: null, confidence: 1 } }
}
