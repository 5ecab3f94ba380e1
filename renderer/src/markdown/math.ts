import type { Token, TokenizerAndRendererExtension, Tokens } from 'marked'

/** A formula in TeX; `display` where it stands on lines of its own. */
export interface MathToken extends Tokens.Generic {
  readonly type: 'math'
  readonly tex: string
  readonly display: boolean
}

/** Formulas have no blank lines in TeX either; so a delimiter that is never closed harms one paragraph alone. */
const displayed = /^ {0,3}(?:\$\$((?:(?!\$\$|\n[ \t]*\n)[\s\S])+)\$\$|\\\[((?:(?!\\\]|\n[ \t]*\n)[\s\S])+)\\\])[ \t]*(?:\n+|$)/
const displayStart = /\n {0,3}(?:\$\$|\\\[)/

const round = /^\\\(((?:(?!\\\)|\n[ \t]*\n)[\s\S])+)\\\)/
const square = /^\\\[((?:(?!\\\]|\n[ \t]*\n)[\s\S])+)\\\]/
const doubled = /^\$\$((?:(?!\$\$|\n[ \t]*\n)[^`])+)\$\$/
/** Pandoc's rule: no space inside the marks, no letter or digit behind them; so that "$5 and $10" are two prices. */
const single = /^\$(?![\s$])((?:\\[^\n]|[^\\$`\n])*?(?:\\[^\n]|[^\s\\$`]))\$(?![\p{L}\p{N}$])/u

/** "5 per person, three people make 15": an amount and a word, which a formula would write in `\text`. */
const priced = /^[\d.,]+[^\\a-zA-Z]*[a-zA-Z]{2,}\b/

/** Two words in a row are prose. */
const prose = /[a-zA-Z]{3,}[\s,;]+[a-zA-Z]{2,}/

/** An escaped bracket is TeX only where what it holds looks like it. */
const texLike = /[\\^_=+<>{}]/

/** Whether text between single dollar signs is a formula and not prose between two prices. */
export function isFormula(tex: string): boolean {
  if (/\\[a-zA-Z]/.test(tex)) return true
  return !priced.test(tex) && !prose.test(tex)
}

function token(raw: string, tex: string, display: boolean): MathToken {
  return { type: 'math', raw, tex: tex.trim(), display }
}

function readInline(src: string, before: readonly Token[]): MathToken | undefined {
  const inRound = round.exec(src)
  if (inRound !== null) return token(inRound[0], inRound[1] ?? '', false)
  const inSquare = square.exec(src)
  if (inSquare !== null && texLike.test(inSquare[1] ?? '')) return token(inSquare[0], inSquare[1] ?? '', true)
  const inDoubled = doubled.exec(src)
  if (inDoubled !== null) return token(inDoubled[0], inDoubled[1] ?? '', true)
  // "US$5"
  if (/[\p{L}\p{N}]$/u.test(before.at(-1)?.raw ?? '')) return undefined
  const inSingle = single.exec(src)
  return inSingle !== null && isFormula(inSingle[1] ?? '') ? token(inSingle[0], inSingle[1] ?? '', false) : undefined
}

/** Where the next formula may begin. */
function inlineStart(src: string): number | undefined {
  const at = src.search(/(?<![\p{L}\p{N}\\$])\$|\\[([]/u)
  return at === -1 ? undefined : at
}

/** Formulas as tokens of marked: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. */
export const mathExtensions: readonly TokenizerAndRendererExtension[] = [
  {
    name: 'mathBlock',
    level: 'block',
    start: (src) => {
      // A paragraph ends at a blank line; looking further would take time with the square of the text.
      const end = src.indexOf('\n\n')
      const at = (end === -1 ? src : src.slice(0, end)).search(displayStart)
      return at === -1 ? undefined : at + 1
    },
    tokenizer: (src) => {
      const match = displayed.exec(src)
      return match === null ? undefined : token(match[0], match[1] ?? match[2] ?? '', true)
    },
  },
  { name: 'math', level: 'inline', start: inlineStart, tokenizer: readInline },
]
