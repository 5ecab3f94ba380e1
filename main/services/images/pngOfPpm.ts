import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { readError } from '../../platform/fileErrors.ts'

/**
 * A PPM that the engine wrote, as PNG with the same pixels. Rejects where it cannot be read. (libvips in sharp's package reads no PPM;
 * this one comes from the engine, so its header is plain.)
 */
export async function pngOfPpm(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw readError(error, path)
  })
  const header = /^P6\s(\d+)\s(\d+)\s255\s/.exec(bytes.subarray(0, 64).toString('latin1'))
  if (header === null) throw new Error('The engine wrote no P6 file')
  const raw = { width: Number(header[1]), height: Number(header[2]), channels: 3 as const }
  return await sharp(bytes.subarray(header[0].length), { raw, limitInputPixels: false }).png().toBuffer()
}
