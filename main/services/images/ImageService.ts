import { existsSync } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { AddedImage, ImageRef, ImageVariant } from '../../contract/domains/image.ts'
import { imageVariants, sha256 } from '../../contract/domains/image.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { atomicWrite } from '../../platform/atomicWrite.ts'
import { deleteError, systemCode } from '../../platform/fileErrors.ts'
import { unreachable } from '../../platform/unreachable.ts'
import { KEPT_UNSHOWN } from '../../storage/images.ts'
import type { Store } from '../../storage/Store.ts'
import { sweepFiles } from '../../storage/sweepFiles.ts'
import { DECODE_VERSION, damageAside, openPixels, readHeader } from './decode.ts'
import { countFrames } from './countFrames.ts'
import { checkFileSize } from './limits.ts'
import { pictureSource } from './pictureSource.ts'
import type { PictureSource } from './pictureSource.ts'
import type { PixelFiles } from './PixelFiles.ts'
import { recognise } from './recognise.ts'
import type { ImageFormat } from './recognise.ts'

/** A view can always be made again; the hour is for the process that is writing one now. */
const HOUR = 60 * 60 * 1000

/** Longer side in pixels, and what the file is. */
const VARIANTS = {
  thumbnail: { side: 320, extension: 'webp', mime: 'image/webp' },
  // JPEG: a WebP of this size takes more than a second to make.
  full: { side: 4096, extension: 'jpg', mime: 'image/jpeg' },
} as const satisfies Record<ImageVariant, object>

/** Stores pictures, and makes from them what the screen and the engine need. */
export class ImageService {
  readonly #store: Pick<Store, 'files' | 'images'>
  readonly #derived: string
  readonly #pixels: PixelFiles
  readonly #now: () => number

  constructor(store: Pick<Store, 'files' | 'images'>, derived: string, pixels: PixelFiles, now: () => number = Date.now) {
    this.#store = store
    this.#derived = derived
    this.#pixels = pixels
    this.#now = now
  }

  /** Checks (down to the last pixel), stores and describes a picture. Rejects every `IMAGE_*` code, `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async add(bytes: Uint8Array, name: string): Promise<AddedImage> {
    return await this.#add(bytes, name, null)
  }

  async #add(bytes: Uint8Array, name: string, document: string | null): Promise<AddedImage> {
    checkFileSize(bytes.byteLength, name)
    const format = await recognise(bytes, name)
    const header = await readHeader(bytes, format, name)
    // Made before the picture is stored: it decodes every pixel, so a damaged file is refused here and never stored.
    const thumbnail = await render(bytes, format, name, 'thumbnail')
    const image = { id: this.#store.files.idOf(bytes), name, format, ...header, bytes: bytes.byteLength }
    // The row first: from then on another process that tidies up leaves a file alone that is here already.
    this.#store.images.add(image, this.#now(), document)
    await this.#store.files.put(bytes, image.id)
    await atomicWrite(this.#derivedPath(image.id, 'thumbnail'), thumbnail)
    return { ...image, frames: await countFrames(bytes, format) }
  }

  /** A stored picture. Throws `IMAGE_GONE`. */
  get(id: string): ImageRef {
    const image = sha256.safeParse(id).success ? this.#store.images.find(id) : null
    if (image === null) throw new AppError('IMAGE_GONE', { id: id.slice(0, 64) })
    return image
  }

  /** A file to serve to a page; `id` may be anything a stranger sends. Rejects `IMAGE_GONE`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async variant(id: string, variant: ImageVariant): Promise<{ path: string; mime: string }> {
    const image = this.get(id)
    const path = this.#derivedPath(image.id, variant)
    const found = await stat(path).catch(() => null)
    if (found === null) await atomicWrite(path, await render(await this.read(image), image.format, image.name, variant))
    return { path, mime: VARIANTS[variant].mime }
  }

  /** A stored picture for a prompt. Throws `IMAGE_GONE`; its `prepare` rejects like `add`. */
  source(id: string): PictureSource {
    const image = this.get(id)
    return pictureSource(id, image.name, async () => await this.#pixels.write(await this.read(image), image.format, image.name))
  }

  /** Stores a page of a document (SHA-256 of its bytes) like `add`; it goes with `forgetPages`, unless it was given by itself too. */
  async addPage(bytes: Uint8Array, name: string, document: string): Promise<AddedImage> {
    return await this.#add(bytes, name, document)
  }

  /**
   * Deletes the pages of documents and their views, but for those that a message shows, that other documents have too, or that were added
   * by themselves within a day. Rejects `FOLDER_NOT_WRITABLE`, `FILE_UNREADABLE`; where only views could not be deleted, after the rest
   * was: a later start deletes them.
   */
  async forgetPages(documents: readonly string[]): Promise<void> {
    const pages = this.#store.images.removePages(documents, this.#now() - KEPT_UNSHOWN, (id) => this.#store.files.remove(id))
    const views = pages.flatMap((id) => imageVariants.map((variant) => this.#derivedPath(id, variant)))
    const failures: unknown[] = []
    for (const path of views) await rm(path, { force: true }).catch((error: unknown) => failures.push(deleteError(error, path)))
    if (failures.length > 0) throw failures[0]
  }

  /** Deletes views of pictures that are gone, views an older version made, and what a kill left half written. */
  tidyUp(): void {
    const isKnown = (name: string) => {
      const id = name.slice(0, 64)
      return imageVariants.some((variant) => name === derivedName(id, variant)) && this.#store.images.find(id) !== null
    }
    if (existsSync(this.#derived)) sweepFiles(this.#derived, isKnown, this.#now() - HOUR)
  }

  /** The bytes of a stored picture as they were given. Rejects `IMAGE_GONE`. */
  async read(image: Pick<ImageRef, 'id'>): Promise<Uint8Array> {
    try {
      return await readFile(this.#store.files.path(image.id))
    } catch (error) {
      if (systemCode(error) === 'ENOENT') throw new AppError('IMAGE_GONE', { id: image.id }, { cause: error })
      throw error
    }
  }

  #derivedPath(id: string, variant: ImageVariant): string {
    return join(this.#derived, id.slice(0, 2), derivedName(id, variant))
  }
}

function derivedName(id: string, variant: ImageVariant): string {
  return `${id}-${variant}-v${DECODE_VERSION}.${VARIANTS[variant].extension}`
}

async function render(bytes: Uint8Array, format: ImageFormat, name: string, variant: ImageVariant): Promise<Buffer> {
  return await damageAside({ bytes, format, name }, async () => {
    const { side } = VARIANTS[variant]
    const pixels = (await openPixels(bytes, format, name)).resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    switch (variant) {
      case 'thumbnail':
        return await pixels.webp({ quality: 80, effort: 2 }).toBuffer()
      case 'full':
        return await pixels.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer()
      default:
        return unreachable(variant)
    }
  })
}
