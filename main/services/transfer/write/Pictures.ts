import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ImageRef } from '../../../contract/domains/image.ts'
import type { ExportedChat, ExportedImage } from '../../../contract/domains/transfer.ts'
import { AppError } from '../../../contract/errors/AppError.ts'
import { systemCode } from '../../../platform/fileErrors.ts'
import type { Store } from '../../../storage/Store.ts'
import { readHeader } from '../../images/decode.ts'
import { withoutMetadata } from '../withoutMetadata.ts'

export interface LeavingPicture {
  readonly image: ExportedImage
  readonly bytes: Uint8Array
}

const endings: Readonly<Partial<Record<ImageRef['format'], string>>> = { jpeg: 'jpg', tiff: 'tif' }

/** The pictures of an export, read one at a time, and under which name each leaves. */
export class Pictures {
  readonly #store: Pick<Store, 'images' | 'files'>
  readonly #originals: boolean
  /** By the id here. */
  readonly #left = new Map<string, ExportedImage>()

  constructor(store: Pick<Store, 'images' | 'files'>, originals: boolean) {
    this.#store = store
    this.#originals = originals
  }

  /** Rejects `IMAGE_GONE`: an export without one of its pictures would be none. */
  async read(id: string): Promise<LeavingPicture> {
    const stored = this.#store.images.find(id)
    if (stored === null) throw new AppError('IMAGE_GONE', { id })
    const given = await readFile(this.#store.files.path(id)).catch((error: unknown) => {
      throw systemCode(error) === 'ENOENT' ? new AppError('IMAGE_GONE', { id }, { cause: error }) : error
    })
    const leaving = this.#originals ? { image: described(stored, id, given.byteLength), bytes: given } : await stripped(given, stored)
    this.#left.set(id, leaving.image)
    return leaving
  }

  /** How a picture that was read left. */
  of(id: string): ExportedImage {
    const image = this.#left.get(id)
    if (image === undefined) throw new Error(`Picture ${id} was not read`)
    return image
  }

  /** Each file once: two pictures that differ in their notes alone become one. */
  get images(): ExportedImage[] {
    return [...new Map([...this.#left.values()].map((image) => [image.id, image])).values()]
  }
}

/** The ids of all pictures that these chats show, each once, in their order. */
export function picturesShown(chats: Iterable<ExportedChat>): Set<string> {
  const ids = new Set<string>()
  for (const { messages } of chats) for (const { images } of messages) for (const { id } of images) ids.add(id)
  return ids
}

/** Those that they show, and those of which they show a part. */
export function picturesIn(chats: Iterable<ExportedChat>): Set<string> {
  const ids = new Set<string>()
  for (const { messages } of chats) {
    for (const { images } of messages) {
      for (const { id, region } of images) {
        if (region !== undefined) ids.add(region.source.id)
        ids.add(id)
      }
    }
  }
  return ids
}

async function stripped(given: Uint8Array, stored: ImageRef): Promise<LeavingPicture> {
  const { bytes, format } = await withoutMetadata(given, stored.format, stored.name)
  const size = await readHeader(bytes, format, stored.name)
  return { image: described({ ...size, format }, createHash('sha256').update(bytes).digest('hex'), bytes.byteLength), bytes }
}

function described({ format, width, height }: Pick<ImageRef, 'format' | 'width' | 'height'>, id: string, bytes: number): ExportedImage {
  return { id, file: `images/${id}.${endings[format] ?? format}`, format, width, height, bytes }
}
