import sharp from 'sharp'
import { withPpm } from '../images/withPpm.ts'
import { resizeBicubic } from './resizeBicubic.ts'
import type { TileLayout } from './tiles.ts'

/** The canvas that LLaVA-1.6 cuts into tiles, as PNG: the prepared picture (PPM) resized to fit, in the middle of black. */
export async function drawTiles(path: string, { canvas, fitted }: TileLayout): Promise<Buffer> {
  const pixels = await withPpm(path, async (file) => await resizeBicubic(file, fitted))
  const [left, top] = [Math.floor((canvas.width - fitted.width) / 2), Math.floor((canvas.height - fitted.height) / 2)]
  return await sharp(pixels, { raw: { ...fitted, channels: 3 } })
    .extend({ left, top, right: canvas.width - fitted.width - left, bottom: canvas.height - fitted.height - top, background: '#000000' })
    .png()
    .toBuffer()
}
