import { fileTypeFromBuffer } from 'file-type'
import type { imageFormats } from '../../contract/domains/image.ts'
import { AppError } from '../../contract/errors/AppError.ts'

export type ImageFormat = (typeof imageFormats)[number]

/** Extensions file-type reports, for the formats this app reads. APNG shows its first frame, as GIF does. */
const READ: Readonly<Record<string, ImageFormat>> = {
  jpg: 'jpeg', png: 'png', apng: 'png', webp: 'webp', gif: 'gif', avif: 'avif', tif: 'tiff', bmp: 'bmp', heic: 'heic',
}

/** Pictures file-type does not report with an image MIME type. */
const OTHER_PICTURES = new Set(['psd', 'ai', 'eps', 'dwg'])

/** file-type reads on behind these and recognises nothing where the file breaks off; then it is a damaged picture, not none. */
const CUT_OFF: readonly (readonly [ImageFormat, readonly number[]])[] = [
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['tiff', [0x49, 0x49, 42, 0]],
  ['tiff', [0x4d, 0x4d, 0, 42]],
]

/** How much of a file is looked at to tell text from other bytes, and to find the root of an XML file. */
const HEAD = 65_536

/**
 * The format by what the bytes are; the name only serves the error. Rejects `IMAGE_EMPTY`, `IMAGE_UNSUPPORTED` (a picture
 * we cannot read), `IMAGE_NOT_AN_IMAGE` (with what it looks like instead).
 */
export async function recognise(bytes: Uint8Array, name: string): Promise<ImageFormat> {
  if (bytes.byteLength === 0) throw new AppError('IMAGE_EMPTY', { name })
  const type = await fileTypeFromBuffer(bytes)
  if (type !== undefined && type.ext !== 'xml') {
    const format = READ[type.ext]
    if (format === 'heic') return heifKind(bytes)
    if (format !== undefined) return format
    const isPicture = type.mime.startsWith('image/') || OTHER_PICTURES.has(type.ext)
    throw new AppError(isPicture ? 'IMAGE_UNSUPPORTED' : 'IMAGE_NOT_AN_IMAGE', { name, found: type.ext })
  }
  for (const [format, magic] of CUT_OFF) if (magic.every((byte, at) => bytes[at] === byte)) return format
  const text = asText(bytes.subarray(0, HEAD))
  if (text !== null && isSvg(text)) return 'svg'
  throw new AppError('IMAGE_NOT_AN_IMAGE', { name, found: whatElse(text) })
}

/**
 * HEIF files with a brand of the container's own (`mif1`, `msf1`) say among their compatible brands how the picture is coded: AV1 is
 * AVIF by another name, everything else is libheif's to judge.
 */
function heifKind(bytes: Uint8Array): ImageFormat {
  const box = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 512))
  const end = Math.min(box.readUInt32BE(0), box.length)
  const brands = new Set<string>()
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12) brands.add(box.toString('latin1', at, at + 4))
  const hevc = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'].some((brand) => brands.has(brand))
  return !hevc && ['avif', 'avis'].some((brand) => brands.has(brand)) ? 'avif' : 'heic'
}

/** The head of a text file, or null where the bytes are no text. */
function asText(head: Uint8Array): string | null {
  const encoding = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : 'utf-8'
  // A character may be cut off at the end of the head; that is no sign against text.
  const text = new TextDecoder(encoding).decode(head, { stream: true })
  return text.includes('\0') || text.includes('\uFFFD') ? null : text
}

/** XML whose root is `svg`: declaration, comments and a DOCTYPE may stand before it. */
function isSvg(text: string): boolean {
  let rest = text.trimStart()
  for (;;) {
    const end = rest.startsWith('<?') ? '?>' : rest.startsWith('<!--') ? '-->' : rest.startsWith('<!') ? '>' : null
    if (end === null) return /^<(\w+:)?svg[\s/>]/.test(rest)
    // An internal subset of the DOCTYPE holds declarations with ">" of their own and ends with "]>".
    const subset = end === '>' && /^<![^>]*\[/.test(rest)
    const at = rest.indexOf(subset ? ']' : end)
    if (at < 0) return false
    rest = rest.slice(at + (subset ? 1 : end.length)).trimStart()
    if (subset) rest = rest.replace(/^>/, '').trimStart()
  }
}

function whatElse(text: string | null): string {
  if (text === null) return 'binary data'
  const start = text.trimStart().slice(0, 200).toLowerCase()
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'html'
  if (start.startsWith('<')) return 'xml'
  return start === '' ? 'blank text' : 'text'
}
