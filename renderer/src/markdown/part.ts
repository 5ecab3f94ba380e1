/** Characters of an answer that are shown at once; a model's longest answers have a third of them. */
export const shownAtFirst = 50_000
/** Where a line ends so near before the limit, the text is cut there. */
const nearLimit = 2_000

/** The first part of a text, up to the end of a line where there is one near the limit; never half a character. */
export function firstPart(text: string, limit: number): string {
  if (text.length <= limit) return text
  const lineEnd = text.lastIndexOf('\n', limit)
  if (lineEnd > limit - nearLimit) return text.slice(0, lineEnd)
  const code = text.charCodeAt(limit - 1)
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? limit - 1 : limit)
}

/**
 * Longest stretch without a paragraph's end that is laid out as one. Browsers look for pairs of brackets in a paragraph to find its
 * directions, in time that grows with the square of how many are open.
 */
export const longestStretch = 4_000

/** A text in stretches that are laid out one by one, cut behind a space where there is one in the last tenth. */
export function stretches(text: string): readonly string[] {
  const parts: string[] = []
  for (let from = 0; from < text.length; ) {
    const most = firstPart(text.slice(from, from + longestStretch + 1), longestStretch)
    const space = most.length < longestStretch - 1 ? -1 : most.lastIndexOf(' ')
    const part = space > longestStretch * 0.9 && from + most.length < text.length ? most.slice(0, space + 1) : most
    parts.push(part)
    from += part.length
  }
  return parts
}
