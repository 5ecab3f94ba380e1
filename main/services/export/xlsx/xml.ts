import { wellFormed } from '../wellFormed.ts'

/** The longest text of a cell, in UTF-16 units; Excel calls a file with a longer one damaged. */
const longestText = 32_767

/**
 * A text as the content of an XML element or attribute of a spreadsheet. What XML cannot hold is written as `_x0007_`, as ECMA-376
 * part 1 §22.9.2.19 (ST_Xstring) has it, and so is a "_" that would be read as the beginning of such. Longer than a cell can be:
 * cut, with "…" at its end.
 */
export function xmlText(text: string): string {
  return wellFormed(cut(text))
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? character)
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function cut(text: string): string {
  if (text.length <= longestText) return text
  const end = longestText - 1
  // Not through the middle of a character.
  return `${text.slice(0, /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end)}…`
}
