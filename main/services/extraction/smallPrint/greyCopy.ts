import sharp from 'sharp'
import { withPpm } from '../../images/withPpm.ts'

/**
 * Pixels along the longer side of the copy on which print is measured. Print that twelve crops can make legible is 13 pixels
 * high or more on it, high enough to be measured; a copy of twice the size would take four times as long.
 */
const LONGEST = 2000

/** Brightness of a page, on a copy of bounded size. */
export interface GreyCopy {
  readonly width: number
  readonly height: number
  /** Row by row, 0 black to 255 white. */
  readonly data: Uint8Array
  /** Pixels of the page for one pixel of the copy, at least 1. */
  readonly scale: number
}

/** The copy of a prepared page (PPM). Rejects where the file is none. */
export async function greyCopy(path: string): Promise<GreyCopy> {
  return await withPpm(path, async (file) => {
    const { width, height } = file
    const scale = Math.max(1, Math.max(width, height) / LONGEST)
    const pixels = sharp(await file.rows(0, height), { raw: { width, height, channels: 3 }, limitInputPixels: false }).greyscale()
    if (scale > 1) pixels.resize({ width: LONGEST, height: LONGEST, fit: 'inside', kernel: 'linear' })
    const { data, info } = await pixels.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    if (info.channels !== 1) throw new Error(`Made grey in ${info.channels} channels`)
    return { width: info.width, height: info.height, data, scale }
  })
}
