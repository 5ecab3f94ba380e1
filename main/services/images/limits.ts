import { AppError } from '../../contract/errors/AppError.ts'
import { imageFileMegabytes } from '../../contract/limits.ts'

/** Millions of pixels of one picture: above a 108-megapixel phone camera, and at most 360 MB once decoded. */
export const LIMIT_MEGAPIXELS = 120

/** Throws `IMAGE_FILE_TOO_BIG`. */
export function checkFileSize(bytes: number, name: string): void {
  const megabytes = Math.ceil(bytes / 1e6)
  if (megabytes > imageFileMegabytes) throw new AppError('IMAGE_FILE_TOO_BIG', { name, megabytes, limitMegabytes: imageFileMegabytes })
}

/** Throws `IMAGE_TOO_MANY_PIXELS`. To be called with the header's figures, before anything is decoded. */
export function checkPixels(width: number, height: number, name: string): void {
  if (width * height > LIMIT_MEGAPIXELS * 1e6) throw new AppError('IMAGE_TOO_MANY_PIXELS', { name, width, height, limitMegapixels: LIMIT_MEGAPIXELS })
}
