import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../../platform/testing.ts'
import { PixelFiles } from '../../images/PixelFiles.ts'
import type { DocumentPage } from '../ports.ts'
import { createRegionPlanner } from './createRegionPlanner.ts'
import { cropPage } from './cropPage.ts'
import { CAPITALS, DrawnPage, numbers } from './testing/drawPrint.ts'

let folder: ReturnType<typeof temporaryFolder>
let pixels: PixelFiles
let prepared = 0

beforeEach(() => {
  folder = temporaryFolder()
  pixels = new PixelFiles(join(folder.path, 'pixels'))
  prepared = 0
})
afterEach(() => folder.remove())

/** A page whose source decodes a real PNG. */
async function pageOf(rgb: Uint8Array, width: number, height: number, key = 'abc-v1'): Promise<DocumentPage> {
  const png = await sharp(rgb, { raw: { width, height, channels: 3 } }).png().toBuffer()
  const prepare = async () => {
    prepared++
    return await pixels.write(png, 'png', 'page.png')
  }
  return { number: 3, width, height, text: 'words', source: { key, name: 'page.png', prepare } }
}

function colours(width: number, height: number): Uint8Array {
  const random = numbers(11)
  return Uint8Array.from({ length: width * height * 3 }, () => random() * 256)
}

const drawn = () => new DrawnPage(500, 600).paragraph(CAPITALS, 10, 10, 9, 36, 56)
function rgbOf(page: DrawnPage): Uint8Array {
  const grey = page.bytes()
  return Uint8Array.from({ length: grey.length * 3 }, (_, at) => grey[Math.floor(at / 3)] ?? 0)
}
const filesLeft = () => (existsSync(join(folder.path, 'pixels')) ? readdirSync(join(folder.path, 'pixels')) : [])

describe('a crop', () => {
  test('has exactly the pixels of its part, at full resolution', async () => {
    const rgb = colours(97, 61)
    const crop = cropPage(await pageOf(rgb, 97, 61), { x: 10 / 97, y: 7 / 61, width: 40 / 97, height: 50 / 61 })
    expect(crop).toMatchObject({ number: 3, width: 40, height: 50, text: 'words', source: { key: 'abc-v1-crop-10-7-40-50', name: 'page.png' } })
    const file = await crop.source.prepare()
    const bytes = readFileSync(file.path)
    const header = Buffer.from('P6\n40 50\n255\n')
    expect(bytes.subarray(0, header.length)).toEqual(header)
    const { data } = await sharp(rgb, { raw: { width: 97, height: 61, channels: 3 } }).extract({ left: 10, top: 7, width: 40, height: 50 }).raw().toBuffer({ resolveWithObject: true })
    expect(bytes.subarray(header.length).equals(data)).toBe(true)
    expect(filesLeft()).toHaveLength(1)
    await file.dispose()
    expect(filesLeft()).toEqual([])
  })

  test('of a sliver has a pixel, and one that reaches the edge ends there', async () => {
    const page = await pageOf(colours(10, 10), 10, 10)
    expect(cropPage(page, { x: 1, y: 1, width: 1e-9, height: 1e-9 })).toMatchObject({ width: 1, height: 1 })
    expect(cropPage(page, { x: 0.5, y: 0.25, width: 1, height: 1 })).toMatchObject({ width: 5, height: 7 })
  })

  test('is known by its page and its place', async () => {
    const page = await pageOf(colours(10, 10), 10, 10)
    const keys = [0.1, 0.2].map((x) => cropPage(page, { x, y: 0, width: 0.5, height: 1 }).source.key)
    expect(new Set(keys).size).toBe(2)
    expect(cropPage({ ...page, source: { ...page.source, key: 'other' } }, { x: 0.1, y: 0, width: 0.5, height: 1 }).source.key).not.toBe(keys[0])
  })

  test('of pixels that are not those of its page is refused, and nothing is left behind', async () => {
    const page = await pageOf(colours(10, 12), 10, 12)
    await expect(cropPage({ ...page, width: 12, height: 10 }, { x: 0, y: 0, width: 1, height: 1 }).source.prepare()).rejects.toThrow('12 x 10')
    expect(filesLeft()).toEqual([])
  })
})

describe('a planner', () => {
  test('decodes a page once for its plan and all its crops, and leaves nothing behind', async () => {
    await using planner = disposable(createRegionPlanner({ modelSide: () => 336 }))
    const page = await pageOf(rgbOf(drawn()), 500, 600)
    const { regions, tooSmall } = await planner.regionsFor(page)
    expect(tooSmall).toBe(false)
    expect(regions).toHaveLength(4)
    const files = await Promise.all(regions.map((region) => planner.crop(page, region).source.prepare()))
    expect(prepared).toBe(1)
    expect(filesLeft()).toHaveLength(5)
    for (const file of files) await file.dispose()
    await planner.dispose()
    expect(filesLeft()).toEqual([])
    expect(await planner.regionsFor(page)).toEqual({ regions, tooSmall })
    expect(prepared).toBe(1)
  })

  test('keeps one page only, and that for a while only', async () => {
    await using planner = disposable(createRegionPlanner({ modelSide: () => 336, holdMs: 300 }))
    const [one, other] = [await pageOf(rgbOf(drawn()), 500, 600, 'one'), await pageOf(rgbOf(drawn()), 500, 600, 'other')]
    await Promise.all([planner.regionsFor(one), planner.regionsFor(other)])
    expect(filesLeft()).toHaveLength(1)
    await expect.poll(filesLeft).toEqual([])
    const file = await planner.crop(one, { x: 0, y: 0, width: 0.5, height: 0.5 }).source.prepare()
    expect(prepared).toBe(3)
    await file.dispose()
  })

  test('plans for the model that is loaded', async () => {
    let side = 336
    await using planner = disposable(createRegionPlanner({ modelSide: () => side }))
    const page = await pageOf(rgbOf(drawn()), 500, 600)
    expect((await planner.regionsFor(page)).regions).toHaveLength(4)
    side = 672
    expect((await planner.regionsFor(page)).regions).toEqual([])
  })

  test('hands on what goes wrong, and tries again the next time', async () => {
    await using planner = disposable(createRegionPlanner({ modelSide: () => 336 }))
    const page = await pageOf(rgbOf(drawn()), 500, 600)
    let attempts = 0
    const source = { ...page.source, prepare: async () => (attempts++ === 0 ? await Promise.reject(new Error('torn')) : await page.source.prepare()) }
    await expect(planner.regionsFor({ ...page, source })).rejects.toThrow('torn')
    expect((await planner.regionsFor({ ...page, source })).regions).toHaveLength(4)
    const broken = { ...source, key: 'gone', prepare: async () => await goneFile(page) }
    await expect(planner.regionsFor({ ...page, source: broken })).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(planner.regionsFor({ ...page, source: { ...source, key: 'new' } }, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' })
  })
})

async function goneFile(page: DocumentPage) {
  const file = await page.source.prepare()
  await rm(file.path)
  return file
}

function disposable(planner: ReturnType<typeof createRegionPlanner>): ReturnType<typeof createRegionPlanner> & AsyncDisposable {
  return Object.assign(planner, { [Symbol.asyncDispose]: async () => await planner.dispose() })
}
