/**
 * What spreadsheets take for the beginning of a formula, after what OWASP lists ("CSV Injection"): = + - @, tab, carriage return,
 * line feed, and the full-width forms of the signs, which some of them treat alike. White space before it is skipped: importers
 * may trim it. So are quotes, which they may take away, and characters that cannot be seen.
 */
const begins = /^[\s"\u0000-\u001f\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/

/**
 * The same further on, behind what another program may take for the end of a cell: a file with commas is split at semicolons where
 * the system's list separator is one, and quotes that do not stand first in a cell protect nothing then. "+" and "-" are common
 * inside texts ("a; -5 °C"); they count only where something that acts may follow: a call, or DDE's "|" and "!".
 */
const within = /([,;\t\r\n|][\s"]*)(?=[=@＝＠]|[+\-＋－][^,;\t\r\n]*[(|!])/g

/**
 * A text that no spreadsheet takes for a formula: with "'" before what would begin one, as OWASP advises. Only for texts; a number
 * that we wrote ourselves stays one, also below zero.
 */
export function neutralise(text: string): string {
  const inside = text.replaceAll(within, "$1'")
  return begins.test(text) ? `'${inside}` : inside
}

/** Whether `neutralise` would put something before the text. */
export const looksLikeFormula = (text: string): boolean => begins.test(text)
