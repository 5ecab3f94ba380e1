import { createHash } from 'node:crypto'
import { parse } from 'node:path'
import sharp from 'sharp'
import type { Region } from '../../contract/domains/extraction.ts'
import type { ImageRef, ImageRegion } from '../../contract/domains/image.ts'
import type { Store } from '../../storage/Store.ts'
import { damageAside, openPixels } from './decode.ts'
import type { ImageService } from './ImageService.ts'
import { boxOf } from './pixelBox.ts'

/** Characters of a file's name that a crop's name repeats. */
const LONGEST_STEM = 1000

/** Makes parts of stored pictures pictures of their own. */
export class Cropper {
  readonly #images: Pick<ImageService, 'add' | 'get' | 'read'>
  readonly #rows: Pick<Store['images'], 'cutFrom'>
  readonly #now: () => number

  constructor(images: Pick<ImageService, 'add' | 'get' | 'read'>, rows: Pick<Store['images'], 'cutFrom'>, now: () => number) {
    this.#images = images
    this.#rows = rows
    this.#now = now
  }

  /** See `viewApi.crop`. Rejects `IMAGE_GONE`, `IMAGE_DAMAGED`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async crop(id: string, part: Region): Promise<ImageRef> {
    const given = this.#images.get(id)
    const box = boxOf(part, given)
    const [width, height] = [box.right - box.left, box.bottom - box.top]
    if (width === given.width && height === given.height) return given
    const place = await this.#placeOf(given)
    const source = place === null ? given : this.#images.get(place.source.id)
    const region: ImageRegion = {
      source: { id: source.id, name: source.name, width: source.width, height: source.height },
      x: (place?.x ?? 0) + box.left,
      y: (place?.y ?? 0) + box.top,
      width,
      height,
    }
    const { id: cropId } = await this.#images.add(await cut(await this.#images.read(source), source, region), nameOf(source.name))
    this.#rows.cutFrom(cropId, region, this.#now())
    return this.#images.get(cropId)
  }

  /**
   * Where a picture was cut out, if what stands there is that picture: an import says so of pictures whose source left in another
   * form, or says what is not so. The parts of any other are cut out of what the person sees.
   */
  async #placeOf({ id, region }: ImageRef): Promise<ImageRegion | null> {
    if (region === undefined) return null
    const source = this.#images.get(region.source.id)
    const there = await cut(await this.#images.read(source), source, region)
    return createHash('sha256').update(there).digest('hex') === id ? region : null
  }
}

/** As PNG: exactly the pixels that the engine would get of that place, and nothing that the file says besides. */
async function cut(bytes: Uint8Array, { format, name }: ImageRef, { x, y, width, height }: ImageRegion): Promise<Buffer> {
  return await damageAside({ bytes, format, name }, async () => {
    const pixels = await openPixels(bytes, format, name)
    const { data, info } = await pixels.extract({ left: x, top: y, width, height }).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    return await sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels }, limitInputPixels: false }).png().toBuffer()
  })
}

function nameOf(source: string): string {
  return `${parse(source).name.slice(0, LONGEST_STEM)}-part.png`
}
