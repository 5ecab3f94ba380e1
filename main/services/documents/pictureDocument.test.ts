import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pictureKey } from '../images/pictureSource.ts'
import { pagePicture } from './pagePicture.ts'
import { documentFixture, drawn } from './testing/documentFixture.ts'
import type { DocumentFixture } from './testing/documentFixture.ts'
import { writeTiff } from './testing/writeTiff.ts'

let fixture: DocumentFixture
beforeAll(async () => {
  fixture = await documentFixture()
})
afterAll(() => fixture.remove())

const plain = (colour: string, width = 40, height = 30) => sharp({ create: { width, height, channels: 3, background: colour } })
const frame = (colour: string) => plain(colour).raw().toBuffer()
const moving = async (format: 'gif' | 'webp') => {
  const frames = Buffer.concat([await frame('#ff0000'), await frame('#0000ff')])
  return await sharp(frames, { raw: { width: 40, height: 60, channels: 3, pageHeight: 30 } })[format]().toBuffer()
}

describe('a picture', () => {
  test('is a document of one page, known to the engine as in a chat', async () => {
    const document = await fixture.open(await plain('#112233').png().toBuffer(), 'scan.png')
    expect(document).toMatchObject({ name: 'scan.png', pages: 1 })
    const page = await document.page(1)
    expect(page).toMatchObject({ number: 1, width: 40, height: 30, text: null })
    expect(page.source.key).toBe(pictureKey(document.sha256))
    expect((await drawn(page)).at(5, 5)).toEqual([0x11, 0x22, 0x33])
    await expect(document.page(2)).rejects.toMatchObject({ code: 'PAGE_MISSING', params: { name: 'scan.png', page: 2, pages: 1 } })
  })

  test.each(['jpeg', 'webp', 'avif', 'gif'] as const)('may be a %s file', async (format) => {
    const page = await (await fixture.open(await plain('#ffffff')[format]().toBuffer(), 'x')).page(1)
    expect(page).toMatchObject({ width: 40, height: 30 })
    expect((await drawn(page)).at(1, 1).every((value) => value > 250)).toBe(true)
  })

  test.each(['gif', 'webp'] as const)('that moves (%s) is its first frame', async (format) => {
    const bytes = await moving(format)
    expect((await sharp(bytes).metadata()).pages).toBe(2)
    const document = await fixture.open(bytes)
    expect(document.pages).toBe(1)
    const [red = 0, , blue = 255] = (await drawn(await document.page(1))).at(20, 15)
    expect(red > 200 && blue < 50).toBe(true)
  })

  test('turned by its camera comes out upright', async () => {
    const document = await fixture.open(await plain('#445566').withMetadata({ orientation: 6 }).jpeg().toBuffer())
    const page = await document.page(1)
    expect(page).toMatchObject({ width: 30, height: 40 })
    expect(await drawn(page)).toMatchObject({ width: 30, height: 40 })
  })

  test('becomes a file for the screen', async () => {
    const { bytes, ...rest } = await pagePicture(await fixture.open(await plain('#445566', 5000, 20).png().toBuffer()), 1)
    expect(rest).toEqual({ mime: 'image/png', width: 4096, height: 16 })
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 4096, height: 16 })
  })
})

describe('a TIFF file of several pages', () => {
  const colours = ['#ff0000', '#00ff00', '#0000ff'] as const
  const pages = colours.map((_, index) => ({ width: 20 + index, height: 10, rgb: [0, 1, 2].map((channel) => (channel === index ? 255 : 0)) }))

  test('is read page by page', async () => {
    const document = await fixture.open(writeTiff(pages), 'fax.tif')
    expect(document.pages).toBe(3)
    const keys = new Set<string>()
    for (const [index, { width, height, rgb }] of pages.entries()) {
      const page = await document.page(index + 1)
      keys.add(page.source.key)
      expect(page).toMatchObject({ number: index + 1, width, height, text: null })
      const picture = await drawn(page)
      expect([picture.width, picture.height, picture.at(3, 3)]).toEqual([width, height, rgb])
    }
    expect(keys.size).toBe(3)
  })

  test('as libvips writes it is read page by page', async () => {
    const frames = Buffer.concat([await frame('#ff0000'), await frame('#0000ff')])
    const bytes = await sharp(frames, { raw: { width: 40, height: 60, channels: 3, pageHeight: 30 } }).tiff({ compression: 'lzw' }).toBuffer()
    const document = await fixture.open(bytes)
    expect(document.pages).toBe(2)
    expect((await drawn(await document.page(1))).at(1, 1)).toEqual([255, 0, 0])
    expect((await drawn(await document.page(2))).at(1, 1)).toEqual([0, 0, 255])
  })

  test('with a damaged page is read where it can be', async () => {
    const bytes = writeTiff(pages.map((page, index) => (index === 1 ? { ...page, cutOff: true } : page)))
    const document = await fixture.open(bytes, 'part.tif')
    expect((await drawn(await document.page(1))).at(1, 1)).toEqual([255, 0, 0])
    await expect(document.page(2).then((page) => page.source.prepare())).rejects.toMatchObject({ code: 'PAGE_DAMAGED', params: { name: 'part.tif', page: 2 } })
    expect((await drawn(await document.page(3))).at(1, 1)).toEqual([0, 0, 255])
  })

  test('with a page of too many pixels names the limit', async () => {
    const document = await fixture.open(writeTiff([pages[0]!, { width: 30_000, height: 30_000, rgb: [0, 0, 0], cutOff: true }]), 'bomb.tif')
    await expect(document.page(2)).rejects.toMatchObject({ code: 'IMAGE_TOO_MANY_PIXELS' })
  })
})

