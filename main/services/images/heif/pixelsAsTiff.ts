import type { HeifPixels } from './protocol.ts'

const BYTE = 7, SHORT = 3, LONG = 4

/**
 * Decoded pixels as an uncompressed TIFF 6.0 file, little-endian: the plainest file in which a picture reaches sharp together with
 * the profile of its colours, which raw pixels cannot carry.
 */
export function pixelsAsTiff({ width, height, rgb, profile }: HeifPixels): Buffer {
  const entries: (readonly [tag: number, type: number, count: number, value: number])[] = []
  const fields = 10 + (profile === null ? 0 : 1)
  const bitsAt = 8 + 2 + fields * 12 + 4
  const profileAt = bitsAt + 6
  const pixelsAt = profileAt + (profile?.byteLength ?? 0) + ((profile?.byteLength ?? 0) % 2)
  entries.push([256, LONG, 1, width], [257, LONG, 1, height], [258, SHORT, 3, bitsAt], [259, SHORT, 1, 1], [262, SHORT, 1, 2])
  entries.push([273, LONG, 1, pixelsAt], [277, SHORT, 1, 3], [278, LONG, 1, height], [279, LONG, 1, rgb.byteLength], [284, SHORT, 1, 1])
  if (profile !== null) entries.push([34_675, BYTE, profile.byteLength, profileAt])
  const head = Buffer.alloc(pixelsAt)
  head.set([0x49, 0x49, 42, 0, 8, 0, 0, 0])
  head.writeUInt16LE(fields, 8)
  for (const [at, [tag, type, count, value]] of entries.entries()) {
    head.writeUInt16LE(tag, 10 + at * 12)
    head.writeUInt16LE(type, 12 + at * 12)
    head.writeUInt32LE(count, 14 + at * 12)
    head.writeUInt32LE(value, 18 + at * 12)
  }
  for (let channel = 0; channel < 3; channel += 1) head.writeUInt16LE(8, bitsAt + channel * 2)
  if (profile !== null) head.set(profile, profileAt)
  return Buffer.concat([head, rgb])
}
