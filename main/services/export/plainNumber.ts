import { AppError } from '../../contract/errors/AppError.ts'

/**
 * A number with all its digits, without grouping or exponent; the minus is always "-". `least`: decimals that are written in any
 * case. Empty for what is no number.
 */
export function plainNumber(value: number, decimalSign = '.', least = 0): string {
  if (!Number.isFinite(value)) return ''
  const [whole = '', decimals = ''] = withoutExponent(String(value)).split('.')
  const written = decimals.padEnd(least, '0')
  return written === '' ? whole : `${whole}${decimalSign}${written}`
}

/** "1.5e-7" becomes "0.00000015". */
function withoutExponent(written: string): string {
  const [, sign = '', whole = '', decimals = '', exponent = ''] = /^(-?)(\d+)\.?(\d*)e([+-]\d+)$/.exec(written) ?? []
  if (exponent === '') return written
  const digits = whole + decimals
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits.padEnd(point, '0')
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

/** What stands between a number's whole part and its decimals where the locale (BCP 47) is used: comma or point. Throws `BAD_INPUT`. */
export function decimalSignOf(locale: string): ',' | '.' {
  try {
    const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(1.5)
    return parts.some(({ type, value }) => type === 'decimal' && value === ',') ? ',' : '.'
  } catch (cause) {
    throw new AppError('BAD_INPUT', { detail: `locale: ${locale}` }, { cause })
  }
}

/** Decimals that amounts of a currency (ISO 4217) have; two where it is unknown. */
export function decimalsOf(currency: string | null): number {
  if (currency === null) return 2
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}
