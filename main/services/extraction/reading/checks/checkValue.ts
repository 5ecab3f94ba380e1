import type { FailedCheck, Scalar } from '../../../../contract/domains/extraction.ts'
import { isoDay } from '../../../../contract/domains/template.ts'
import type { ScalarField } from '../../../../contract/domains/template.ts'
import { unreachable } from '../../../../platform/unreachable.ts'
import { passesChecksum } from './checksums.ts'
import { matchesPattern } from './matchesPattern.ts'

/** Checks one value of a field or column by itself; `null` passes. A value that was not understood is a string still. */
export function checkValue(field: ScalarField, value: Scalar): FailedCheck[] {
  if (value === null) return []
  switch (field.type) {
    case 'text':
      return checkText(field, String(value))
    case 'number':
    case 'money':
      return typeof value === 'number' ? checkNumber(field, value) : [{ code: 'number', params: { value: String(value) } }]
    case 'date':
      return isDay(value) ? checkDay(field, value) : [{ code: 'date', params: { value: String(value) } }]
    case 'yesNo':
      return typeof value === 'boolean' ? [] : [{ code: 'choice', params: { value: String(value) } }]
    case 'oneOf':
      return field.choices.includes(String(value)) ? [] : [{ code: 'choice', params: { value: String(value) } }]
    default:
      return unreachable(field)
  }
}

export const isDay = (value: Scalar): value is string => typeof value === 'string' && isoDay.safeParse(value).success

function checkText(field: Extract<ScalarField, { type: 'text' }>, value: string): FailedCheck[] {
  const failed: FailedCheck[] = []
  const length = Array.from(value).length
  if (length > field.maxLength) failed.push({ code: 'length', params: { length, most: field.maxLength } })
  // How long a pattern may take was judged for values that are not too long.
  else if (field.pattern !== null && !matchesPattern(field.pattern, field.maxLength, value)) failed.push({ code: 'pattern', params: { pattern: field.pattern } })
  if (field.checksum !== null && !passesChecksum(field.checksum, value)) failed.push({ code: 'checksum', params: { kind: field.checksum } })
  return failed
}

function checkNumber(field: Extract<ScalarField, { type: 'number' | 'money' }>, value: number): FailedCheck[] {
  const failed = checkRange(value, field.min, field.max)
  if (field.type === 'number' && field.decimals !== null && decimalsOf(value) > field.decimals) failed.push({ code: 'number', params: { value, decimals: field.decimals } })
  return failed
}

function checkDay(field: Extract<ScalarField, { type: 'date' }>, value: string): FailedCheck[] {
  return checkRange(value, field.earliest, field.latest)
}

/** Days in ISO 8601 compare as texts. */
function checkRange<Value extends number | string>(value: Value, least: Value | null, most: Value | null): FailedCheck[] {
  const isWithin = (least === null || value >= least) && (most === null || value <= most)
  return isWithin ? [] : [{ code: 'range', params: { value, ...(least === null ? {} : { min: least }), ...(most === null ? {} : { max: most }) } }]
}

/** Digits behind the point, at most as many as a double tells apart. */
function decimalsOf(value: number): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e(.+))?$/.exec(String(value)) ?? []
  return Math.max(0, fraction.length - Number(exponent))
}
