/** A page of one colour. */
export interface TestTiffPage {
  readonly width: number
  readonly height: number
  readonly rgb: readonly number[]
  /** Its pixels lie beyond the end of the file. */
  readonly cutOff?: boolean
}

const SHORT = 3
const LONG = 4

/** A little-endian TIFF 6.0 file, uncompressed RGB, one directory per page. */
export function writeTiff(pages: readonly TestTiffPage[]): Buffer {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0])]
  let size = 8
  /** Where the offset of the next directory belongs. */
  let link: { part: Buffer; at: number } = { part: parts[0]!, at: 4 }
  const append = (part: Buffer) => {
    parts.push(part)
    size += part.length
    return size - part.length
  }
  for (const [index, { width, height, rgb, cutOff = false }] of pages.entries()) {
    const bytes = width * height * 3
    const pixels = cutOff ? 0x7f000000 : append(Buffer.alloc(bytes + (bytes % 2), Buffer.from(rgb)))
    const bits = append(Buffer.from([8, 0, 8, 0, 8, 0, 0, 0]))
    const entries: [tag: number, type: number, count: number, value: number][] = [
      [256, LONG, 1, width], [257, LONG, 1, height], [258, SHORT, 3, bits], [259, SHORT, 1, 1], [262, SHORT, 1, 2],
      [273, LONG, 1, pixels], [277, SHORT, 1, 3], [278, LONG, 1, height], [279, LONG, 1, bytes], [297, SHORT, 2, index | (pages.length << 16)],
    ]
    const directory = Buffer.alloc(2 + entries.length * 12 + 4)
    directory.writeUInt16LE(entries.length)
    for (const [at, [tag, type, count, value]] of entries.entries()) {
      directory.writeUInt16LE(tag, 2 + at * 12)
      directory.writeUInt16LE(type, 4 + at * 12)
      directory.writeUInt32LE(count, 6 + at * 12)
      directory.writeUInt32LE(value, 10 + at * 12)
    }
    link.part.writeUInt32LE(append(directory), link.at)
    link = { part: directory, at: directory.length - 4 }
  }
  return Buffer.concat(parts)
}
