import { AppError } from '../../contract/errors/AppError.ts'
import { imageFileMegabytes } from '../../contract/limits.ts'

/** Millions of pixels of one picture: above a 108-megapixel phone camera, and at most 360 MB once decoded. */
export const LIMIT_MEGAPIXELS = 120

/** Pixels along the longer side: what the engine takes. Above the longest screenshots people make. */
const LIMIT_SIDE = 32768

/** Throws `IMAGE_FILE_TOO_BIG`. */
export function checkFileSize(bytes: number, name: string): void {
  const megabytes = Math.ceil(bytes / 1e6)
  if (megabytes > imageFileMegabytes) throw new AppError('IMAGE_FILE_TOO_BIG', { name, megabytes, limitMegabytes: imageFileMegabytes })
}

/** Throws `IMAGE_TOO_MANY_PIXELS` or `IMAGE_TOO_LONG`. To be called with the header's figures, before anything is decoded. */
export function checkPixels(width: number, height: number, name: string): void {
  if (Math.max(width, height) > LIMIT_SIDE) throw new AppError('IMAGE_TOO_LONG', { name, width, height, limit: LIMIT_SIDE })
  if (width * height > LIMIT_MEGAPIXELS * 1e6) throw new AppError('IMAGE_TOO_MANY_PIXELS', { name, width, height, limitMegapixels: LIMIT_MEGAPIXELS })
}
