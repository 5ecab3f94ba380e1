import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ModelInfo } from '../../contract/domains/model.ts'
import type { PicturePrint, SeenPicture } from '../../contract/view.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import { greyCopy } from '../extraction/smallPrint/greyCopy.ts'
import { LEAST_OWN_HEIGHT, legibleHeight } from '../extraction/smallPrint/legible.ts'
import { measurePrint } from '../extraction/smallPrint/measurePrint.ts'
import type { ImageService } from '../images/ImageService.ts'
import { pngOfPpm } from '../images/pngOfPpm.ts'
import { drawTiles } from './drawTiles.ts'
import { scaleOf, sightOf, USUAL_SIGHT } from './sight.ts'
import type { Sight } from './sight.ts'
import { layTiles } from './tiles.ts'
import type { Size } from './tiles.ts'

/** Heights are a number each; of so many pictures they are kept. */
const HEIGHTS = 500

/** What the model sees of stored pictures, and whether their print is large enough for it. */
export class PictureViews {
  readonly #engine: Pick<Engine, 'ready' | 'see' | 'status'>
  readonly #images: Pick<ImageService, 'get' | 'source'>
  /** Height of the fine print by picture; null: no print. */
  readonly #heights = new Map<string, Promise<number | null>>()
  #sight: Sight | null = USUAL_SIGHT
  /** Whose sight that is. */
  #model: ModelInfo | null = null
  /** One picture is measured at a time: decoded, a large one takes hundreds of megabytes. */
  #line: Promise<unknown> = Promise.resolve()

  constructor(engine: Pick<Engine, 'ready' | 'see' | 'status'>, images: Pick<ImageService, 'get' | 'source'>) {
    this.#engine = engine
    this.#images = images
  }

  /** See `viewApi.seen`: the engine itself prepares the picture, as it does for a question. */
  async seen(id: string, signal?: AbortSignal): Promise<SeenPicture> {
    const source = this.#images.source(id)
    const info = await this.#engine.ready(signal)
    const pixels = await source.prepare()
    // Beside the pixels, in the folder of this process: whatever a kill leaves goes with it.
    const path = join(dirname(pixels.path), `${randomUUID()}.ppm`)
    try {
      const { width, height, tokens } = await this.#engine.see({ picture: { key: source.key, path: pixels.path }, pixelsOut: path, embeddingsOut: null }, signal)
      const sight = await sightOf(info)
      const tiles = await tilesOf(sight, pixels.path, this.#images.get(id))
      return { way: wayOf(sight), picture: pngBlob(await pngOfPpm(path)), width, height, tokens, tiles }
    } finally {
      await pixels.dispose()
      await rm(path, { force: true }).catch(() => undefined)
    }
  }

  /** See `viewApi.print`. Rejects `IMAGE_GONE`, `IMAGE_DAMAGED`, `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
  async print(id: string): Promise<PicturePrint> {
    const { width, height } = this.#images.get(id)
    const printed = await this.#heightOf(id)
    if (printed === null) return { verdict: 'none', height: null, seenHeight: null }
    const sight = await this.#sightNow()
    if (sight === null) return { verdict: 'unknown', height: printed, seenHeight: null }
    const seenHeight = printed * scaleOf(sight, { width, height })
    return { verdict: verdictOf(printed, seenHeight, sight), height: printed, seenHeight }
  }

  #heightOf(id: string): Promise<number | null> {
    const kept = this.#heights.get(id)
    if (kept !== undefined) return kept
    const measured = this.#line.then(async () => await this.#measure(id))
    this.#line = measured.catch(() => undefined)
    this.#heights.set(id, measured)
    // What failed may go well the next time: a full disk, for one.
    measured.catch(() => this.#heights.delete(id))
    const [oldest] = this.#heights.keys()
    if (this.#heights.size > HEIGHTS && oldest !== undefined) this.#heights.delete(oldest)
    return measured
  }

  async #measure(id: string): Promise<number | null> {
    const pixels = await this.#images.source(id).prepare()
    try {
      return (await measurePrint(await greyCopy(pixels.path)))?.small ?? null
    } finally {
      await pixels.dispose()
    }
  }

  /** Of the model that is loaded; while none is, of the one before. */
  async #sightNow(): Promise<Sight | null> {
    const { status } = this.#engine
    if (status.state === 'ready' && status.info.vision && status.info !== this.#model) {
      this.#sight = await sightOf(status.info)
      this.#model = status.info
    }
    return this.#sight
  }
}

function wayOf(sight: Sight | null): SeenPicture['way'] {
  if (sight === null) return 'own'
  return sight.resolutions === null ? 'square' : 'overview'
}

/** The canvas of tiles, where the model sees any. */
async function tilesOf(sight: Sight | null, path: string, picture: Size): Promise<SeenPicture['tiles']> {
  if (sight === null || sight.resolutions === null) return null
  const layout = layTiles(picture, sight.resolutions, sight.side)
  const { canvas, columns, rows } = layout
  return { picture: pngBlob(await drawTiles(path, layout)), width: canvas.width, height: canvas.height, columns, rows }
}

function pngBlob(bytes: Buffer): Blob {
  return new Blob([bytes], { type: 'image/png' })
}

function verdictOf(printed: number, seenHeight: number, { side }: Sight): PicturePrint['verdict'] {
  if (printed < LEAST_OWN_HEIGHT) return 'tooFewPixels'
  return seenHeight < legibleHeight(side) ? 'tooSmall' : 'legible'
}
