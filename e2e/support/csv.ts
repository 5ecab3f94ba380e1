/** The cells of a CSV file none of whose cells has a comma of its own, by row and title. */
export function rowsOf(csv: string): Record<string, string>[] {
  const [head = '', ...lines] = csv.replace(/^\uFEFF/, '').trimEnd().split('\r\n')
  const titles = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [titles[index] ?? '', cell])))
}
