/** A number or a range, of which either end may be left open; any dash people type. As the services read it. */
const part = /^(?:(\d{1,9})|(\d{1,9})?\s*[-\u2010-\u2015\u2212~\uff0d\uff5e]\s*(\d{1,9})?)$/

/** Whether a choice of pages is one that can be meant: numbers and ranges such as `1, 3-5, 8-`. Empty: all pages. How many pages there are, nobody knows here. */
export function isPageChoice(text: string): boolean {
  if (text.trim() === '') return true
  const pieces = text.split(/[,;\uff0c\uff1b\u3001]/).map((piece) => piece.trim()).filter((piece) => piece !== '')
  return pieces.length > 0 && pieces.every(isPart)
}

function isPart(piece: string): boolean {
  const [match, single, first, last] = part.exec(piece) ?? []
  if (match === undefined || (single === undefined && first === undefined && last === undefined)) return false
  const from = Number(single ?? first ?? 1)
  return from >= 1 && (last === undefined || Number(last) >= from)
}
