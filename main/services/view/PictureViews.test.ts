import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Dice } from '../../../bench/pages/Dice.ts'
import { layOutPage } from '../../../bench/pages/layOutPage.ts'
import { pageSide, paintPage } from '../../../bench/pages/paintPage.ts'
import { projectorShapes, writeProjector } from '../../../bench/synthetic/projector.ts'
import type { ModelInfo } from '../../contract/domains/model.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import { scriptedModel, type ScriptedEngine } from '../testing/ScriptedEngine.ts'
import { testServices } from '../testing/testServices.ts'

let folder: ReturnType<typeof temporaryFolder>
let services: Services
let engine: ScriptedEngine
beforeEach(async () => {
  folder = temporaryFolder()
  ;({ services, engine } = await testServices(folder.path))
})
afterEach(async () => {
  await services.dispose()
  folder.remove()
})

const clean = { noise: 0, blur: 0, resizedTo: null, quality: null }
/** A page as the demo model reads it, 336 pixels square, letters about 9 high. */
async function page(seed: number): Promise<Buffer> {
  const dice = new Dice(seed)
  const pixels = await paintPage(layOutPage(dice), dice, clean)
  return await sharp(pixels, { raw: { width: pageSide, height: pageSide, channels: 3 } }).png().toBuffer()
}
/** The same page somewhere on a sheet. */
async function onSheet(seed: number, side: number): Promise<Buffer> {
  return await sharp({ create: { width: side, height: side, channels: 3, background: '#ffffff' } }).composite([{ input: await page(seed), left: 60, top: 100 }]).png().toBuffer()
}
const add = async (bytes: Buffer, name = 'page.png') => (await services.images.add(bytes, name)).id
/** A model that sees tiles, with a projector's file that says so. */
function withTiles(): ModelInfo {
  const projector = `${folder.path}/tiles.gguf`
  writeProjector(projector, projectorShapes.fullTiles)
  return { ...scriptedModel, files: { model: '/m.gguf', projector }, tokensPerImage: null }
}
const leftFiles = () => {
  const root = dataPaths(folder.path).pixels
  return existsSync(root) ? readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name) : []
}

describe('the print on a picture', () => {
  const seeds = Array.from({ length: 5 }, (_, index) => 700 + index)

  test('of pages that the model can read is large enough', async () => {
    const verdicts = await Promise.all(seeds.map(async (seed) => (await services.views.print(await add(await page(seed)))).verdict))
    expect(verdicts.filter((verdict) => verdict === 'tooSmall' || verdict === 'tooFewPixels')).toEqual([])
    expect(verdicts.filter((verdict) => verdict === 'legible').length).toBeGreaterThan(3)
  })

  test('of the same pages on sheets of 2000 pixels is too small as a whole, and not in the part they take', async () => {
    for (const seed of seeds) {
      const id = await add(await onSheet(seed, 2000))
      const print = await services.views.print(id)
      expect(print.verdict, `${seed}`).toBe('tooSmall')
      expect(print.seenHeight).toBeLessThan(3)
      const part = await services.cropper.crop(id, { x: 60 / 2000, y: 100 / 2000, width: pageSide / 2000, height: pageSide / 2000 })
      expect((await services.views.print(part.id)).verdict, `${seed}`).toMatch(/^(legible|none)$/)
    }
  })

  test('is judged by the model in use', async () => {
    const id = await add(await onSheet(700, 500))
    expect((await services.views.print(id)).verdict).toBe('tooSmall')
    engine.show({ state: 'ready', info: withTiles() })
    expect((await services.views.print(id)).verdict).toBe('legible')
    // While none is loaded, as with the one before.
    engine.show({ state: 'none' })
    expect((await services.views.print(id)).verdict).toBe('legible')
    engine.show({ state: 'ready', info: { ...scriptedModel, tokensPerImage: null, imageSide: null } })
    expect(await services.views.print(id)).toMatchObject({ verdict: 'unknown', seenHeight: null })
  })

  test('that has too few pixels of its own is told from one that a part makes legible', async () => {
    const small = await sharp(await onSheet(700, 500)).resize(200, 200).png().toBuffer()
    expect((await services.views.print(await add(small))).verdict).toMatch(/^(tooFewPixels|none)$/)
  })

  test('is not found on a photo or an empty sheet', async () => {
    const empty = await sharp({ create: { width: 900, height: 900, channels: 3, background: '#ffffff' } }).png().toBuffer()
    expect(await services.views.print(await add(empty))).toEqual({ verdict: 'none', height: null, seenHeight: null })
    expect(leftFiles()).toEqual([])
  })
})

describe('what the model sees', () => {
  test('is what the engine makes of it, with its price', async () => {
    engine.see = ({ picture, pixelsOut, embeddingsOut }) => {
      expect(existsSync(picture.path)).toBe(true)
      expect(embeddingsOut).toBeNull()
      writeFileSync(pixelsOut!, Buffer.concat([Buffer.from('P6\n2 1\n255\n'), Buffer.from([1, 2, 3, 4, 5, 6])]))
      return Promise.resolve({ width: 2, height: 1, tokens: 576, embeddingWidth: 4096 })
    }
    const id = await add(await page(700))
    const seen = await services.views.seen(id)
    expect(seen).toMatchObject({ way: 'square', width: 2, height: 1, tokens: 576, tiles: null })
    expect([...(await sharp(Buffer.from(await seen.picture.arrayBuffer())).raw().toBuffer())]).toEqual([1, 2, 3, 4, 5, 6])
    engine.show({ state: 'ready', info: withTiles() })
    expect(await services.views.seen(id)).toMatchObject({ way: 'overview', tiles: { width: 336, height: 672, columns: 1, rows: 2 } })
    engine.show({ state: 'ready', info: { ...scriptedModel, tokensPerImage: null, imageSide: null } })
    expect((await services.views.seen(id)).way).toBe('own')
    expect(leftFiles()).toEqual([])
  })

  test('fails in words, and leaves no pixels behind', async () => {
    engine.see = () => Promise.reject(new AppError('MODEL_HAS_NO_VISION', { model: 'x' }))
    await expect(services.views.seen(await add(await page(700)))).rejects.toThrow(expect.objectContaining({ code: 'MODEL_HAS_NO_VISION' }))
    await expect(services.views.seen('0'.repeat(64))).rejects.toThrow(expect.objectContaining({ code: 'IMAGE_GONE' }))
    expect(leftFiles()).toEqual([])
  })
})
