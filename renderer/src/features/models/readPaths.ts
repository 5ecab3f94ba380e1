/** The paths of a text, one a line. Quotation marks around a path go: file managers put them there when they copy one. */
export function readPaths(text: string): readonly string[] {
  const paths = text.split('\n').map((line) => line.trim().replace(/^(["'])(.*)\1$/, '$2'))
  return [...new Set(paths.filter((path) => path !== ''))]
}
