import { open, readFile } from 'node:fs/promises'
import { AppError } from '../../../contract/errors/AppError.ts'
import { atomicWrite } from '../../../platform/atomicWrite.ts'
import { readError } from '../../../platform/fileErrors.ts'

/** A decoded picture: RGB, 3 bytes a pixel, row by row from the top left. */
export interface Pixels {
  readonly rgb: Uint8Array
  readonly width: number
  readonly height: number
}

/** More than any decoder hands over; keeps a wrong header from asking for absurd memory. */
const maxPixels = 1 << 28
/** What is looked at for the header, comments included. */
const longestHeader = 512

/**
 * Reads a binary PPM file (P6, 8 bit; http://netpbm.sourceforge.net/doc/ppm.html).
 * Throws `FILE_MISSING`, `FILE_UNREADABLE`, or `IMAGE_DAMAGED` where header and length do not agree.
 */
export async function readPpm(path: string): Promise<Pixels> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw readError(error, path)
  }
  return parsePpm(bytes, path)
}

/** Width and height of a PPM file, without its pixels. Throws like `readPpm`. */
export async function readPpmSize(path: string): Promise<Pick<Pixels, 'width' | 'height'>> {
  const start = Buffer.alloc(longestHeader)
  try {
    await using file = await open(path, 'r')
    const { bytesRead } = await file.read(start, 0, start.length, 0)
    return parseHeader(start.subarray(0, bytesRead), path)
  } catch (error) {
    throw error instanceof AppError ? error : readError(error, path)
  }
}

/** The parsing half of `readPpm`; `name` is for the error. */
export function parsePpm(bytes: Uint8Array, name: string): Pixels {
  const { width, height, length } = parseHeader(bytes, name)
  const rgb = bytes.subarray(length)
  if (rgb.length !== width * height * 3) throw new AppError('IMAGE_DAMAGED', { name, detail: `${rgb.length} bytes for ${width}x${height} pixels` })
  return { rgb, width, height }
}

function parseHeader(bytes: Uint8Array, name: string): { width: number; height: number; length: number } {
  const header = /^P6(?:\s|#[^\n]*\n)+(\d{1,6})(?:\s|#[^\n]*\n)+(\d{1,6})(?:\s|#[^\n]*\n)+255\s/.exec(Buffer.from(bytes.subarray(0, longestHeader)).toString('latin1'))
  if (header === null) throw new AppError('IMAGE_DAMAGED', { name, detail: 'not an 8-bit binary PPM' })
  const width = Number(header[1])
  const height = Number(header[2])
  if (width < 1 || height < 1 || width * height > maxPixels) throw new AppError('IMAGE_DAMAGED', { name, detail: `${width}x${height} pixels` })
  return { width, height, length: header[0].length }
}

/** Writes a binary PPM file, whole or not at all. Rejects `DISK_FULL` or `FOLDER_NOT_WRITABLE`. */
export async function writePpm(path: string, { rgb, width, height }: Pixels): Promise<void> {
  await atomicWrite(path, Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`, 'latin1'), rgb]))
}

/** Writes numbers as raw little-endian float32 (the byte order of all platforms we run on), whole or not at all. Rejects like `writePpm`. */
export async function writeFloats(path: string, values: Float32Array): Promise<void> {
  await atomicWrite(path, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
}
