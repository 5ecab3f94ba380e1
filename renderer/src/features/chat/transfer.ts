import { picturesInHtml } from './picturesInHtml.ts'

/** What a drop or a paste brings. */
export interface Transferred {
  readonly files: readonly File[]
  /** Names of folders, which a browser hands over as unreadable files. */
  readonly folders: readonly string[]
  /** Where pictures are of which only the addresses came. They are never fetched. */
  readonly addresses: readonly string[]
}

const nothing: Transferred = { files: [], folders: [], addresses: [] }

/** What was dropped. `name`: for pictures that have none. A picture dragged out of a browser comes as a file, or as nothing but an address. */
export function dropped(transfer: DataTransfer, name: string): Transferred {
  const files: File[] = []
  const folders: string[] = []
  for (const item of transfer.items) {
    const entry = item.webkitGetAsEntry()
    if (entry?.isDirectory === true) folders.push(entry.name)
    else {
      const file = item.getAsFile()
      if (file !== null) files.push(file)
    }
  }
  return files.length + folders.length > 0 ? { files, folders, addresses: [] } : described(transfer, name)
}

/**
 * What was pasted. Text wins where there is both: spreadsheets and word processors put a picture of the text beside it. But the names
 * of files that were copied in a file manager are no text to anybody, and a drawing in SVG is a picture.
 */
export function pasted(clipboard: DataTransfer | null, name: string): Transferred {
  if (clipboard === null) return nothing
  const text = clipboard.getData('text/plain').trim()
  const files = [...clipboard.files].map((file) => named(file, name))
  if (isSvg(text)) return { ...nothing, files: [new File([text], `${name}.svg`, { type: 'image/svg+xml' })] }
  if (files.length > 0 && (text === '' || namesOnly(text, files))) return { ...nothing, files }
  return text === '' ? described(clipboard, name) : nothing
}

/** Pictures inside HTML, or the addresses of pictures. */
function described(transfer: DataTransfer, name: string): Transferred {
  const { files, addresses } = picturesInHtml(transfer.getData('text/html'), name)
  if (files.length > 0) return { files, folders: [], addresses: [] }
  const list = transfer.getData('text/uri-list').split(/\r?\n/).filter((line) => /^https?:/i.test(line))
  return { ...nothing, addresses: addresses.length > 0 ? addresses : list }
}

/** A picture without a file is always called `image.png` by browsers; it gets `name` and its own ending instead. */
function named(file: File, name: string): File {
  if (file.name !== 'image.png' && file.name !== '') return file
  const ending = /^image\/(?:x-)?(?:ms-)?(\w+)/.exec(file.type)?.[1] ?? 'png'
  return new File([file], `${name}.${ending}`, { type: file.type })
}

/** File managers put names, paths or `file:` addresses beside the files. */
function namesOnly(text: string, files: readonly File[]): boolean {
  const lines = text.split(/\r?\n/).map((line) => decoded(line.trim()))
  return lines.every((line) => line === 'copy' || line === 'cut' || files.some((file) => line === file.name || line.endsWith(`/${file.name}`) || line.endsWith(`\\${file.name}`)))
}

function decoded(line: string): string {
  try {
    return line.startsWith('file:') ? decodeURIComponent(line) : line
  } catch {
    return line
  }
}

function isSvg(text: string): boolean {
  return /^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(text) && text.endsWith('</svg>')
}

/** The host of an address, to show where a picture lies; its beginning where it is none that can be read. */
export function hostOf(address: string): string {
  return /^\w+:\/\/([^/?#]+)/.exec(address)?.[1] ?? address.slice(0, 60)
}
