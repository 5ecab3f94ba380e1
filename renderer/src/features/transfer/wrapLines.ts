/** The words of a text as lines that fit into a width; a word that is wider by itself is broken. Where a line may break follows the language. */
export function wrapLines(text: string, width: number, measure: (text: string) => number, language: string): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width, measure, language))
}

function wrapParagraph(paragraph: string, width: number, measure: (text: string) => number, language: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of piecesOf(paragraph, language)) {
    if (measure((line + piece).trimEnd()) <= width) {
      line += piece
      continue
    }
    if (line.trim() !== '') lines.push(line.trimEnd())
    line = piece.trimStart()
    for (let fitting = fittingStart(line, width, measure); fitting.length < line.length; fitting = fittingStart(line, width, measure)) {
      lines.push(fitting)
      line = line.slice(fitting.length)
    }
  }
  return [...lines, line.trimEnd()]
}

/** Words, each with the signs behind it that must not begin a line. */
function piecesOf(paragraph: string, language: string): string[] {
  const pieces: string[] = []
  for (const { segment, isWordLike } of new Intl.Segmenter(language, { granularity: 'word' }).segment(paragraph)) {
    const last = pieces.at(-1)
    const clings = isWordLike !== true && last !== undefined && !/\s$/.test(last) && /^[\s\p{Pe}\p{Pf}\p{Po}]/u.test(segment)
    if (clings) pieces[pieces.length - 1] = last + segment
    else pieces.push(segment)
  }
  return pieces
}

/** As many whole characters as fit, but at least one: else it would never end. */
function fittingStart(text: string, width: number, measure: (text: string) => number): string {
  let fitting = ''
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    if (fitting !== '' && measure(fitting + segment) > width) return fitting
    fitting += segment
  }
  return fitting
}

/** An answer's words without the marks of Markdown that would only look odd in a picture; what is no mark stays. */
export function plainAnswer(text: string): string {
  return text
    .replaceAll(/^```.*$/gm, '')
    .replaceAll(/^#{1,6} +/gm, '')
    .replaceAll(/^(\s*)[-*+] +/gm, '$1• ')
    .replaceAll(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replaceAll(/`([^`\n]+)`/g, '$1')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
