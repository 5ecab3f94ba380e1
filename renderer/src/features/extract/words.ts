import type { Reading, Run, RunItem, Scalar } from '../../../../main/contract/domains/extraction.ts'
import type { FieldType, TemplateField } from '../../../../main/contract/domains/template.ts'
import type { TextKey } from '../../i18n/en.ts'
import type { Words } from '../../i18n/Words.svelte.ts'

/** What people read for a field. */
export function labelOf({ label, name }: Pick<TemplateField, 'label' | 'name'>): string {
  return label === '' ? name : label
}

/** The sentence-case name of each kind of value. */
export const typeKeys = {
  text: 'field.text',
  number: 'field.number',
  money: 'field.money',
  date: 'field.date',
  yesNo: 'field.yesNo',
  oneOf: 'field.oneOf',
  list: 'field.list',
  table: 'field.table',
} as const satisfies Record<FieldType, TextKey>

/** What each kind of value is for. */
export const typeHintKeys = {
  text: 'field.textHint',
  number: 'field.numberHint',
  money: 'field.moneyHint',
  date: 'field.dateHint',
  yesNo: 'field.yesNoHint',
  oneOf: 'field.oneOfHint',
  list: 'field.listHint',
  table: 'field.tableHint',
} as const satisfies Record<FieldType, TextKey>

export const itemKeys = {
  waiting: 'queue.waiting',
  reading: 'queue.reading',
  done: 'queue.done',
  failed: 'queue.failed',
  skipped: 'queue.skipped',
} as const satisfies Record<RunItem['state'], TextKey>

export const runKeys = { running: 'runs.running', paused: 'runs.paused', done: 'runs.done' } as const satisfies Record<Run['state'], TextKey>

/** A moment as people say it in their language: day and time. */
export function moment(words: Words, time: number): string {
  return new Intl.DateTimeFormat(words.language, { dateStyle: 'medium', timeStyle: 'short' }).format(time)
}

/** What a row of the queue is called: its document, and the page where it is one of several. */
export function itemName(words: Words, { name, page }: Pick<RunItem, 'name' | 'page'>): string {
  return page === null ? name : words.t('review.namePage', { name, page })
}

/** A value for people: numbers and days as the language writes them, money with its currency where that is known. */
export function valueWords(words: Words, value: Scalar, type: FieldType, currency: string | null): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return words.t(value ? 'cell.yes' : 'cell.no')
  if (typeof value === 'number') {
    if (type !== 'money') return words.number(value, { maximumFractionDigits: 6 })
    return currency === null ? words.number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 }) : words.number(value, { style: 'currency', currency })
  }
  return type === 'date' ? dayWords(words, value) : value
}

function dayWords(words: Words, day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  return Number.isNaN(date.getTime()) ? day : new Intl.DateTimeFormat(words.language, { dateStyle: 'medium', timeZone: 'UTC' }).format(date)
}

/** What stands on the page, where the value was made of it and reads otherwise; empty else. */
export function printedBeside(reading: Reading, shown: string): string {
  return reading.printed === null || reading.printed === shown ? '' : reading.printed
}

/** The currency of a field of money, where its template says one. */
export function currencyOf(field: TemplateField): string | null {
  return field.type === 'money' ? field.currency : null
}
