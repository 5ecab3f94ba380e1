import type { Token } from 'marked'
import { toBlocks, unixLines, withoutOpenUnderline, type Block } from './blocks.ts'
import { lex } from './lex.ts'

/**
 * Splits markdown that grows at its end, at a cost that follows what is new and not the whole length: what stands before the
 * last two blocks, and before a blank line, cannot change any more and is not read again. (Two, since a paragraph `-` may yet
 * turn out to go on with the list before it; a blank line, since a last line `-` may split a paragraph until more of it is
 * there.) Only link definitions that come later can; splitting the finished text as a whole puts those right.
 */
export class GrowingMarkdown {
  #settledText = ''
  #settled: readonly Block[] = []

  split(markdown: string): readonly Block[] {
    const text = unixLines(markdown)
    if (!text.startsWith(this.#settledText)) {
      this.#settledText = ''
      this.#settled = []
    }
    const tokens = lex(text.slice(this.#settledText.length))
    const open = openFrom(tokens)
    this.#settledText += tokens.slice(0, open).map(({ raw }) => raw).join('')
    this.#settled = [...this.#settled, ...toBlocks(tokens.slice(0, open))]
    const rest = text.slice(this.#settledText.length)
    return [...this.#settled, ...toBlocks(lex(withoutOpenUnderline(rest)))]
  }
}

const blankLine = /\n[ \t]*\n$/

/** The place of the last token but one that is more than blank lines, or of the nearest before it that follows a blank line. */
function openFrom(tokens: readonly Token[]): number {
  const last = tokens.findLastIndex(({ type }) => type !== 'space')
  let open = Math.max(0, tokens.slice(0, Math.max(0, last)).findLastIndex(({ type }) => type !== 'space'))
  while (open > 0 && !blankLine.test(`${tokens[open - 2]?.raw ?? ''}${tokens[open - 1]?.raw ?? ''}`)) open--
  return open
}
