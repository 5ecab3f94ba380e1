import { unreachable } from '../../platform/unreachable.ts'
import type { ImageFormat } from './recognise.ts'

/** What a decoder says where it knows nothing better; sharp puts more than one of these together. */
const SAYS_NOTHING = /unknown error|unsupported image format|libpng read error|^\W*$/i

/**
 * Why a file of this format cannot be decoded, in words for a person: that its end is missing, which is what happens to files most,
 * else what the decoder complained about. `found.ts` has the Chinese for the sentences that stand here.
 */
export function whyDamaged(bytes: Uint8Array, format: ImageFormat, complaint: string): string {
  if (breaksOff(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), format)) return 'its end is missing'
  const line = complaint.split('\n', 1)[0] ?? ''
  return SAYS_NOTHING.test(line) ? 'its contents contradict each other' : line
}

/** Whether the file is shorter than it says itself. False where its format does not say, or says it in too many ways. */
function breaksOff(file: Buffer, format: ImageFormat): boolean {
  switch (format) {
    case 'png':
      return !file.includes('IEND', 0, 'latin1')
    case 'jpeg':
      // The thumbnail inside a photo has an end of its own, long before.
      return file.lastIndexOf(Buffer.from([0xff, 0xd9])) < file.lastIndexOf(Buffer.from([0xff, 0xda]))
    case 'gif':
      return file.at(-1) !== 0x3b
    case 'webp':
      return file.length >= 8 && file.readUInt32LE(4) + 8 > file.length
    case 'avif':
    case 'heic':
      return boxesBreakOff(file)
    case 'tiff':
      return file.length >= 8 && (file[0] === 0x49 ? file.readUInt32LE(4) : file.readUInt32BE(4)) >= file.length
    case 'bmp':
    case 'svg':
      return false
    default:
      return unreachable(format)
  }
}

/** Boxes of the ISO base media format follow each other, each with its length in front (0: up to the end; 1: a longer length follows). */
function boxesBreakOff(file: Buffer): boolean {
  let at = 0
  while (at + 8 <= file.length) {
    const length = file.readUInt32BE(at)
    if (length === 0) return false
    const size = length === 1 && at + 16 <= file.length ? Number(file.readBigUInt64BE(at + 8)) : length
    // No box is shorter than its own head: what stands here is no length.
    if (size < 8) return false
    at += size
  }
  return at !== file.length
}
