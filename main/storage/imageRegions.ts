import type { ImageRef, ImageRegion } from '../contract/domains/image.ts'
import type { Database } from './Database.ts'

/** The columns of `SOURCE_COLUMNS`; null throughout for a picture that is no part of another. */
export interface RegionColumns {
  readonly source_id: string | null
  readonly source_name: string | null
  readonly source_width: number | null
  readonly source_height: number | null
  readonly region_x: number | null
  readonly region_y: number | null
  readonly region_width: number | null
  readonly region_height: number | null
}

/** What is to be selected of the picture joined as `source`. */
export const SOURCE_COLUMNS = 'source.id AS source_id, source.name AS source_name, source.width AS source_width, source.height AS source_height'

/** A picture with its place, where it has one, from a row that has both. */
export function withRegion(row: Omit<ImageRef, 'region'> & RegionColumns): ImageRef {
  const { source_id: id, source_name: name, source_width: sourceWidth, source_height: sourceHeight, region_x: x, region_y: y, region_width: width, region_height: height, ...image } = row
  if (id === null || name === null || sourceWidth === null || sourceHeight === null || x === null || y === null || width === null || height === null) return image
  return { ...image, region: { source: { id, name, width: sourceWidth, height: sourceHeight }, x, y, width, height } }
}

/** Notes in the row of a message's picture where it was cut out. */
export function keepMessageRegion(db: Database, message: string, position: number, { source, x, y, width, height }: ImageRegion): void {
  db.run(
    `UPDATE message_images SET source_id = :source, region_x = :x, region_y = :y, region_width = :width, region_height = :height
     WHERE message_id = :message AND position = :position`,
    { message, position, source: source.id, x, y, width, height },
  )
}
