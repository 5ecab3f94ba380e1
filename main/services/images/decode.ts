import sharp from 'sharp'
import type { Sharp, SharpOptions } from 'sharp'
import { AppError } from '../../contract/errors/AppError.ts'
import { bmpSize, decodeBmp } from './decodeBmp.ts'
import { heifAsTiff } from './heif/heifAsTiff.ts'
import { heifSize } from './heif/readHeif.ts'
import { checkPixels } from './limits.ts'
import type { ImageFormat } from './recognise.ts'
import { whyDamaged } from './whyDamaged.ts'

/**
 * Part of every cache key made from decoded pixels; to be raised whenever the same file decodes to other pixels
 * (another rule here, a libvips that rounds differently).
 */
export const DECODE_VERSION = 2

/** A drawing without pixels of its own is rendered so large that the longer side has this many. */
const SVG_SIDE = 1344

/** What the header says. Pixels as they are shown, i.e. after EXIF rotation. */
export interface ImageHeader {
  readonly width: number
  readonly height: number
}

/** Pictures are decoded one after the other and never twice in a row: a cache of decoded tiles only holds memory. */
sharp.cache(false)

/**
 * Reads the header alone, of the picture at `page` (from 0) where a file holds several. Rejects `IMAGE_DAMAGED`,
 * `IMAGE_TOO_MANY_PIXELS`, `IMAGE_TOO_LONG`; of HEIF also like `heifSize`, where `signal` ends it.
 */
export async function readHeader(bytes: Uint8Array, format: ImageFormat, name: string, page = 0, signal?: AbortSignal): Promise<ImageHeader> {
  const size = await damageAside({ bytes, format, name }, async () => {
    if (format === 'bmp') return bmpSize(bytes)
    if (format === 'heic') return await heifSize(bytes, name, signal)
    const density = format === 'svg' ? await svgDensity(bytes) : undefined
    const { autoOrient } = await sharp(bytes, { limitInputPixels: false, page, ...(density === undefined ? {} : { density }) }).metadata()
    return { width: autoOrient.width, height: autoOrient.height }
  })
  checkPixels(size.width, size.height, name)
  return size
}

/** How many pictures a TIFF file holds. Rejects `IMAGE_DAMAGED`. */
export async function countPages(bytes: Uint8Array, name: string): Promise<number> {
  return await damageAside({ bytes, format: 'tiff', name }, async () => (await sharp(bytes, { limitInputPixels: false }).metadata()).pages ?? 1)
}

/**
 * The picture upright, in 8-bit sRGB, on white, ready for an output of sharp. A file that breaks off or contradicts
 * itself fails instead of coming out half grey: run the output through `damageAside`. `page`: as for `readHeader`.
 */
export async function openPixels(bytes: Uint8Array, format: ImageFormat, name: string, page = 0): Promise<Sharp> {
  return (await openDecoder(bytes, format, name, page)).autoOrient().toColourspace('srgb').flatten({ background: '#ffffff' })
}

/** Runs decoding work on a file; what the decoder complains about becomes `IMAGE_DAMAGED`. */
export async function damageAside<T>(file: { readonly bytes: Uint8Array; readonly format: ImageFormat; readonly name: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) throw error
    if (!(error instanceof Error) || 'syscall' in error) throw error
    throw new AppError('IMAGE_DAMAGED', { name: file.name, detail: whyDamaged(file.bytes, file.format, error.message) }, { cause: error })
  }
}

async function openDecoder(bytes: Uint8Array, format: ImageFormat, name: string, page: number): Promise<Sharp> {
  // The pixel limit was checked against the header, with a message that names it.
  const options: SharpOptions = { failOn: 'error', limitInputPixels: false, sequentialRead: true, page }
  if (format === 'bmp') {
    const { data, width, height } = decodeBmp(bytes, name)
    return sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: false })
  }
  if (format === 'heic') return sharp(await heifAsTiff(bytes, name), options)
  // [Note: Drawings load nothing] librsvg resolves references against the place of the file and reads none that lies
  // elsewhere. Given bytes it knows no place and reads no file at all, so a drawing is never opened by its path.
  if (format === 'svg') return sharp(bytes, { ...options, density: await svgDensity(bytes) })
  return sharp(bytes, options)
}

/**
 * Dots per inch at which the longer side has `SVG_SIDE` pixels; a drawing that is larger is scaled down to it. What is measured in
 * pixels grows with the figure, what is measured in millimetres or points with its square: it scales the drawing and the unit.
 */
async function svgDensity(bytes: Uint8Array): Promise<number> {
  const side = async (density: number) => {
    const { width, height } = await sharp(bytes, { limitInputPixels: false, density }).metadata()
    return Math.max(width, height)
  }
  const plain = await side(72)
  const factor = SVG_SIDE / plain
  // At four times the figure it is four times or sixteen times as large.
  const density = 72 * ((await side(288)) > plain * 8 ? Math.sqrt(factor) : factor)
  return Math.min(100_000, Math.max(1, density))
}
