import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeError } from '../../platform/fileErrors.ts'
import type { Logger } from '../../platform/log.ts'
import type { DataPaths } from '../../platform/paths.ts'
import type { Store } from '../../storage/Store.ts'
import { damageAside, openPixels } from './decode.ts'
import type { ImageFormat } from './recognise.ts'

/** A decoded picture on disk, until it is given back. */
export interface PixelFile {
  readonly path: string
  dispose(): Promise<void>
}

/** A decoded picture in memory: 8-bit RGB, three bytes a pixel, rows from the top without padding. */
export interface RgbPixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Makes the files through which pixels reach the engine, in a folder of this process. */
export class PixelFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * The folder of this process among those of the data folder. Deletes what processes left there that were killed: whoever comes next
   * does so, be it the app or a command, since nobody knows which will.
   */
  static async ofProcess({ pixels }: Pick<DataPaths, 'pixels'>, { lock }: Pick<Store, 'lock'>, logger: Logger): Promise<PixelFiles> {
    for (const token of await readdir(pixels).catch(() => [])) {
      if (lock.isAlive(token)) continue
      await rm(join(pixels, token), { recursive: true, force: true }).catch((error: unknown) => logger.warn('Old pixels could not be deleted', { error }))
    }
    return new PixelFiles(join(pixels, lock.token))
  }

  /**
   * Writes a binary PPM (P6, https://netpbm.sourceforge.net/doc/ppm.html) of full resolution: 8-bit RGB, upright, sRGB,
   * on white. `page` (from 0): which picture of a file that holds several. Rejects `IMAGE_DAMAGED`, `IMAGE_TOO_MANY_PIXELS`, `IMAGE_TOO_LONG`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`.
   */
  async write(bytes: Uint8Array, format: ImageFormat, name: string, page = 0): Promise<PixelFile> {
    const { data, info } = await damageAside({ bytes, format, name }, async () => {
      const pixels = await openPixels(bytes, format, name, page)
      return await pixels.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    })
    if (info.channels !== 3) throw new Error(`Decoded to ${info.channels} channels`)
    return await this.writeRgb({ width: info.width, height: info.height, data })
  }

  /** Writes pixels that are decoded already as the same kind of file. Rejects `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async writeRgb({ width, height, data }: RgbPixels): Promise<PixelFile> {
    if (data.byteLength !== width * height * 3) throw new Error(`${data.byteLength} bytes are not ${width} x ${height} pixels`)
    const path = join(this.#folder, `${randomUUID()}.ppm`)
    // Whoever used it has its result by now: a file that cannot go (Windows, while a scanner holds it) goes with the folder.
    const dispose = () => rm(path, { force: true }).catch(() => undefined)
    try {
      await mkdir(this.#folder, { recursive: true })
      await writeParts(path, [Buffer.from(`P6\n${width} ${height}\n255\n`, 'ascii'), data])
    } catch (error) {
      await dispose()
      throw writeError(error, this.#folder)
    }
    return { path, dispose }
  }

  /** Deletes the folder and what is left in it. */
  async dispose(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}

async function writeParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx')
  try {
    for (const part of parts) await file.writeFile(part)
  } finally {
    await file.close()
  }
}
