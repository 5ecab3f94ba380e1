import type { FailedCheck } from '../../../../main/contract/domains/extraction.ts'
import type { TemplateField } from '../../../../main/contract/domains/template.ts'
import type { Words } from '../../i18n/Words.svelte.ts'
import { labelOfPath } from './cellText.ts'

/** What a sentence needs to tell what is wrong; without it a plainer one stands in. */
const needed: Readonly<Record<FailedCheck['code'], readonly string[]>> = {
  required: [],
  pattern: [],
  range: [],
  length: ['most'],
  number: [],
  date: [],
  choice: [],
  checksum: ['kind'],
  sum: ['parts', 'sum', 'total', 'value'],
  product: ['row', 'product', 'expected', 'value'],
  order: ['first', 'then'],
  needs: ['field', 'needs'],
}

/** Parameters that are paths of fields, several of them with commas between. */
const paths: ReadonlySet<string> = new Set(['parts', 'total', 'product', 'first', 'then', 'field', 'needs'])

/** What a failed check says to a person: "Items: Amount adds up to 12.40, Subtotal says 12.50." */
export function checkSentence(words: Words, fields: readonly TemplateField[], { code, params }: FailedCheck): string {
  const label = (text: string) => text.split(',').map((path) => words.t('review.quoted', { text: labelOfPath(fields, path.trim()) })).join(' + ')
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'number' ? numberOf(words, name, value) : paths.has(name) ? label(value) : value]))
  if (code === 'range') return rangeSentence(words, values)
  if (code === 'checksum' && (params['kind'] === 'iban' || params['kind'] === 'vat' || params['kind'] === 'luhn')) return words.t('review.check.checksum', { kind: words.t(`review.checksum.${params['kind']}`) })
  const whole = needed[code].length > 0 && needed[code].every((name) => name in values)
  return whole ? words.t(`review.check.${code as 'sum'}`, values) : words.t(`review.plain.${code}`)
}

function rangeSentence(words: Words, values: Readonly<Record<string, string>>): string {
  const { min, max } = values
  if (min !== undefined && max !== undefined) return words.t('review.check.range', { min, max })
  if (min !== undefined) return words.t('review.check.rangeMin', { min })
  return max === undefined ? words.t('review.plain.range') : words.t('review.check.rangeMax', { max })
}

/** Sums are written with two decimals at least, as what they are compared with; counts and rows as they are. */
function numberOf(words: Words, name: string, value: number): string {
  return words.number(value, { minimumFractionDigits: name === 'sum' || name === 'value' || name === 'expected' ? 2 : 0, maximumFractionDigits: 6 })
}
