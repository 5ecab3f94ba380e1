import { checkPixels } from './limits.ts'
import { bmpHeader } from './bmpHeader.ts'
import type { BmpHeader } from './bmpHeader.ts'

/** Of the header's `compression`. */
const RLE8 = 1, RLE4 = 2

/**
 * A BMP as RGBA, rows from the top: the libvips in sharp's package reads none. 1 to 32 bits a pixel, palettes, run lengths, masks.
 * Throws an `Error` for a damaged file, `IMAGE_TOO_MANY_PIXELS`, `IMAGE_TOO_LONG` before pixels are read.
 */
export function decodeBmp(bytes: Uint8Array, name: string): { data: Buffer; width: number; height: number } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const header = bmpHeader(file)
  const { width, height, bits, compression } = header
  checkPixels(width, height, name)
  const data = Buffer.alloc(width * height * 4, 255)
  if (compression === RLE8 || compression === RLE4) runLengths(file, header, data)
  else {
    if (header.pixelsAt + header.rowBytes * height > file.length) throw new Error('its end is missing')
    for (let y = 0; y < height; y += 1) {
      const row = header.pixelsAt + y * header.rowBytes
      const to = (header.topDown ? y : height - 1 - y) * width * 4
      if (bits <= 8) paletteRow(file, row, header, data, to)
      else maskedRow(file, row, header, data, to)
    }
  }
  return { data, width, height }
}

/** Pixels by the header. Throws an `Error` where it makes no sense. */
export function bmpSize(bytes: Uint8Array): { width: number; height: number } {
  const { width, height } = bmpHeader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  return { width, height }
}

function paletteRow(file: Buffer, row: number, { width, bits, palette }: BmpHeader, data: Buffer, to: number): void {
  const perByte = 8 / bits
  for (let x = 0; x < width; x += 1) {
    const byte = file[row + Math.floor(x / perByte)] ?? 0
    const index = (byte >> (8 - bits * ((x % perByte) + 1))) & ((1 << bits) - 1)
    put(data, to + x * 4, palette, index)
  }
}

function maskedRow(file: Buffer, row: number, { width, bits, masks }: BmpHeader, data: Buffer, to: number): void {
  const size = bits / 8
  for (let x = 0; x < width; x += 1) {
    const value = file.readUIntLE(row + x * size, size)
    for (const [channel, mask] of masks.entries()) if (mask.most > 0) data[to + x * 4 + channel] = Math.round((((value >>> mask.shift) & mask.most) * 255) / mask.most)
  }
}

/** Pairs of a count and a colour; a count of 0 begins an instruction. Pixels that are left out have the first colour. */
function runLengths(file: Buffer, { width, height, bits, palette, pixelsAt, topDown }: BmpHeader, data: Buffer): void {
  for (let at = 0; at < data.length; at += 4) put(data, at, palette, 0)
  let x = 0, y = 0, at = pixelsAt
  const next = (): number => {
    const byte = file[at]
    if (byte === undefined) throw new Error('its end is missing')
    at += 1
    return byte
  }
  const draw = (index: number) => {
    if (x < width && y < height) put(data, ((topDown ? y : height - 1 - y) * width + x) * 4, palette, index)
    x += 1
  }
  /** The colour of the pixel at `step` of those a byte stands for: with four bits, high and low half take turns. */
  const colour = (byte: number, step: number) => (bits === 8 ? byte : step % 2 === 0 ? byte >> 4 : byte & 15)
  while (y < height) {
    const count = next(), value = next()
    if (count > 0) for (let step = 0; step < count; step += 1) draw(colour(value, step))
    else if (value === 0) [x, y] = [0, y + 1]
    else if (value === 1) return
    else if (value === 2) [x, y] = [x + next(), y + next()]
    else {
      const start = at
      for (let step = 0, byte = 0; step < value; step += 1) {
        if (bits === 8 || step % 2 === 0) byte = next()
        draw(colour(byte, step))
      }
      // Such a run takes an even number of bytes.
      at += (at - start) % 2
    }
  }
}

/** An index beyond the palette is black. */
function put(data: Buffer, to: number, palette: Buffer, index: number): void {
  for (let channel = 0; channel < 3; channel += 1) data[to + channel] = palette[index * 3 + channel] ?? 0
}
