import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AddedImage, SampleImage } from '../../contract/domains/image.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { systemCode } from '../../platform/fileErrors.ts'
import { damageAside, openPixels, readHeader } from './decode.ts'
import type { ImageService } from './ImageService.ts'

/** Longer side of a preview in pixels. */
const PREVIEW_SIDE = 160

/** The pictures that come with the app, for whoever has none at hand that the demo model can read. */
export class SampleService {
  readonly #folder: string
  readonly #images: Pick<ImageService, 'add'>
  #samples: readonly SampleImage[] | null = null

  constructor(folder: string, images: Pick<ImageService, 'add'>) {
    this.#folder = folder
    this.#images = images
  }

  /** All of them by name, with previews that are made once; none where the folder is absent. Stores nothing. Rejects `IMAGE_DAMAGED`. */
  async list(): Promise<SampleImage[]> {
    this.#samples ??= await describeAll(this.#folder)
    return [...this.#samples]
  }

  /** Stores one of them; `name` may be anything a stranger sends. Rejects `IMAGE_MISSING`, else like `ImageService.add`. */
  async add(name: string): Promise<AddedImage> {
    // A name of the listing and nothing else becomes a path.
    if (!(await fileNames(this.#folder)).includes(name)) throw new AppError('IMAGE_MISSING', { name })
    return await this.#images.add(await readFile(join(this.#folder, name)), name)
  }
}

async function fileNames(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.png')).map(({ name }) => name).sort()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

async function describeAll(folder: string): Promise<SampleImage[]> {
  const samples: SampleImage[] = []
  for (const name of await fileNames(folder)) samples.push(await describe(name, await readFile(join(folder, name))))
  return samples
}

async function describe(name: string, bytes: Uint8Array): Promise<SampleImage> {
  const { width, height } = await readHeader(bytes, 'png', name)
  const preview = await damageAside({ bytes, format: 'png', name }, async () => {
    const pixels = await openPixels(bytes, 'png', name)
    return await pixels.resize({ width: PREVIEW_SIDE, height: PREVIEW_SIDE, fit: 'inside', withoutEnlargement: true }).webp({ quality: 80 }).toBuffer()
  })
  return { name, width, height, preview: new Blob([new Uint8Array(preview)], { type: 'image/webp' }) }
}
