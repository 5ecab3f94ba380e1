import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

/** A binary PPM (P6, https://netpbm.sourceforge.net/doc/ppm.html) of 8 bits a channel that is open for reading. */
export interface PpmFile {
  readonly width: number
  readonly height: number
  /** Reads rows (`count` from `from`), full width, RGB. */
  rows(from: number, count: number): Promise<Uint8Array>
}

/** Longer than any header without comments: three numbers and the white space between them. */
const HEADER_BYTES = 64

/** Opens a picture that was prepared for the engine, and closes it after `work`. Rejects where it is none, or breaks off. */
export async function withPpm<T>(path: string, work: (file: PpmFile) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r')
  try {
    const start = Buffer.alloc(HEADER_BYTES)
    const { bytesRead } = await handle.read(start, 0, HEADER_BYTES, 0)
    const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(start.toString('latin1', 0, bytesRead))
    if (header === null) throw new Error('Not a PPM of 8 bits a channel')
    const [width, height] = [Number(header[1]), Number(header[2])]
    return await work({ width, height, rows: async (from, count) => await readBytes(handle, header[0].length + from * width * 3, count * width * 3) })
  } finally {
    await handle.close()
  }
}

async function readBytes(handle: FileHandle, from: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, from + filled)
    if (bytesRead === 0) throw new Error('The PPM breaks off')
    filled += bytesRead
  }
  return bytes
}
