import sharp from 'sharp'
import { damageAside, openPixels } from '../images/decode.ts'
import type { ImageFormat } from '../images/recognise.ts'

export interface PlainPicture {
  readonly bytes: Uint8Array
  readonly format: Extract<ImageFormat, 'jpeg' | 'png'>
}

/** Drawings and graphics, in which JPEG would leave marks. */
const SHARP_EDGED: ReadonlySet<ImageFormat> = new Set(['png', 'gif', 'bmp', 'tiff', 'svg'])
/** Segments of a JPEG file that decide its pixels: JFIF, and Adobe's, which tells how colours are coded. All other "application" ones and comments are notes. */
const NEEDED_SEGMENTS: ReadonlySet<number> = new Set([0xe0, 0xee])

/**
 * The picture alone: upright, in sRGB, without place, time, camera, comments, thumbnails of earlier versions and whatever else its
 * maker noted. A JPEG file whose pixels need no change keeps its coded pixels bit for bit. Rejects `IMAGE_DAMAGED`.
 */
export async function withoutMetadata(bytes: Uint8Array, format: ImageFormat, name: string): Promise<PlainPicture> {
  const kept = format === 'jpeg' ? await plainJpeg(bytes) : null
  if (kept !== null) return { bytes: kept, format: 'jpeg' }
  return await damageAside({ bytes, format, name }, async () => {
    const pixels = await openPixels(bytes, format, name)
    if (SHARP_EDGED.has(format)) return { bytes: await pixels.png().toBuffer(), format: 'png' }
    return { bytes: await pixels.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(), format: 'jpeg' }
  })
}

/** Null where the pixels depend on what is to go (a turn, a colour profile), or where the file is not built as usual. */
async function plainJpeg(bytes: Uint8Array): Promise<Uint8Array | null> {
  const before = await sharp(bytes, { limitInputPixels: false }).metadata().catch(() => null)
  if (before === null || (before.orientation ?? 1) !== 1 || before.icc !== undefined || !['srgb', 'b-w'].includes(before.space)) return null
  const plain = withoutNotes(bytes)
  if (plain === null) return null
  const after = await sharp(plain, { limitInputPixels: false }).metadata().catch(() => null)
  const isPlain = after !== null && after.width === before.width && after.height === before.height && [after.exif, after.xmp, after.iptc, after.icc].every((note) => note === undefined)
  return isPlain ? plain : null
}

function withoutNotes(bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null
  const parts: Uint8Array[] = [bytes.subarray(0, 2)]
  let at = 2
  for (;;) {
    const marker = bytes[at + 1]
    if (bytes[at] !== 0xff || marker === undefined) return null
    const end = at + 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
    if (end > bytes.length || end < at + 4) return null
    const isNote = (marker >= 0xe0 && marker <= 0xef && !NEEDED_SEGMENTS.has(marker)) || marker === 0xfe
    // JFIF's own segment ends with a small preview where there is one; that of this picture, or of an earlier version.
    const isPreview = marker === 0xe0 && end - at > 18
    if (isPreview) return null
    if (!isNote) parts.push(bytes.subarray(at, end))
    if (marker === 0xda) return joined(parts, codedPixels(bytes, end))
    at = end
  }
}

/** From the first scan to the end of the picture, later scans and their tables included; what cameras append behind it is left out. Null where notes stand between scans. */
function codedPixels(bytes: Uint8Array, start: number): Uint8Array | null {
  let at = bytes.indexOf(0xff, start)
  while (at >= 0) {
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xd9) return bytes.subarray(start, at + 2)
    if ((marker >= 0xe0 && marker <= 0xef) || marker === 0xfe) return null
    // Stuffed bytes, fill bytes and restarts are part of the pixels; whatever else stands here is a table or a scan with a length.
    const isCoded = marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7)
    const next = isCoded ? at + 1 : at + 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
    if (next <= at) return null
    at = bytes.indexOf(0xff, next)
  }
  return null
}

function joined(parts: readonly Uint8Array[], rest: Uint8Array | null): Uint8Array | null {
  return rest === null ? null : new Uint8Array(Buffer.concat([...parts, rest]))
}
