/**
 * Characters that show nothing and yet change what a reader sees or a program reads: controls, direction marks, zero-width ones,
 * tags, halves of surrogate pairs. Joiners between parts of an emoji belong there.
 */
const inCode = /(?![\t\n])(?!\u200D(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F]\u200D)\p{Extended_Pictographic})[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]/gu

/** In prose, joiners and direction marks are part of how many languages are written; overrides, controls and tags are not. */
const inProse = /(?![\t\n])[\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}\p{Cs}\p{Cc}]/gu

export type Hidden = 'code' | 'prose'

/**
 * How many hidden characters of a text are named one by one. What follows is one piece: thousands of marks would keep the page busy for
 * seconds, and nobody means well with so many.
 */
const namedAlone = 300

/** A stretch of text, or the name ("U+202E") of one hidden character in it; after very many, all the rest with the names in it. */
export interface Piece {
  readonly text: string
  readonly hidden: boolean
}

const patterns: Readonly<Record<Hidden, RegExp>> = { code: inCode, prose: inProse }

/** Takes text apart at its hidden characters. */
export function splitHidden(text: string, where: Hidden): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0, named = 0
  for (const { 0: character, index } of text.matchAll(patterns[where])) {
    if (named++ === namedAlone) {
      pieces.push({ text: text.slice(from).replaceAll(patterns[where], (hidden) => codePoint(hidden)), hidden: true })
      return pieces
    }
    if (index > from) pieces.push({ text: text.slice(from, index), hidden: false })
    pieces.push({ text: codePoint(character), hidden: true })
    from = index + character.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from), hidden: false })
  return pieces
}

/** "U+202E" */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
