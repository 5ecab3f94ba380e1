const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * Reads a day as people write it: as ISO 8601 has it, in numbers in the order of the locale, in Chinese, or with an English month.
 * A first number above 12 is a day whatever the order. Null where it is no day of the calendar. Returns ISO 8601.
 */
export function readTypedDay(text: string, locale: string): string | null {
  const plain = text.normalize('NFKC').trim()
  const numbers = /^(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})\s*日?$/u.exec(plain)
  if (numbers !== null) return fromNumbers(numbers.slice(1), locale)
  const named = /^(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([a-z]{3,9})\.?(?:\s+(\d{1,2})(?:st|nd|rd|th)?)?,?\s+(\d{4})$/i.exec(plain)
  const [, before, month = '', after, year = ''] = named ?? []
  if (named === null || (before === undefined) === (after === undefined)) return null
  const at = months.indexOf(month.slice(0, 3).toLowerCase())
  return at < 0 ? null : isoDay(Number(year), at + 1, Number(before ?? after))
}

function fromNumbers([first = '', second = '', third = '']: readonly string[], locale: string): string | null {
  if (first.length === 4) return isoDay(Number(first), Number(second), Number(third))
  if (first.length > 2 || third.length === 3) return null
  const year = third.length === 4 ? Number(third) : (Number(third) < 70 ? 2000 : 1900) + Number(third)
  const order = new Intl.DateTimeFormat(locale).formatToParts(0).map(({ type }) => type)
  const yearFirst = order.find((type) => type === 'year' || type === 'month' || type === 'day') === 'year'
  if (yearFirst && third.length < 3) return isoDay(2000 + Number(first), Number(second), Number(third))
  const monthFirst = order.indexOf('month') < order.indexOf('day') && Number(first) <= 12
  return monthFirst ? isoDay(year, Number(first), Number(second)) : isoDay(year, Number(second), Number(first))
}

function isoDay(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  if (year < 1000 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  return date.toISOString().slice(0, 10)
}
