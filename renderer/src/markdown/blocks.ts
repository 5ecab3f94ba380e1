import type { Token, Tokens } from 'marked'
import { lex } from './lex.ts'

/**
 * A last line of dashes or equals signs alone. It would make the paragraph above it a heading, though it nearly always is
 * the start of a list item, a rule or a table that is still being written.
 */
const openUnderline = /\n[ \t>]*(?:-+|=+)[ \t]*$/

/** A top-level part of a document: code and tables get components of their own, everything else becomes sanitised HTML. */
export type Block =
  | { readonly kind: 'markup'; readonly token: Token; readonly raw: string }
  | { readonly kind: 'table'; readonly token: Tokens.Table; readonly raw: string }
  | { readonly kind: 'code'; readonly language: string; readonly code: string }

/**
 * Splits markdown into its top-level blocks. While text grows at its end, every block but the last keeps its `raw`,
 * so that a screen which keys its work by `raw` only renders the last one again.
 */
export function splitBlocks(markdown: string): readonly Block[] {
  return toBlocks(lex(withoutOpenUnderline(unixLines(markdown))))
}

/** marked turns line ends into `\n` itself; done before, lengths of its `raw` add up to the text's. */
export function unixLines(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}

/** The text without a last line that would make a heading of the paragraph above it while it is still being written. */
export function withoutOpenUnderline(markdown: string): string {
  return markdown.replace(openUnderline, '')
}

export function toBlocks(tokens: readonly Token[]): readonly Block[] {
  const blocks: Block[] = []
  for (const token of tokens) {
    if (token.type === 'space' || token.type === 'def') continue
    if (token.type === 'code') blocks.push({ kind: 'code', language: firstWord(token['lang']), code: String(token['text']) })
    else if (isTable(token)) blocks.push({ kind: 'table', token, raw: token.raw })
    else blocks.push({ kind: 'markup', token, raw: token.raw })
  }
  return blocks
}

function isTable(token: Token): token is Tokens.Table {
  return token.type === 'table'
}

function firstWord(info: unknown): string {
  return typeof info === 'string' ? (info.trim().split(/\s/)[0] ?? '') : ''
}
