import type { ImageRef } from '../../contract/domains/image.ts'
import { pictureKey } from '../images/pictureSource.ts'
import type { DocumentParts } from './openDocument.ts'
import { openDocument } from './openDocument.ts'
import { pagePicture } from './pagePicture.ts'

/** A file that came as bytes, as the person knows it. */
export interface GivenFile {
  readonly bytes: Uint8Array
  readonly name: string
}

/** The least of `ImageService` that a page needs. */
interface PictureStore {
  add(bytes: Uint8Array, name: string): Promise<ImageRef>
}

/** A page in the image store, and how many pages its file has. */
export interface StoredPage {
  readonly picture: ImageRef
  readonly pages: number
}

/**
 * Stores page `number` (from 1) of a file as a picture. Of a PDF nothing but that page is kept. Rejects like `openDocument`, `pagePicture`
 * and `ImageService.add`.
 */
export async function storePage(file: GivenFile, number: number, parts: DocumentParts & { readonly images: PictureStore }, signal?: AbortSignal): Promise<StoredPage> {
  const document = await openDocument(file, parts, signal)
  try {
    const { source } = await document.page(number, signal)
    // What a chat shows of a file is stored as it is, so that the engine knows it by the same key.
    const bytes = source.key === pictureKey(document.sha256) ? file.bytes : (await pagePicture(document, number, signal)).bytes
    return { picture: await parts.images.add(bytes, file.name), pages: document.pages }
  } finally {
    // The page is stored, however the document is closed.
    await document.dispose().catch(() => undefined)
  }
}
