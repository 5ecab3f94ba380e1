import { splitHidden, type Hidden } from './hidden.ts'

/** Text as HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Text as HTML, with a visible mark in place of each hidden character. */
export function visibleHtml(text: string, where: Hidden, escape: (text: string) => string = escapeHtml): string {
  return splitHidden(text, where)
    .map((piece) => (piece.hidden ? `<span class="hidden-character">${escape(piece.text)}</span>` : escape(piece.text)))
    .join('')
}

/**
 * Text of markdown as HTML: names such as `&copy;` stay what they stand for, and numbers of hidden characters (`&#x202e;`) count as
 * these.
 */
export function proseHtml(text: string): string {
  const named = text.replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?/gi, (whole, hex: string | undefined, decimal: string | undefined) => {
    const point = hex === undefined ? Number(decimal) : parseInt(hex, 16)
    if (point > 0x10ffff) return whole
    const character = String.fromCodePoint(point)
    return splitHidden(character, 'prose')[0]?.hidden === true ? character : whole
  })
  return visibleHtml(named, 'prose', (part) => part.replace(/[<>"']|&(?!(?:#\d{1,7}|#[Xx][0-9a-fA-F]{1,6}|\w{1,40});)/g, (character) => `&#${character.charCodeAt(0)};`))
}
