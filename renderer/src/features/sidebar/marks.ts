import type { TextRange } from '../../../../main/contract/domains/search.ts'

/** A text as pieces one after the other, those in `ranges` marked. Ranges are in order and do not overlap. */
export function piecesOf(text: string, ranges: readonly TextRange[]): { readonly text: string; readonly marked: boolean }[] {
  const pieces: { text: string; marked: boolean }[] = []
  let at = 0
  for (const { start, end } of ranges) {
    pieces.push({ text: text.slice(at, start), marked: false }, { text: text.slice(start, end), marked: true })
    at = end
  }
  pieces.push({ text: text.slice(at), marked: false })
  return pieces.filter((piece) => piece.text !== '')
}
