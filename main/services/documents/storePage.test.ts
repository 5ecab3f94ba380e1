import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storePage } from './storePage.ts'
import { documentFixture } from './testing/documentFixture.ts'
import type { DocumentFixture } from './testing/documentFixture.ts'
import { textAt, writePdf } from './testing/writePdf.ts'
import { writeTiff } from './testing/writeTiff.ts'

let fixture: DocumentFixture
beforeAll(async () => {
  fixture = await documentFixture()
})
afterAll(() => fixture.remove())

const square = (colour: string) => `${colour} rg 0 0 200 200 re f\n`

/** What was stored of a page, and what the caller gets. */
async function stored(bytes: Uint8Array, name: string, page: number) {
  const added: Uint8Array[] = []
  const images = {
    add: async (given: Uint8Array) => {
      added.push(given)
      const { width, height } = await sharp(given).metadata()
      return { id: 'a'.repeat(64), name, format: 'png' as const, width, height, bytes: given.length }
    },
  }
  const answer = await storePage({ bytes, name }, page, { pixels: fixture.pixels, thread: fixture.thread, images })
  expect(added).toHaveLength(1)
  return { answer, bytes: added[0]! }
}

async function firstPixel(bytes: Uint8Array): Promise<number[]> {
  return [...(await sharp(bytes).removeAlpha().raw().toBuffer()).subarray(0, 3)]
}

test('the page that was asked for is drawn from a PDF, and its pages are counted', async () => {
  const pdf = writePdf({ pages: ['1 0 0', '0 0 1'].map((colour) => ({ width: 200, height: 200, content: square(colour) })) })
  const [first, second] = [await stored(pdf, 'bill.pdf', 1), await stored(pdf, 'bill.pdf', 2)]
  expect([first.answer, second.answer]).toMatchObject([1, 2].map(() => ({ picture: { id: 'a'.repeat(64), name: 'bill.pdf' }, pages: 2 })))
  expect([await firstPixel(first.bytes), await firstPixel(second.bytes)]).toEqual([[255, 0, 0], [0, 0, 255]])
})

test('each page of a TIFF can be had', async () => {
  const tiff = writeTiff([{ width: 40, height: 30, rgb: [255, 0, 0] }, { width: 60, height: 30, rgb: [0, 0, 255] }])
  const [first, second] = [await stored(tiff, 'scan.tif', 1), await stored(tiff, 'scan.tif', 2)]
  expect([first.answer.pages, second.answer.pages]).toEqual([2, 2])
  expect([await firstPixel(first.bytes), await firstPixel(second.bytes)]).toEqual([[255, 0, 0], [0, 0, 255]])
})

test('a picture is stored as it is, so that the engine knows it from chats', async () => {
  const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#112233' } }).png().toBuffer()
  const { answer, bytes } = await stored(png, 'scan.png', 1)
  expect([answer.pages, Buffer.compare(bytes, png)]).toEqual([1, 0])
})

test('what cannot be shown says why, as for a pile of documents', async () => {
  const locked = writePdf({ pages: [{ content: textAt(50, 700, 'Secret') }], encrypt: { user: 'secret', cipher: 'aes-128' } })
  await expect(stored(locked, 'locked.pdf', 1)).rejects.toMatchObject({ code: 'DOCUMENT_LOCKED', params: { name: 'locked.pdf' } })
  await expect(stored(Buffer.from('just text'), 'notes.pdf', 1)).rejects.toMatchObject({ code: 'DOCUMENT_UNSUPPORTED', params: { name: 'notes.pdf', found: 'text' } })
  await expect(stored(writePdf({ pages: [{}] }), 'one.pdf', 2)).rejects.toMatchObject({ code: 'PAGE_MISSING', params: { name: 'one.pdf', page: 2, pages: 1 } })
})
