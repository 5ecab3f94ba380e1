import { monthNumber } from './monthNames.ts'
import { plainDigits } from './readNumber.ts'

/** Years that two digits stand for: up to so many after this one are ahead, the others behind. */
const YEARS_AHEAD = 20

/**
 * A day as it may be printed, as ISO 8601 writes it; null where it is none. Numbers alone, with the name of a month in seven languages,
 * or as East Asia writes it; a weekday and a time of day are passed over. `locale` (BCP 47) decides the order of "03/04/2026". `thisYear`
 * decides the century of "26".
 */
export function readDay(printed: string, locale: string, thisYear = new Date().getFullYear()): string | null {
  const text = withoutTime(plainDigits(printed).trim())
  return readEastAsian(text) ?? readNamed(text, locale, thisYear) ?? readNumeric(text, locale, thisYear)
}

/** Without a time of day behind it or before it: "T10:15:00Z", "10:15", "at 3 pm". */
function withoutTime(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) return text.slice(0, 10)
  return text.replace(/(?:^|,? ?(?:at |um |a las |à |alle )?)\b\d{1,2}[:h.]\d{2}(?:[:.]\d{2})?(?:\.\d+)? ?(?:[AaPp]\.?[Mm]\.?|Uhr|h)?(?:Z|[-+]\d{2}:?\d{2})?$/, (time) => (/[:h]/.test(time) ? '' : time)).trim()
}

/** 2026年3月4日, 2026년 3월 4일. */
function readEastAsian(text: string): string | null {
  const found = /(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일号]?/.exec(text)
  return found === null ? null : isoDay(Number(found[1]), Number(found[2]), Number(found[3]))
}

/** "4 Mar 2026", "March 4th, 2026", "4. März 26", "2026 March 4", "4 de marzo de 2026". */
function readNamed(text: string, locale: string, thisYear: number): string | null {
  const words = text.match(/\p{L}[\p{L}\p{M}.'’]*/gu) ?? []
  const months = new Set(words.map((word) => monthNumber(word, locale)).filter((month) => month !== null))
  const numbers = text.match(/\d+/g) ?? []
  const [month] = months
  if (months.size !== 1 || month === undefined || numbers.length !== 2) return null
  const [first = '', second = ''] = numbers
  const [day, year] = first.length > 2 ? [second, first] : [first, second]
  return day.length > 2 ? null : isoDay(fullYear(year, thisYear), month, Number(day))
}

/** "2026-03-04", "04.03.26", "3/4/2026", "20260304"; a weekday before it. */
function readNumeric(text: string, locale: string, thisYear: number): string | null {
  const packed = /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (packed !== null) return isoDay(Number(packed[1]), Number(packed[2]), Number(packed[3]))
  const found = /^(?:\p{L}[\p{L}\p{M}]*\.?,? ?)?(\d{1,4})( ?[-/.] ?| )(\d{1,2})\2(\d{1,4})\.?(?:,? ?\(?\p{L}+\.?\)?)?$/u.exec(text)
  if (found === null) return null
  const [, first = '', , middle = '', last = ''] = found
  if (first.length > 2) return first.length === 4 && last.length <= 2 ? isoDay(Number(first), Number(middle), Number(last)) : null
  const [a, b, year] = [Number(first), Number(middle), fullYear(last, thisYear)]
  const order = orderOf(locale)
  // East Asia puts the year first, in two digits, too.
  if (order === 'ymd' && first.length === 2 && last.length <= 2) return isoDay(fullYear(first, thisYear), b, Number(last)) ?? isoDay(year, b, a)
  if (last.length === 3 || last.length === 1) return null
  // A number over twelve is no month: then only one order is possible.
  return order === 'mdy' ? (isoDay(year, a, b) ?? isoDay(year, b, a)) : (isoDay(year, b, a) ?? isoDay(year, a, b))
}

type Order = 'dmy' | 'mdy' | 'ymd'
const orders = new Map<string, Order>()

function orderOf(locale: string): Order {
  const order = orders.get(locale) ?? computeOrder(locale)
  orders.set(locale, order)
  return order
}

function computeOrder(locale: string): Order {
  let parts: Intl.DateTimeFormatPart[] = []
  try {
    parts = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeZone: 'UTC', calendar: 'gregory' }).formatToParts(0)
  } catch {
    // An unknown locale: as most of the world has it.
  }
  const order = parts.map(({ type }) => type[0]).filter((letter) => letter === 'd' || letter === 'm' || letter === 'y').join('')
  return order === 'mdy' || order === 'ymd' ? order : 'dmy'
}

function fullYear(year: string, thisYear: number): number {
  const number = Number(year)
  if (year.length !== 2) return number
  const century = Math.floor(thisYear / 100) * 100
  const candidate = century + number
  return candidate > thisYear + YEARS_AHEAD ? candidate - 100 : candidate <= thisYear + YEARS_AHEAD - 100 ? candidate + 100 : candidate
}

/** Null where the calendar has no such day. */
function isoDay(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  if (year < 1000 || year > 9999 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  return date.toISOString().slice(0, 10)
}
