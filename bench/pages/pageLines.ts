import type { Dice } from './Dice.ts'
import { printedAmount, printedValue } from './printedValue.ts'
import { cardTitles, fieldWords, formTitles, itemNames, thanks } from './words.ts'
import type { PageField } from './words.ts'

export const pageKinds = ['receipt', 'invoice', 'form', 'card'] as const
export type PageKind = (typeof pageKinds)[number]

/** What stands on a page, line by line, before it has places. */
export type PageLine =
  | { readonly kind: 'text'; readonly text: string; readonly centred: boolean }
  /** The vendor, as a heading. */
  | { readonly kind: 'head'; readonly text: string }
  /** A field behind or above its value. */
  | { readonly kind: 'pair'; readonly field: PageField; readonly label: string; readonly value: string }
  /** An amount at the right edge; `field` of those that are fields. */
  | { readonly kind: 'amount'; readonly what: 'field' | 'item' | 'other'; readonly field: PageField | null; readonly label: string; readonly value: string }
  | { readonly kind: 'gap' | 'rule' }

/** How a page prints its labels and values. */
export interface PageStyle {
  readonly titleCase: boolean
  readonly dollar: boolean
  /** Where a value stands. */
  readonly values: 'inline' | 'right' | 'below'
}

/** The lines of a page of this kind. */
export function pageLines(dice: Dice, kind: PageKind, style: PageStyle): PageLine[] {
  const writer = new LineWriter(dice, style)
  if (kind === 'receipt' || kind === 'invoice') {
    writeHead(writer, dice, kind)
    writeAmounts(writer, dice, kind)
  } else writePersonal(writer, dice, kind)
  return writer.lines
}

class LineWriter {
  readonly lines: PageLine[] = []
  readonly #dice: Dice
  readonly #style: PageStyle

  constructor(dice: Dice, style: PageStyle) {
    this.#dice = dice
    this.#style = style
  }

  cased(label: string): string {
    return this.#style.titleCase ? label.toLowerCase().replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()).replaceAll('Id', 'ID') : label
  }

  pair(field: PageField, label = this.#dice.of(fieldWords[field].labels)): void {
    this.lines.push({ kind: 'pair', field, label: this.cased(label), value: printedValue(this.#dice, field, this.#style.values === 'right' ? 12 : 14) })
  }

  amount(field: PageField, cents: number): void {
    this.lines.push({ kind: 'amount', what: 'field', field, label: this.cased(this.#dice.of(fieldWords[field].labels)), value: this.#printed(cents) })
  }

  item(name: string, cents: number): void {
    this.lines.push({ kind: 'amount', what: 'item', field: null, label: name, value: this.#printed(cents) })
  }

  text(text: string, centred = this.#dice.chance(0.5)): void {
    this.lines.push({ kind: 'text', text, centred })
  }

  #printed(cents: number): string {
    return (this.#style.dollar ? '$' : '') + printedAmount(cents)
  }
}

function writeHead(writer: LineWriter, dice: Dice, kind: 'receipt' | 'invoice'): void {
  const isReceipt = kind === 'receipt'
  if (!isReceipt && dice.chance(0.8)) {
    writer.text(dice.of(['INVOICE', 'INVOICE', 'TAX INVOICE']))
    writer.lines.push({ kind: 'gap' })
  }
  if (isReceipt || dice.chance(0.5)) {
    if (dice.chance(0.95)) writer.lines.push({ kind: 'head', text: printedValue(dice, 'vendor', 20) })
    if (isReceipt && dice.chance(0.3)) writer.text(dice.of(['RECEIPT', 'CASH RECEIPT', 'SALES RECEIPT']))
  } else if (dice.chance(0.9)) writer.pair('vendor')
  const fields: PageField[] = []
  if (dice.chance(0.8)) fields.push(isReceipt ? 'receipt_number' : 'invoice_number')
  if (dice.chance(0.85)) fields.push('date')
  if (!isReceipt && dice.chance(0.5)) fields.push('due_date')
  if (!isReceipt && dice.chance(0.6)) fields.push('name')
  if (dice.chance(0.25)) fields.push('phone')
  if (dice.chance(0.2)) fields.push('city')
  for (const field of dice.shuffled(fields)) writer.pair(field, field === 'name' ? dice.of(['BILL TO', 'CUSTOMER', 'NAME']) : undefined)
}

function writeAmounts(writer: LineWriter, dice: Dice, kind: 'receipt' | 'invoice'): void {
  writer.lines.push({ kind: 'rule' })
  let subtotal = 0
  for (const name of dice.shuffled(itemNames).slice(0, dice.between(1, 4))) {
    const cents = dice.of([dice.between(50, 999), dice.between(50, 4999), dice.between(1000, 29999)])
    subtotal += cents
    writer.item(name, cents)
  }
  writer.lines.push({ kind: 'rule' })
  const tax = Math.round(subtotal * dice.of([0.05, 0.07, 0.08, 0.1, 0.2]))
  if (dice.chance(0.6)) writer.amount('subtotal', subtotal)
  if (dice.chance(0.6)) writer.amount('tax', tax)
  if (dice.chance(0.92)) writer.amount('total', subtotal + tax)
  if (kind === 'receipt' && dice.chance(0.2)) writer.lines.push({ kind: 'amount', what: 'other', field: null, label: writer.cased('CASH'), value: printedAmount(Math.ceil((subtotal + tax) / 1000) * 1000) })
  if (!dice.chance(0.35)) return
  writer.lines.push({ kind: 'gap' })
  writer.text(dice.of(thanks), true)
}

/** How often each field stands on a page of a person. */
const personal = {
  form: { name: 0.92, birth_date: 0.5, phone: 0.6, city: 0.5, id_number: 0.4, date: 0.5 },
  card: { name: 0.95, id_number: 0.85, birth_date: 0.6, expiry_date: 0.6, city: 0.3, date: 0.15 },
} as const satisfies Record<string, Partial<Record<PageField, number>>>

function writePersonal(writer: LineWriter, dice: Dice, kind: 'form' | 'card'): void {
  writer.text(dice.of(kind === 'form' ? formTitles : cardTitles))
  writer.lines.push({ kind: dice.chance(0.5) ? 'gap' : 'rule' })
  const fields = (Object.entries(personal[kind]) as [PageField, number][]).filter(([, often]) => dice.chance(often)).map(([field]) => field)
  for (const field of dice.shuffled(fields)) writer.pair(field, field === 'name' ? dice.of(['NAME', 'FULL NAME']) : undefined)
  if (kind !== 'form' || !dice.chance(0.3)) return
  writer.lines.push({ kind: 'gap' })
  writer.text(dice.of(['SIGNATURE', 'PLEASE PRINT']), false)
}
