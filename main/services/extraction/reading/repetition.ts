/** Characters that a repetition covers before it counts: `1000000` and `........` are values. */
const LEAST_LENGTH = 24
/** How often in a row. */
const TIMES = 4
/** The same within a list or table, where some rows may well be alike. */
const ROWS_ALIKE = 12

/** Whether a text ends with a stretch that it repeats, at least `TIMES` in a row; a model that does so goes on with it. */
export function repeatsItself(text: string, isMany: boolean): boolean {
  const times = isMany ? ROWS_ALIKE : TIMES
  for (let period = 1; period * times <= text.length; period++) {
    const length = Math.max(period * times, LEAST_LENGTH)
    if (length <= text.length && hasPeriod(text, period, length)) return true
  }
  return false
}

/** Whether the last `length` characters are one stretch of `period` characters over and over. */
function hasPeriod(text: string, period: number, length: number): boolean {
  for (let at = text.length - length + period; at < text.length; at++) if (text[at] !== text[at - period]) return false
  return true
}
