/** Digits that are printed otherwise, as ASCII has them: full width (CJK), Arabic-Indic, Persian, Devanagari; and what goes with them. */
const ZEROS = [0xff10, 0x0660, 0x06f0, 0x0966]

/** The same text with plain digits, points, commas, signs and spaces. */
export function plainDigits(text: string): string {
  const digits = text.replace(/[\uFF10-\uFF19\u0660-\u0669\u06F0-\u06F9\u0966-\u096F]/g, (digit) => {
    const code = digit.charCodeAt(0)
    return String(code - (ZEROS.find((zero) => code >= zero && code < zero + 10) ?? code))
  })
  return digits
    .replace(/[\uFF0E\u066B]/g, (mark) => (mark === '\u066B' ? ',' : '.'))
    .replace(/[\uFF0C\u066C]/g, (mark) => (mark === '\u066C' ? "'" : ','))
    .replace(/[\u2212\u2010\u2011\u2013\u2014\uFF0D]/g, '-')
    .replace(/\uFF0B/g, '+')
    .replace(/\uFF08/g, '(')
    .replace(/\uFF09/g, ')')
    .replace(/[\u2018\u2019\u02BC]/g, "'")
    .replace(/[\u200E\u200F\u061C]/g, '')
    .replace(/[\s\u00A0\u202F\u2009\u3000]+/gu, ' ')
}

/**
 * A number as it may be printed: with separators of thousands and decimals by any country's habit, a currency before or behind it,
 * a sign in front, behind, or as parentheses, a percent sign. `locale` (BCP 47) decides where both readings are possible ("1.234").
 * Null where it is none.
 */
export function readNumber(printed: string, locale: string): number | null {
  // The point of "Rs.500" belongs to the letters before it; "12.-" and "12,--" say that there are no cents.
  const plain = plainDigits(printed).trim().replace(/^(\p{L}+)\. ?/u, '$1 ').replace(/(\d)[.,]-{1,2}(?=\D*$)/u, '$1')
  const found = /^([^\d.,]*)([.,]?\d[\d., ']*)([^\d]*)$/u.exec(plain)
  if (found === null) return null
  const [, before = '', middle = '', after = ''] = found
  const sign = signOf(before, after)
  if (sign === null) return null
  const digits = toDecimal(middle.trim().replace(/[.,']$/, ''), decimalMark(locale))
  return digits === null ? null : normalZero(sign * Number(digits))
}

const normalZero = (number: number): number => (number === 0 ? 0 : number)

/** -1 or 1; null where there are words that make it something other than an amount. */
function signOf(before: string, after: string): number | null {
  const inParentheses = before.includes('(') && after.includes(')')
  const unit = /^[\p{Sc}\p{L}.% -]{0,12}$/u
  const words = [before.replace(/[-+(]/g, ''), after.replace(/[-+)]/g, '')]
  if (!words.every((text) => unit.test(text.trim()))) return null
  return inParentheses || /^[^-]*-[^-]*$/.test(before + after) ? -1 : 1
}

/** "1.234,5" as "1234.5"; null where the marks stand as in no number. */
function toDecimal(text: string, decimal: '.' | ','): string | null {
  const marks = [...text.matchAll(/[., ']/g)].map(([mark]) => mark)
  const last = marks.at(-1)
  if (last === undefined) return text
  const at = text.lastIndexOf(last)
  const isDecimal = (last === '.' || last === ',') && marks.filter((mark) => mark === last).length === 1 && !(isGroup(text, at) && (marks.length > 1 ? false : last !== decimal))
  if (!isDecimal) return isGrouped(text) ? text.replace(/[., ']/g, '') : null
  const [whole, fraction] = [text.slice(0, at), text.slice(at + 1)]
  if (!/^\d*$/.test(fraction) || !(whole === '' || isGrouped(whole)) || whole.includes(last)) return null
  return `${whole.replace(/[., ']/g, '') || '0'}.${fraction || '0'}`
}

/** Whether the only mark, at this place, has three digits behind it and one to three before it. */
const isGroup = (text: string, at: number): boolean => /^[1-9]\d{0,2}$/.test(text.slice(0, at)) && /^\d{3}$/.test(text.slice(at + 1))

/** Groups of three by one mark (India: of two before the last three); or no groups. */
function isGrouped(text: string): boolean {
  return /^\d+$/.test(text) || /^\d{1,3}([., '])\d{3}(?:\1\d{3})*$/.test(text) || /^\d{1,2}([, ])(?:\d{2}\1)*\d{3}$/.test(text)
}

/** What stands before the decimals in a locale; a point where it is not known. */
export function decimalMark(locale: string): '.' | ',' {
  try {
    return new Intl.NumberFormat(locale).formatToParts(1.5).some(({ type, value }) => type === 'decimal' && (value === ',' || value === '\u066B')) ? ',' : '.'
  } catch {
    return '.'
  }
}
