import type { Spellings } from '../../storage/search.ts'

/** What is looked for, in lower case. */
export interface Terms {
  readonly all: readonly string[]
  /** Those the index can find: trigrams need three characters. */
  readonly long: readonly string[]
}

/** Splits what a person typed at its spaces; what stands in quotation marks stays together, a mark without its partner is a character. */
export function parseTerms(text: string): Terms {
  const found = [...text.normalize('NFC').matchAll(/"([^"]+)"|“([^”]+)”|(\S+)/gu)]
  const words = found.map(([, straight, curly, word]) => foldCase((straight ?? curly ?? word ?? '').trim())).filter((word) => word !== '')
  const all = [...new Set(words)]
  return { all, long: all.filter((word) => Array.from(word).length >= 3) }
}

/** Lower case, each character in its place and as long as before, so that offsets hold. */
export function foldCase(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  return Array.from(text, (character) => (character.toLowerCase().length === character.length ? character.toLowerCase() : character)).join('')
}

/** A word of one or two characters in every mixture of cases. */
export function spellingsOf(word: string): Spellings {
  const [first = '', ...rest] = Array.from(word)
  const last = rest.join('')
  return [first + last, first.toUpperCase() + last, first + last.toUpperCase(), first.toUpperCase() + last.toUpperCase()]
}
