import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import type { AddedImage } from '../../contract/domains/image.ts'
import type { OpenedPages } from '../../contract/domains/pages.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { untilAborted } from '../../platform/untilAborted.ts'
import type { OpenDocument } from '../extraction/ports.ts'
import type { ImageService } from '../images/ImageService.ts'
import { pictureKey } from '../images/pictureSource.ts'
import { withPpm } from '../images/withPpm.ts'
import { openDocument } from './openDocument.ts'
import type { DocumentParts } from './openDocument.ts'
import { pagePicture } from './pagePicture.ts'
import type { GivenFile } from './storePage.ts'

/** Longer side of a preview in pixels. */
const PREVIEW_SIDE = 320

interface Choice {
  readonly file: GivenFile
  readonly document: OpenDocument
}

/** Files given to a chat whose pages a person chooses among. Each is open as long as somebody reads the stream of `open`. */
export class PageChoices {
  readonly #parts: DocumentParts & { readonly images: Pick<ImageService, 'add'> }
  readonly #choices = new Map<string, Choice>()

  constructor(parts: DocumentParts & { readonly images: Pick<ImageService, 'add'> }) {
    this.#parts = parts
  }

  /** Yields once, and keeps the file until it is aborted. Nothing is stored. Rejects like `openDocument`. */
  async *open(file: GivenFile, signal: AbortSignal): AsyncGenerator<OpenedPages, void, undefined> {
    const document = await openDocument(file, this.#parts, signal)
    const id = randomUUID()
    this.#choices.set(id, { file, document })
    try {
      yield { id, pages: document.pages }
      await untilAborted(signal)
    } finally {
      this.#choices.delete(id)
      await document.dispose().catch(() => undefined)
    }
  }

  /** A page small, as WebP. Rejects `DOCUMENT_CLOSED`, and like `OpenDocument.page` and `PictureSource.prepare`. */
  async preview(id: string, page: number, signal: AbortSignal): Promise<Blob> {
    const { source } = await this.#choice(id).document.page(page, signal)
    const file = await source.prepare()
    try {
      const { width, height, pixels } = await withPpm(file.path, async (ppm) => ({ width: ppm.width, height: ppm.height, pixels: await ppm.rows(0, ppm.height) }))
      const small = sharp(pixels, { raw: { width, height, channels: 3 }, limitInputPixels: false }).resize({ width: PREVIEW_SIDE, height: PREVIEW_SIDE, fit: 'inside', withoutEnlargement: true })
      return new Blob([new Uint8Array(await small.webp({ quality: 80, effort: 2 }).toBuffer())], { type: 'image/webp' })
    } finally {
      await file.dispose()
    }
  }

  /** Stores a page as a picture of that name. Rejects like `preview` and `ImageService.add`. */
  async add(id: string, page: number, name: string, signal: AbortSignal): Promise<AddedImage> {
    const { file, document } = this.#choice(id)
    const { source } = await document.page(page, signal)
    // A file of one picture is kept as it is. Of several pages nothing but the chosen one is, so that no other leaves with the chat.
    const asGiven = document.pages === 1 && source.key === pictureKey(document.sha256)
    return await this.#parts.images.add(asGiven ? file.bytes : (await pagePicture(document, page, signal)).bytes, name)
  }

  #choice(id: string): Choice {
    const choice = this.#choices.get(id)
    if (choice === undefined) throw new AppError('DOCUMENT_CLOSED')
    return choice
  }
}
