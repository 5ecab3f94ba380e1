import type { Scalar } from '../../../main/contract/domains/extraction.ts'
import type { ScalarField, TemplateField } from '../../../main/contract/domains/template.ts'
import { unreachable } from '../unreachable.ts'
import { readTypedDay } from './typedDay.ts'

/** What one value of a field, of a column or of a list's items is. */
export type ValueShape = Pick<Extract<ScalarField, { type: 'number' }>, 'type' | 'decimals' | 'min' | 'max'> | Pick<Extract<ScalarField, { type: 'money' }>, 'type' | 'currency' | 'min' | 'max'> | Pick<Extract<ScalarField, { type: 'date' }>, 'type' | 'earliest' | 'latest'> | Pick<Extract<ScalarField, { type: 'text' }>, 'type' | 'pattern'> | { readonly type: 'yesNo' } | Pick<Extract<ScalarField, { type: 'oneOf' }>, 'type' | 'choices'>

/** Why what was typed cannot be taken. */
export type TypedProblem = 'number' | 'decimals' | 'date' | 'choice'

/** What was typed, read as a value; null: nothing, so it is not on the page. */
export type Typed = { readonly value: Scalar } | { readonly problem: TypedProblem }

/** The shape of a list's items. */
export function itemShape({ item }: Extract<TemplateField, { type: 'list' }>): ValueShape {
  switch (item) {
    case 'text':
      return { type: 'text', pattern: null }
    case 'number':
      return { type: 'number', decimals: null, min: null, max: null }
    case 'money':
      return { type: 'money', currency: null, min: null, max: null }
    case 'date':
      return { type: 'date', earliest: null, latest: null }
    default:
      return unreachable(item)
  }
}

/** Reads what a person typed. @param locale BCP 47: how the screen writes numbers and days */
export function readTyped(text: string, shape: ValueShape, locale: string): Typed {
  const trimmed = text.trim()
  if (trimmed === '') return { value: null }
  switch (shape.type) {
    case 'text':
      return { value: trimmed }
    case 'number':
    case 'money': {
      const value = readTypedNumber(trimmed, locale)
      if (value === null) return { problem: 'number' }
      const decimals = shape.type === 'number' ? shape.decimals : null
      return decimals !== null && Number(value.toFixed(decimals)) !== value ? { problem: 'decimals' } : { value }
    }
    case 'date': {
      const value = readTypedDay(trimmed, locale)
      return value === null ? { problem: 'date' } : { value }
    }
    case 'yesNo':
      return trimmed === 'true' || trimmed === 'false' ? { value: trimmed === 'true' } : { problem: 'choice' }
    case 'oneOf':
      return shape.choices.includes(trimmed) ? { value: trimmed } : { problem: 'choice' }
    default:
      return unreachable(shape)
  }
}

/** A value as it stands in an editor; `readTyped` reads it back. */
export function startText(value: Scalar, shape: ValueShape, locale: string): string {
  if (value === null) return ''
  if (typeof value !== 'number') return String(value)
  const least = shape.type === 'money' ? decimalsOf(shape.currency) : shape.type === 'number' ? (shape.decimals ?? 0) : 0
  return new Intl.NumberFormat(locale, { useGrouping: false, minimumFractionDigits: least, maximumFractionDigits: Math.max(least, 10) }).format(value)
}

/** Digits behind the point that amounts of a currency have. */
export function decimalsOf(currency: string | null): number {
  return currency === null ? 2 : (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().minimumFractionDigits ?? 2)
}

/**
 * Reads a number as people write it: with currency signs, full-width digits, groups, a decimal comma. Where comma or point could
 * be either, the locale decides; three digits behind its group sign are a group. Null where it is none.
 */
export function readTypedNumber(text: string, locale: string): number | null {
  const bare = text.normalize('NFKC').replaceAll(/[\p{Sc}\s'’元円]/gu, '').replace(/^[A-Z]{3}(?=[-+−\d])|(?<=\d)[A-Z]{3}$/, '').replace(/^[−–]/, '-')
  const [, sign = '', digits = ''] = /^([-+]?)([\d.,]+)$/.exec(bare) ?? []
  const point = decimalSign(digits, locale)
  const [whole = '', fraction, ...more] = point === '' ? [digits] : digits.split(point)
  const group = point === ',' ? '.' : point === '.' ? ',' : /[.,]/.exec(whole)?.[0]
  if (more.length > 0 || (fraction !== undefined && !/^\d*$/.test(fraction))) return null
  const plain = group !== undefined && whole.includes(group) ? (new RegExp(`^\\d{1,3}(\\${group}\\d{3})+$`).test(whole) ? whole.replaceAll(group, '') : 'x') : whole
  if (!/^\d*$/.test(plain) || `${plain}${fraction ?? ''}` === '') return null
  return Number(`${sign}${plain === '' ? '0' : plain}.${fraction ?? ''}0`)
}

/** Which of point and comma separates the decimals in these digits; empty where neither does. */
function decimalSign(digits: string, locale: string): string {
  const comma = digits.lastIndexOf(','), point = digits.lastIndexOf('.')
  if (comma >= 0 && point >= 0) return comma > point ? ',' : '.'
  if (comma < 0 && point < 0) return ''
  const sign = comma >= 0 ? ',' : '.'
  if (digits.split(sign).length > 2) return ''
  const decimal = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value
  return sign === decimal || !new RegExp(`^\\d{1,3}\\${sign}\\d{3}$`).test(digits) ? sign : ''
}
