/** Pictures that stand in HTML as bytes (`data:`), and the addresses of the others. A document made this way loads and runs nothing. */
export function picturesInHtml(html: string, name: string): { files: readonly File[]; addresses: readonly string[] } {
  if (html === '') return { files: [], addresses: [] }
  const files: File[] = []
  const addresses: string[] = []
  for (const image of new DOMParser().parseFromString(html, 'text/html').querySelectorAll('img[src]')) {
    const source = image.getAttribute('src') ?? ''
    if (/^https?:/i.test(source)) addresses.push(source)
    const file = fileOfData(source, name)
    if (file !== null) files.push(file)
  }
  return { files, addresses }
}

/** The bytes of a `data:` address of a picture; null for any other, and for one that is damaged. */
function fileOfData(source: string, name: string): File | null {
  const [, type, ending, base64, data] = /^data:(image\/(?:x-)?([\w.-]+)[^;,]*)(?:;[^;,]*)*?(;base64)?,(.*)$/is.exec(source) ?? []
  if (type === undefined || data === undefined) return null
  try {
    const content = base64 === undefined ? decodeURIComponent(data) : Uint8Array.from(atob(data.replace(/\s/g, '')), (char) => char.charCodeAt(0))
    return new File([content], `${name}.${ending ?? 'png'}`, { type })
  } catch {
    return null
  }
}
