import type { FailedCheck } from '../../../../main/contract/domains/extraction.ts'
import type { TemplateField } from '../../../../main/contract/domains/template.ts'
import type { Words } from '../../i18n/Words.svelte.ts'
import { labelOf, labelOfPath, valueText } from './cellText.ts'

/** What a sentence needs to tell what is wrong, as the checks give it; without it a plainer one stands in. */
const needed: Readonly<Record<Exclude<FailedCheck['code'], 'range' | 'checksum'>, readonly string[]>> = {
  required: [],
  pattern: [],
  length: ['length', 'most'],
  number: ['value'],
  date: ['value'],
  choice: ['value'],
  sum: ['parts', 'sum', 'total', 'found'],
  product: ['row', 'product', 'result', 'found'],
  order: ['first', 'then', 'before', 'after'],
  needs: ['field', 'needs'],
}

/** Parameters that are paths of fields, several of them with commas between. */
const paths: ReadonlySet<string> = new Set(['parts', 'total', 'product', 'first', 'then', 'field', 'needs'])

/**
 * What a failed check says to a person: "“Items: Amount” add up to 12.40, “Subtotal” says 12.50."
 * @param fields All fields of the template, since a rule is about several
 * @param field The one whose cell it is
 */
export function checkSentence(words: Words, fields: readonly TemplateField[], field: TemplateField, check: FailedCheck): string {
  const sentence = ownSentence(words, fields, check)
  const { row, column } = check.params
  // The sentence about a product says its row itself.
  if (typeof row !== 'number' || check.code === 'product') return sentence
  const found = field.type === 'table' ? field.columns.find(({ name }) => name === column) : undefined
  return found === undefined ? words.t('review.check.inItem', { row, sentence }) : words.t('review.check.inColumn', { row, column: labelOf(found), sentence })
}

function ownSentence(words: Words, fields: readonly TemplateField[], { code, params }: FailedCheck): string {
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, paramText(words, fields, name, value)]))
  if (code === 'range') return rangeSentence(words, values)
  if (code === 'checksum') return params['kind'] === 'iban' || params['kind'] === 'vat' || params['kind'] === 'luhn' ? words.t('review.check.checksum', { kind: words.t(`review.checksum.${params['kind']}`) }) : words.t('review.plain.checksum')
  if (code === 'number' && 'decimals' in values) return words.t('review.check.decimals', values)
  const whole = needed[code].length > 0 && needed[code].every((name) => name in values)
  if (!whole) return words.t(`review.plain.${code}`)
  return code === 'order' && isNumber(params['before']) ? words.t('review.check.orderNumbers', values) : words.t(`review.check.${code as 'sum'}`, values)
}

function rangeSentence(words: Words, values: Readonly<Record<string, string>>): string {
  const { min, max } = values
  if (min !== undefined && max !== undefined) return words.t('review.check.range', { min, max })
  if (min !== undefined) return words.t('review.check.rangeMin', { min })
  return max === undefined ? words.t('review.plain.range') : words.t('review.check.rangeMax', { max })
}

function paramText(words: Words, fields: readonly TemplateField[], name: string, value: string | number): string {
  if (typeof value === 'number') return numberText(words, name, value)
  if (paths.has(name)) return value.split(',').map((path) => words.t('review.quoted', { text: labelOfPath(fields, path.trim()) })).join(' + ')
  if (name === 'before' || name === 'after') return isNumber(value) ? words.number(Number(value), { maximumFractionDigits: 6 }) : dayText(words, value)
  return name === 'min' || name === 'max' ? dayText(words, value) : value
}

/** Amounts are written with two decimals at least, as what they are compared with; counts and rows as they are. */
function numberText(words: Words, name: string, value: number): string {
  return words.number(value, { minimumFractionDigits: name === 'sum' || name === 'found' || name === 'result' ? 2 : 0, maximumFractionDigits: 6 })
}

function dayText(words: Words, day: string): string {
  return valueText(words, day, { type: 'date', earliest: null, latest: null })
}

function isNumber(value: string | number | undefined): boolean {
  return value !== undefined && value !== '' && Number.isFinite(Number(value))
}
