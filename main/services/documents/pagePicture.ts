import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import type { OpenDocument } from '../extraction/ports.ts'
import type { RgbPixels } from '../images/PixelFiles.ts'

/** Longer side in pixels, as of the pictures of a chat. */
const MOST_SIDE = 4096

/** A page as a file for a screen. */
export interface PagePicture {
  readonly bytes: Uint8Array
  readonly mime: 'image/png'
  readonly width: number
  readonly height: number
}

/**
 * Page `number` (from 1) as the model is shown it, at most 4096 pixels a side. PNG, which keeps print as sharp as it is.
 * Rejects like `OpenDocument.page` and `PictureSource.prepare`.
 */
export async function pagePicture(document: OpenDocument, number: number, signal?: AbortSignal): Promise<PagePicture> {
  const page = await document.page(number, signal)
  const file = await page.source.prepare()
  try {
    const { width, height, data: pixels } = readPpm(await readFile(file.path))
    const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 }, limitInputPixels: false })
      .resize({ width: MOST_SIDE, height: MOST_SIDE, fit: 'inside', withoutEnlargement: true })
      .png({ compressionLevel: 3 })
      .toBuffer({ resolveWithObject: true })
    return { bytes: data, mime: 'image/png', width: info.width, height: info.height }
  } finally {
    await file.dispose()
  }
}

/** What `PixelFiles` writes. */
function readPpm(file: Buffer): RgbPixels {
  const [header = '', width, height] = /^P6\n(\d+) (\d+)\n255\n/.exec(file.toString('latin1', 0, 40)) ?? []
  if (header === '') throw new Error('not a PPM file of ours')
  return { width: Number(width), height: Number(height), data: file.subarray(header.length) }
}
