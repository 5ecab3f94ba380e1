/** Cells of a CSV file by RFC 4180, written apart from the writer. Throws where the file is not what the RFC says. */
export function parseCsv(text: string, delimiter: string): string[][] {
  const lines: string[][] = []
  let line: string[] = [], at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (at >= text.length) throw new Error('a quote is not closed')
        if (text[at] === '"') at++
        cell += text[at] ?? ''
      }
      at++
    } else {
      for (; at < text.length && text[at] !== delimiter && text[at] !== '\r'; at++) {
        if (text[at] === '"' || text[at] === '\n') throw new Error(`not quoted at ${at}`)
        cell += text[at] ?? ''
      }
    }
    line.push(cell)
    if (text[at] === delimiter) at++
    else if (text.startsWith('\r\n', at)) {
      lines.push(line)
      line = []
      at += 2
    } else throw new Error(`neither delimiter nor line end at ${at}`)
  }
  if (line.length > 0) throw new Error('the last line has no end')
  return lines
}
