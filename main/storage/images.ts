import type { ImageRef, ImageRegion } from '../contract/domains/image.ts'
import type { Database } from './Database.ts'
import { SOURCE_COLUMNS, withRegion } from './imageRegions.ts'
import type { RegionColumns } from './imageRegions.ts'

/** A picture that no message shows is kept for this long after it was last added, in milliseconds. */
export const KEPT_UNSHOWN = 24 * 60 * 60 * 1000

type ImageRow = Pick<ImageRef, 'id' | 'name' | 'format' | 'width' | 'height' | 'bytes'> & RegionColumns

/** Of a row of `images`: no message shows a part of it. */
export const NO_SOURCE = 'NOT EXISTS (SELECT 1 FROM message_images WHERE source_id = images.id)'

/** The table of stored pictures; the bytes lie in the image store. */
export class ImageTable {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  find(id: string): ImageRef | null {
    const row = this.#db.get<ImageRow>(
      `SELECT i.id, i.name, i.format, i.width, i.height, i.bytes, ${SOURCE_COLUMNS}, r.x AS region_x, r.y AS region_y, r.width AS region_width, r.height AS region_height
       FROM images i LEFT JOIN image_regions r ON r.image_id = i.id LEFT JOIN images source ON source.id = r.source_id WHERE i.id = :id`,
      { id },
    )
    return row === undefined ? null : withRegion(row)
  }

  /**
   * Notes where a picture was cut out; of several places with the same pixels the last one counts. The source counts as added once
   * more, so that it is not tidied away before the question is asked.
   */
  cutFrom(id: string, { source, x, y, width, height }: ImageRegion, now: number): void {
    this.#db.transaction(() => {
      this.#db.run('INSERT OR REPLACE INTO image_regions (image_id, source_id, x, y, width, height) VALUES (:id, :source, :x, :y, :width, :height)', { id, source: source.id, x, y, width, height })
      this.#db.run('UPDATE images SET used_at = :now WHERE id = :source', { source: source.id, now })
    })
  }

  /**
   * Adds a picture, or notes that it was added once more (perhaps under another name, and no longer as a part of another). `document`: SHA-256 of the bytes of the
   * document it is a page of; null where somebody gave the picture itself. Noted in one step, so that nobody who deletes the pages
   * of another document falls in between.
   */
  add(image: ImageRef, now: number, document: string | null = null): void {
    this.#db.transaction(() => {
      this.#db.run(
        `INSERT INTO images (id, name, format, width, height, bytes, used_at, given_at)
         VALUES (:id, :name, :format, :width, :height, :bytes, :now, :givenAt)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, format = excluded.format, width = excluded.width,
         height = excluded.height, used_at = excluded.used_at, given_at = coalesce(excluded.given_at, given_at)`,
        { id: image.id, name: image.name, format: image.format, width: image.width, height: image.height, bytes: image.bytes, now, givenAt: document === null ? now : null },
      )
      if (document === null) this.#db.run('DELETE FROM image_regions WHERE image_id = :id', { id: image.id })
      else this.#db.run('INSERT OR IGNORE INTO page_pictures (document, image_id) VALUES (:document, :id)', { document, id: image.id })
    })
  }

  /**
   * Forgets the pages of documents, but for those that a message shows, that are pages of other documents too, or that somebody gave
   * since `before`: these are no pages of these documents any more. `forget` deletes the files of the others. Returns their ids.
   */
  removePages(documents: readonly string[], before: number, forget: (id: string) => void): string[] {
    return this.#db.transaction(() => {
      const gone = { documents: JSON.stringify(documents) }
      const pages = this.#db.all<{ id: string }>(
        `DELETE FROM images WHERE id IN (SELECT image_id FROM page_pictures WHERE document IN (SELECT value FROM json_each(:documents)))
         AND NOT EXISTS (SELECT 1 FROM message_images WHERE image_id = images.id) AND ${NO_SOURCE}
         AND NOT EXISTS (SELECT 1 FROM page_pictures WHERE image_id = images.id AND document NOT IN (SELECT value FROM json_each(:documents)))
         AND (given_at IS NULL OR given_at < :before) RETURNING id`,
        { ...gone, before },
      )
      this.#db.run('DELETE FROM page_pictures WHERE document IN (SELECT value FROM json_each(:documents))', gone)
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
         AND NOT EXISTS (SELECT 1 FROM message_images WHERE image_id = images.id) AND ${NO_SOURCE} RETURNING id`,
        { before },
      )
      for (const { id } of unused) forget(id)
      return unused.map(({ id }) => id)
    })
  }
}
