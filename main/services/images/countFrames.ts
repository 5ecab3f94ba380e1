import sharp from 'sharp'
import { unreachable } from '../../platform/unreachable.ts'
import type { ImageFormat } from './recognise.ts'

/** Pictures in a file that can be decoded: frames of an animation (GIF, WebP, APNG), pages of a TIFF. 1 where the format holds one. */
export async function countFrames(bytes: Uint8Array, format: ImageFormat): Promise<number> {
  switch (format) {
    case 'gif':
    case 'webp':
    case 'tiff':
      return (await sharp(bytes, { limitInputPixels: false }).metadata()).pages ?? 1
    case 'png':
      return apngFrames(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    case 'jpeg':
    case 'avif':
    case 'bmp':
    case 'svg':
    case 'heic':
      return 1
    default:
      return unreachable(format)
  }
}

/** By the `acTL` chunk, which stands before the pixels; libvips knows nothing of it and shows the first frame. */
function apngFrames(file: Buffer): number {
  let at = 8
  while (at + 12 <= file.length) {
    const type = file.toString('latin1', at + 4, at + 8)
    if (type === 'IDAT') return 1
    if (type === 'acTL') return Math.max(1, file.readUInt32BE(at + 8))
    at += file.readUInt32BE(at) + 12
  }
  return 1
}
