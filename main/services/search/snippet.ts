import type { SearchHit, TextRange } from '../../contract/domains/search.ts'
import { foldCase } from './terms.ts'

/** Characters of a snippet, and how many of them stand before what was found. */
const LENGTH = 160
const BEFORE = 40

/** Most marks of one snippet: more would make a stripe of it. */
const MARKS = 24

/** Whether all terms (in lower case) stand in the text. */
export function holdsAll(text: string, terms: readonly string[]): boolean {
  const folded = foldCase(text)
  return terms.every((term) => folded.includes(term))
}

/** The part of a text around the first thing found, on one line. Terms are in lower case. */
export function makeSnippet(text: string, terms: readonly string[]): SearchHit['snippet'] {
  const folded = foldCase(text)
  const places = terms.map((term) => folded.indexOf(term)).filter((place) => place !== -1)
  const first = places.length === 0 ? 0 : Math.min(...places)
  const start = first <= BEFORE ? 0 : wholeCharacter(text, wordStart(text, first - BEFORE, first))
  const end = wholeCharacter(text, Math.min(text.length, start + LENGTH))
  // Same length: offsets hold.
  const shown = text.slice(start, end).replaceAll(/\s/gu, ' ')
  return { text: shown, marked: rangesOf(foldCase(shown), terms), cutBefore: start > 0, cutAfter: end < text.length }
}

/** Not in the middle of a word, where a word begins nearby. */
function wordStart(text: string, from: number, to: number): number {
  const space = text.slice(from, to).search(/\s/u)
  return space === -1 ? from : from + space + 1
}

/** Not between the halves of a surrogate pair. */
function wholeCharacter(text: string, offset: number): number {
  return /[\uDC00-\uDFFF]/u.test(text.charAt(offset)) && /[\uD800-\uDBFF]/u.test(text.charAt(offset - 1)) ? offset - 1 : offset
}

function rangesOf(folded: string, terms: readonly string[]): TextRange[] {
  const found: TextRange[] = []
  for (const term of terms) {
    for (let start = folded.indexOf(term); start !== -1; start = folded.indexOf(term, start + term.length)) found.push({ start, end: start + term.length })
  }
  const merged: TextRange[] = []
  for (const range of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1)
    if (last === undefined || range.start > last.end) merged.push({ ...range })
    else last.end = Math.max(last.end, range.end)
  }
  return merged.slice(0, MARKS)
}
