import { AppError } from '../../contract/errors/AppError.ts'

/** A number or a range, of which either end may be left open; any dash people type. */
const PART = /^(?:(\d{1,9})|(\d{1,9})?\s*[-\u2010-\u2015\u2212~\uff0d\uff5e]\s*(\d{1,9})?)$/

/** Commas and semicolons, and their Chinese forms. */
const SEPARATOR = /[,;\uff0c\uff1b\u3001]/

/**
 * The pages that a choice like "1-3, 5, 8-" means in a file of `count` pages: from 1, each once, in ascending order. Nothing
 * chosen: all of them. A range may reach beyond the end; what lies wholly beyond it is an error. Throws `PAGES_INVALID`.
 */
export function pagesOf(text: string, count: number): number[] {
  const invalid = () => new AppError('PAGES_INVALID', { text: text.slice(0, 200), pages: count })
  if (text.trim() === '') return range(1, count)
  const chosen = new Set<number>()
  for (const part of text.split(SEPARATOR).map((piece) => piece.trim())) {
    // "1, 2," is a choice that is still being typed or was pasted.
    if (part === '') continue
    const [match, single, first, last] = PART.exec(part) ?? []
    if (match === undefined || (single === undefined && first === undefined && last === undefined)) throw invalid()
    const from = Number(single ?? first ?? 1), to = Number(single ?? last ?? count)
    if (from < 1 || from > count || to < from) throw invalid()
    for (const page of range(from, Math.min(to, count))) chosen.add(page)
  }
  if (chosen.size === 0) throw invalid()
  return [...chosen].sort((a, b) => a - b)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}
