import { readFileSync, rmSync } from 'node:fs'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { randomPicture } from '../../../bench/reference/pictures.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { ImageFiles } from '../../storage/ImageFiles.ts'
import type { Services } from '../createServices.ts'
import { testServices } from '../testing/testServices.ts'

let folder: ReturnType<typeof temporaryFolder>
let services: Services
beforeEach(async () => {
  folder = temporaryFolder()
  ;({ services } = await testServices(folder.path))
})
afterEach(async () => {
  await services.dispose()
  folder.remove()
})

const random = (width: number, height: number) => sharp(randomPicture(width, height, 5).data, { raw: { width, height, channels: 3 } })
const stored = (id: string) => readFileSync(new ImageFiles(dataPaths(folder.path).images).path(id))

/** What the engine gets of a stored picture. */
async function pixelsOf(id: string): Promise<{ width: number; height: number; data: Buffer }> {
  const file = await services.images.source(id).prepare()
  const bytes = readFileSync(file.path)
  await file.dispose()
  const [, width, height] = /^P6\s(\d+)\s(\d+)\s255\s/.exec(bytes.toString('latin1', 0, 40))?.map(Number) ?? []
  return { width: width!, height: height!, data: bytes.subarray(bytes.length - width! * height! * 3) }
}

async function expectSamePixels(crop: string, source: string, box: { left: number; top: number; width: number; height: number }): Promise<void> {
  const { data, width, height } = await pixelsOf(source)
  const wanted = await sharp(data, { raw: { width, height, channels: 3 } }).extract(box).raw().toBuffer()
  const given = await pixelsOf(crop)
  expect(given).toMatchObject({ width: box.width, height: box.height })
  expect(given.data.equals(wanted)).toBe(true)
}

describe('a part of a picture', () => {
  test.each([
    ['a PNG', async () => await random(400, 300).png().toBuffer()],
    ['a photo that lies on its side', async () => await random(300, 400).jpeg({ quality: 95 }).withMetadata({ orientation: 6 }).toBuffer()],
    ['a mirrored photo', async () => await random(400, 300).jpeg({ quality: 95 }).withMetadata({ orientation: 2 }).toBuffer()],
    ['16 bits a channel', async () => await random(400, 300).toColourspace('rgb16').png().toBuffer()],
    ['transparent parts', async () => await random(400, 300).ensureAlpha(0.4).webp({ lossless: true }).toBuffer()],
    ['shades of grey', async () => await random(400, 300).greyscale().png().toBuffer()],
  ])('has exactly the pixels the engine gets of that place: %s', async (_, make) => {
    const source = await services.images.add(await make(), 'photo.jpg')
    const crop = await services.cropper.crop(source.id, { x: 0.25, y: 0.5, width: 0.5, height: 0.25 })
    expect(crop).toMatchObject({ name: 'photo-part.png', format: 'png', width: 200, height: 75 })
    expect(crop.region).toEqual({ source: { id: source.id, name: 'photo.jpg', width: 400, height: 300 }, x: 100, y: 150, width: 200, height: 75 })
    expect(services.images.get(crop.id)).toEqual(crop)
    await expectSamePixels(crop.id, source.id, { left: 100, top: 150, width: 200, height: 75 })
  })

  test('carries nothing that the file says besides its pixels', async () => {
    const bytes = await random(80, 60).withExif({ IFD0: { Make: 'Camera', Copyright: 'Somebody' }, IFD3: { GPSLatitude: '59/1 54/1 0/1' } }).withIccProfile('p3').jpeg().toBuffer()
    expect((await sharp(bytes).metadata()).exif).toBeDefined()
    const { id } = await services.cropper.crop((await services.images.add(bytes, 'gps.jpg')).id, { x: 0, y: 0, width: 0.5, height: 0.5 })
    const { exif, xmp, iptc, icc, comments } = await sharp(stored(id)).metadata()
    expect({ exif, xmp, iptc, icc, comments }).toEqual({ exif: undefined, xmp: undefined, iptc: undefined, icc: undefined, comments: undefined })
    expect(stored(id).includes('Camera')).toBe(false)
  })

  test('of a part is a part of the picture that was given', async () => {
    const source = await services.images.add(await random(400, 300).png().toBuffer(), 'a.png')
    const outer = await services.cropper.crop(source.id, { x: 0.5, y: 0.5, width: 0.5, height: 0.5 })
    const inner = await services.cropper.crop(outer.id, { x: 0.1, y: 0.2, width: 0.5, height: 0.5 })
    expect(inner.region).toEqual({ source: outer.region!.source, x: 220, y: 180, width: 100, height: 75 })
    await expectSamePixels(inner.id, source.id, { left: 220, top: 180, width: 100, height: 75 })
  })

  test('that is all of it is the picture itself', async () => {
    const source = await services.images.add(await random(40, 30).png().toBuffer(), 'a.png')
    expect(await services.cropper.crop(source.id, { x: 0, y: 0, width: 1, height: 1 })).toEqual(services.images.get(source.id))
  })

  test('ends at the edge, and has a pixel at least', async () => {
    const source = await services.images.add(await random(40, 30).png().toBuffer(), 'a.png')
    expect(await services.cropper.crop(source.id, { x: 0.75, y: 0.5, width: 1, height: 1 })).toMatchObject({ width: 10, height: 15 })
    expect(await services.cropper.crop(source.id, { x: 1, y: 1, width: 1e-9, height: 1e-9 })).toMatchObject({ width: 1, height: 1 })
  })

  test('of a picture that is gone is refused in words', async () => {
    await expect(services.cropper.crop('0'.repeat(64), { x: 0, y: 0, width: 0.5, height: 0.5 })).rejects.toThrow(expect.objectContaining({ code: 'IMAGE_GONE' }))
    const source = await services.images.add(await random(40, 30).png().toBuffer(), 'a.png')
    rmSync(new ImageFiles(dataPaths(folder.path).images).path(source.id))
    await expect(services.cropper.crop(source.id, { x: 0, y: 0, width: 0.5, height: 0.5 })).rejects.toThrow(expect.objectContaining({ code: 'IMAGE_GONE' }))
  })
})

test('a question about a part keeps its place, and hands the engine the part', async () => {
  const source = await services.images.add(await random(400, 300).png().toBuffer(), 'a.png')
  const crop = await services.cropper.crop(source.id, { x: 0.5, y: 0.5, width: 0.25, height: 0.25 })
  const { id: chatId } = services.chats.create()
  const { question } = services.chats.ask({ chatId, text: 'What is it?', images: [crop.id] })
  expect(question.images).toEqual([crop])
  expect(services.chats.open(chatId).messages[0]?.images).toEqual([crop])
})
