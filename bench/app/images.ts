import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import { ImageService } from '../../main/services/images/ImageService.ts'
import { PixelFiles } from '../../main/services/images/PixelFiles.ts'
import { dataPaths } from '../../main/platform/paths.ts'
import { Store } from '../../main/storage/Store.ts'
import { randomPicture } from '../reference/pictures.ts'
import type { Comparison } from '../speed/statistics.ts'

const thumbnailSide = 320

/** A picture's file, each with other pixels, since the same bytes are stored once. HEIC is not among them: the app does not read it. */
const kinds = {
  '12 MP JPEG': async (seed: number) => await picture(4000, 3000, seed).jpeg({ quality: 90 }).toBuffer(),
  '4K PNG': async (seed: number) => await picture(3840, 2160, seed).png({ compressionLevel: 3 }).toBuffer(),
} as const

/** What adding a picture takes (checked, stored, thumbnail) and handing it to the engine (decoded at full size), against sharp's own calls for the same. */
export async function compareImages({ rounds }: { rounds: number }): Promise<Comparison[]> {
  const results: Comparison[] = []
  for (const [kind, make] of Object.entries(kinds)) {
    const added: Pair = { ours: [], theirs: [] }
    const prepared: Pair = { ours: [], theirs: [] }
    for (let round = 0; round < rounds; round++) await measure(await make(round), added, prepared)
    results.push({ ...added, what: `${kind} added, with a thumbnail`, unit: 'ms', peer: 'sharp: resize to WebP', kind: 'time' })
    results.push({ ...prepared, what: `${kind} decoded into a file for the engine`, unit: 'ms', peer: 'sharp: raw pixels', kind: 'time' })
  }
  return results
}

interface Pair {
  readonly ours: number[]
  readonly theirs: number[]
}

async function measure(bytes: Buffer, added: Pair, prepared: Pair): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'llava-desk-images-'))
  const store = new Store(dataPaths(folder))
  const images = new ImageService(store, dataPaths(folder).derived, new PixelFiles(join(folder, 'pixels')))
  try {
    const time = async (work: () => Promise<unknown>): Promise<number> => {
      const start = performance.now()
      await work()
      return performance.now() - start
    }
    const resize = { width: thumbnailSide, height: thumbnailSide, fit: 'inside' } as const
    added.theirs.push(await time(async () => await sharp(bytes).resize(resize).webp({ quality: 80, effort: 2 }).toBuffer()))
    let id = ''
    added.ours.push(await time(async () => (id = (await images.add(bytes, 'a picture')).id)))
    prepared.theirs.push(await time(async () => await sharp(bytes).raw().toBuffer()))
    prepared.ours.push(await time(async () => await images.source(id).prepare()))
  } finally {
    store.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Large shapes with noise, made small and enlarged: noise in every pixel would be no photograph. */
function picture(width: number, height: number, seed: number): Sharp {
  const small = randomPicture(width / 8, height / 8, seed)
  return sharp(small.data, { raw: { width: small.width, height: small.height, channels: 3 } }).resize(width, height)
}
