import { decode } from 'bmp-ts'
import { checkPixels } from './limits.ts'

/** Header sizes of BITMAPV3INFOHEADER and later, which name an alpha mask (at byte 66). */
const V3_HEADER = 56

/**
 * A BMP as RGBA, rows from the top. The libvips in sharp's package reads none, hence this decoder. Throws an `Error` for
 * a damaged file, `IMAGE_TOO_MANY_PIXELS`, `IMAGE_TOO_LONG` before pixels are read.
 */
export function decodeBmp(bytes: Uint8Array, name: string): { data: Buffer; width: number; height: number } {
  const { width, height } = bmpSize(bytes)
  checkPixels(width, height, name)
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { data } = decode(file, { toRGBA: true })
  if (!hasAlpha(file)) for (let at = 3; at < data.length; at += 4) data[at] = 255
  return { data, width, height }
}

/** Pixels by the header. Throws an `Error` where it makes no sense. */
export function bmpSize(bytes: Uint8Array): { width: number; height: number } {
  if (bytes.byteLength < 54) throw new Error('the header is cut off')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const width = view.getInt32(18, true)
  // A negative height says that rows run from the top.
  const height = Math.abs(view.getInt32(22, true))
  if (width <= 0 || height === 0) throw new Error(`the header says ${width} x ${height} pixels`)
  const compression = view.getUint32(30, true)
  const rowBytes = Math.ceil((width * view.getUint16(28, true)) / 32) * 4
  const runLength = compression === 1 || compression === 2
  if (!runLength && view.getUint32(10, true) + rowBytes * height > bytes.byteLength) throw new Error('the pixels are cut off')
  return { width, height }
}

/** The fourth byte of a 32-bit pixel means nothing unless the header names an alpha mask; most writers leave it 0. */
function hasAlpha(file: Buffer): boolean {
  return file.readUInt16LE(28) === 32 && file.readUInt32LE(14) >= V3_HEADER && file.readUInt32LE(66) !== 0
}
