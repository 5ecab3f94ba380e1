/** Characters of a title that was made from a question. */
const LONGEST = 60
/** UTF-16 units of a title, as the contract allows: one character may consist of any number of them. */
const LONGEST_UNITS = 200

/** A chat's title from its first question: one line, shortened at a word where there is one. */
export function titleOf(question: string): string {
  const line = question.trim().replace(/\s+/gu, ' ')
  const start = beginning(line)
  if (start === line) return line
  const space = start.lastIndexOf(' ')
  return `${(space > LONGEST / 2 ? start.slice(0, space) : start).trimEnd()}…`
}

/** Whole characters, no more than fit; a question may be long, so no more of it is looked at. */
function beginning(line: string): string {
  let start = ''
  let characters = 0
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    characters += 1
    if (characters > LONGEST || start.length + segment.length >= LONGEST_UNITS) break
    start += segment
  }
  return start
}
