import { Lexer, Marked, Tokenizer, type Token, type Tokens, type TokensList } from 'marked'
import { mathExtensions } from './math.ts'
import { stretches } from './part.ts'

/** Quotes and lists inside each other beyond this are text. marked recurses into them, and ends the stack at some thousands. */
const deepest = 12

/** A paragraph longer than this is plain text: marked's search for links and emphasis takes time that grows with its square. */
const longestInline = 8_000

/** How the line under a table's header begins; longer indents are code. */
const underHeader = /^[ \t]{0,40}\|?[ \t]{0,40}:?-/
/** Tables of so few cells need no look at how they came about. */
const fewCells = 1_000

/** As marked's, but a quote or list in too many others is the text it is written as. */
class ShallowTokenizer extends Tokenizer {
  #depth = 0

  override blockquote(src: string): Tokens.Blockquote | undefined {
    return this.#inside(() => super.blockquote(src))
  }

  override list(src: string): Tokens.List | undefined {
    return this.#inside(() => super.list(src))
  }

  /** Rows are filled up with empty cells: a wide header over many short rows would make millions of cells of little text. */
  override table(src: string): Tokens.Table | undefined {
    if (!startsTable(src)) return undefined
    const end = src.search(/\n[ \t]*(?:\n|$)/)
    const lines = (end === -1 ? src : src.slice(0, end)).split('\n')
    const cells = (lines[0]?.split('|').length ?? 0) * lines.length
    return cells > fewCells && cells > (end === -1 ? src.length : end) ? undefined : super.table(src)
  }

  #inside<T>(read: () => T | undefined): T | undefined {
    if (this.#depth >= deepest) return undefined
    this.#depth++
    try {
      return read()
    } finally {
      this.#depth--
    }
  }
}

/** A line with a bar over one that begins as the line under a table's header does. A pattern for both would try every bar of a line. */
function startsTable(src: string): boolean {
  const end = src.indexOf('\n')
  return end !== -1 && src.slice(0, end).includes('|') && underHeader.test(src.slice(end + 1, end + 200))
}

const options = new Marked({ gfm: true, breaks: true }, { extensions: [...mathExtensions] }).defaults

/** Options every reader and writer of answers shares, so that both know the same tokens. */
export const markedOptions = options

/** Reads markdown of any kind, hostile ones included, in time that is bounded by its length: what is too deep or too long is text. */
export function lex(markdown: string): TokensList {
  const lexer = new Lexer({ ...options, tokenizer: new ShallowTokenizer() })
  lexer.blockTokens(markdown, lexer.tokens)
  // Grows no more: inline tokens hold no blocks.
  for (const { src, tokens } of lexer.inlineQueue) readInline(lexer, src, tokens)
  return lexer.tokens
}

function readInline(lexer: Lexer, src: string, tokens: Token[]): void {
  if (src.length > longestInline) {
    tokens.push(...stretches(src).map((text) => ({ type: 'stretch', raw: text, text })))
    return
  }
  try {
    lexer.inlineTokens(src, tokens)
  } catch (thrown) {
    // Emphasis inside emphasis recurses as well.
    if (!(thrown instanceof RangeError)) throw thrown
    tokens.splice(0, tokens.length, { type: 'text', raw: src, text: src, escaped: false })
  }
}