describe('what is no document', () => {
  test.each([
    ['text.png', Buffer.from('just a text file'), 'DOCUMENT_UNSUPPORTED', { name: 'text.png', found: 'text' }],
    ['page.pdf', Buffer.from('<!doctype html><p>not found'), 'DOCUMENT_UNSUPPORTED', { name: 'page.pdf', found: 'html' }],
    ['empty.pdf', Buffer.alloc(0), 'IMAGE_EMPTY', { name: 'empty.pdf' }],
    ['noise.bin', Buffer.from([0, 1, 2, 3, 0xfe, 9, 9, 9]), 'DOCUMENT_UNSUPPORTED', { name: 'noise.bin', found: 'binary data' }],
    ['a.psd', Buffer.from('8BPS\0\x01\0\0\0\0\0\0\0\x03', 'latin1'), 'IMAGE_UNSUPPORTED', { name: 'a.psd', found: 'psd' }],
  ])('%s', async (name, bytes, code, params) => {
    await expect(fixture.open(bytes, name)).rejects.toMatchObject({ code, params })
  })

  test('a picture that breaks off in its header, or claims to be huge, is refused at once; one that breaks off later when it is drawn', async () => {
    const png = await plain('#123456', 300, 300).png({ compressionLevel: 0 }).toBuffer()
    await expect(fixture.open(png.subarray(0, 20), 'cut.png')).rejects.toMatchObject({ code: 'IMAGE_DAMAGED', params: { name: 'cut.png' } })
    const page = await (await fixture.open(png.subarray(0, png.length / 2), 'half.png')).page(1)
    await expect(page.source.prepare()).rejects.toMatchObject({ code: 'IMAGE_DAMAGED', params: { name: 'half.png' } })
    const bomb = claiming(png, 20_000)
    await expect(fixture.open(bomb, 'bomb.png')).rejects.toMatchObject({ code: 'IMAGE_TOO_MANY_PIXELS', params: { name: 'bomb.png', width: 20_000 } })
  })

  test('a file that is not there, or a folder', async () => {
    const nowhere = join(fixture.folder, 'nowhere.pdf'), folder = join(fixture.folder, 'a folder')
    mkdirSync(folder)
    await expect(fixture.openPath(nowhere)).rejects.toMatchObject({ code: 'IMAGE_MISSING', params: { name: nowhere } })
    await expect(fixture.openPath(folder)).rejects.toMatchObject({ code: 'IMAGE_MISSING', params: { name: folder } })
  })

  test('a picture that is replaced while it is open is not mixed with what it was', async () => {
    const path = join(fixture.folder, 'changing.png')
    writeFileSync(path, await plain('#000000').png().toBuffer())
    const page = await (await fixture.openPath(path)).page(1)
    writeFileSync(path, await plain('#ffffff').png().toBuffer())
    await expect(page.source.prepare()).rejects.toMatchObject({ code: 'DOCUMENT_CHANGED', params: { name: 'changing.png' } })
  })
})

/** A PNG whose header claims to be a square of another size (https://www.w3.org/TR/png-3/#11IHDR): the chunk's name stands at 12. */
function claiming(png: Buffer, side: number): Buffer {
  const bomb = Buffer.from(png)
  bomb.writeUInt32BE(side, 16)
  bomb.writeUInt32BE(side, 20)
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
  return bomb
}
