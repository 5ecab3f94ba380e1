import type { ImageRef } from '../contract/domains/image.ts'
import type { Database } from './Database.ts'

type ImageRow = Pick<ImageRef, 'id' | 'name' | 'format' | 'width' | 'height' | 'bytes'>

/** The table of stored pictures; the bytes lie in the image store. */
export class ImageTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  find(id: string): ImageRef | null {
    const row = this.#db.get<ImageRow>('SELECT id, name, format, width, height, bytes FROM images WHERE id = :id', { id })
    return row === undefined ? null : { ...row }
  }

  /** Adds a picture, or notes that it was added once more (perhaps under another name). */
  add(image: ImageRef, now: number): void {
    this.#db.run(
      `INSERT INTO images (id, name, format, width, height, bytes, used_at)
       VALUES (:id, :name, :format, :width, :height, :bytes, :now)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, format = excluded.format, width = excluded.width,
       height = excluded.height, used_at = excluded.used_at`,
      { ...image, now },
    )
  }

  /** Notes that a stored picture is a page of a document (SHA-256 of its bytes). */
  addPage(document: string, id: string): void {
    this.#db.run('INSERT OR IGNORE INTO page_pictures (document, image_id) VALUES (:document, :id)', { document, id })
  }

  /** Forgets the pages of documents, but for those that a message shows; `forget` deletes their files. Returns their ids. */
  removePages(documents: readonly string[], forget: (id: string) => void): string[] {
    return this.#db.transaction(() => {
      const pages = this.#db.all<{ id: string }>(
        `DELETE FROM images WHERE id IN (SELECT image_id FROM page_pictures WHERE document IN (SELECT value FROM json_each(:documents)))
         AND NOT EXISTS (SELECT 1 FROM message_images WHERE image_id = images.id) RETURNING id`,
        { documents: JSON.stringify(documents) },
      )
      for (const { id } of pages) forget(id)
      return pages.map(({ id }) => id)
    })
  }

  /**
   * Forgets pictures no message shows and nobody added since `before`; `forget` deletes their files. The write lock is
   * held meanwhile, so that no other process can start using one of them. Returns their ids.
   */
  removeUnused(before: number, forget: (id: string) => void): string[] {
    return this.#db.transaction(() => {
      const unused = this.#db.all<{ id: string }>(
        `DELETE FROM images WHERE used_at < :before
         AND NOT EXISTS (SELECT 1 FROM message_images WHERE image_id = images.id) RETURNING id`,
        { before },
      )
      for (const { id } of unused) forget(id)
      return unused.map(({ id }) => id)
    })
  }
}
