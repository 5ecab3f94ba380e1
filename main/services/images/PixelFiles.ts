import { randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeError } from '../../platform/fileErrors.ts'
import { damageAside, openPixels } from './decode.ts'
import type { ImageFormat } from './recognise.ts'

/** A decoded picture on disk, until it is given back. */
export interface PixelFile {
  readonly path: string
  dispose(): Promise<void>
}

/** Makes the files through which pixels reach the engine, in a folder of this process. */
export class PixelFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Writes a binary PPM (P6, https://netpbm.sourceforge.net/doc/ppm.html) of full resolution: 8-bit RGB, upright, sRGB,
   * on white. Rejects `IMAGE_DAMAGED`, `IMAGE_TOO_MANY_PIXELS`, `IMAGE_TOO_LONG`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`.
   */
  async write(bytes: Uint8Array, format: ImageFormat, name: string): Promise<PixelFile> {
    const { data, info } = await damageAside(name, async () => {
      const pixels = await openPixels(bytes, format, name)
      return await pixels.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    })
    if (info.channels !== 3) throw new Error(`Decoded to ${info.channels} channels`)
    const path = join(this.#folder, `${randomUUID()}.ppm`)
    // Whoever used it has its result by now: a file that cannot go (Windows, while a scanner holds it) goes with the folder.
    const dispose = () => rm(path, { force: true }).catch(() => undefined)
    try {
      await mkdir(this.#folder, { recursive: true })
      await writeParts(path, [Buffer.from(`P6\n${info.width} ${info.height}\n255\n`, 'ascii'), data])
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
