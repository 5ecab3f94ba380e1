import sharp from 'sharp'
import type { OpenDocument } from '../extraction/ports.ts'
import { withPpm } from '../images/withPpm.ts'

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
    const { width, height, pixels } = await withPpm(file.path, async (ppm) => ({ width: ppm.width, height: ppm.height, pixels: await ppm.rows(0, ppm.height) }))
    const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 }, limitInputPixels: false })
      .resize({ width: MOST_SIDE, height: MOST_SIDE, fit: 'inside', withoutEnlargement: true })
      .png({ compressionLevel: 3 })
      .toBuffer({ resolveWithObject: true })
    return { bytes: data, mime: 'image/png', width: info.width, height: info.height }
  } finally {
    await file.dispose()
  }
}
