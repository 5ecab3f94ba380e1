import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Sharp } from 'sharp'
import type { Engine } from '../../main/engine/client/Engine.ts'
import { ImageService } from '../../main/services/images/ImageService.ts'
import { PixelFiles } from '../../main/services/images/PixelFiles.ts'
import { dataPaths } from '../../main/platform/paths.ts'
import { Store } from '../../main/storage/Store.ts'
import { startEngine } from '../engine/startEngine.ts'
import { randomPicture } from '../reference/pictures.ts'
import { benchFiles } from '../speed/models.ts'
import type { Comparison } from '../speed/statistics.ts'

const thumbnailSide = 320
/** What LLaVA-1.5's projector sees. */
const modelSide = 336

/** A picture's file, each with other pixels, since the same bytes are stored once. HEIC is not among them: the app does not read it. */
const kinds = {
  '12 MP JPEG': async (seed: number) => await picture(4000, 3000, seed).jpeg({ quality: 90 }).toBuffer(),
  '4K PNG': async (seed: number) => await picture(3840, 2160, seed).png({ compressionLevel: 3 }).toBuffer(),
} as const

/** What is timed of a picture, ours and theirs in milliseconds. */
const steps = {
  added: { what: 'added, with a thumbnail', peer: 'sharp: resize to WebP' },
  decoded: { what: 'decoded into a file for the engine', peer: 'sharp: raw pixels' },
  squared: { what: `read by the engine, padded and resized to ${modelSide}`, peer: 'sharp: pad and resize' },
} as const
type Step = keyof typeof steps
type Times = Record<Step, { ours: number[]; theirs: number[] }>

/**
 * What a picture takes on its way into the app (checked, stored, thumbnail), to the engine (decoded at full size) and to the
 * model (squared), against sharp's own calls for the same.
 */
export async function compareImages({ threads, rounds }: { threads: number; rounds: number }): Promise<Comparison[]> {
  const engine = await startEngine(benchFiles('tiny'), { threads, contextSize: 1024 })
  const results: Comparison[] = []
  try {
    for (const [kind, make] of Object.entries(kinds)) {
      const times: Times = { added: { ours: [], theirs: [] }, decoded: { ours: [], theirs: [] }, squared: { ours: [], theirs: [] } }
      for (let round = 0; round < rounds; round++) await measure(engine, await make(round), times)
      for (const [step, { what, peer }] of Object.entries(steps)) results.push({ ...times[step as Step], what: `${kind} ${what}`, unit: 'ms', peer, kind: 'time' })
    }
  } finally {
    await engine.stop()
  }
  return results
}

async function measure(engine: Engine, bytes: Buffer, times: Times): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'llava-desk-images-'))
  const store = new Store(dataPaths(folder))
  const images = new ImageService(store, dataPaths(folder).derived, new PixelFiles(join(folder, 'pixels')))
  try {
    const resize = { width: thumbnailSide, height: thumbnailSide, fit: 'inside' } as const
    times.added.theirs.push(await time(async () => await sharp(bytes).resize(resize).webp({ quality: 80, effort: 2 }).toBuffer()))
    let id = ''
    times.added.ours.push(await time(async () => (id = (await images.add(bytes, 'a picture')).id)))
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    times.decoded.theirs.push(await time(async () => await sharp(bytes).raw().toBuffer()))
    let path = ''
    times.decoded.ours.push(await time(async () => (path = (await images.source(id).prepare()).path)))
    const picture = { key: id, path }
    // Its embeddings are there afterwards, so that the next look is the square alone.
    await engine.see({ picture, pixelsOut: null, embeddingsOut: null })
    const square = { width: modelSide, height: modelSide, fit: 'contain', kernel: 'cubic' } as const
    times.squared.theirs.push(await time(async () => await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } }).resize(square).raw().toBuffer()))
    times.squared.ours.push(await time(async () => await engine.see({ picture, pixelsOut: join(folder, 'square.ppm'), embeddingsOut: null })))
  } finally {
    store.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Large shapes with noise, made small and enlarged: noise in every pixel would be no photograph. */
function picture(width: number, height: number, seed: number): Sharp {
  const small = randomPicture(width / 8, height / 8, seed)
  return sharp(small.data, { raw: { width: small.width, height: small.height, channels: 3 } }).resize(width, height)
}
