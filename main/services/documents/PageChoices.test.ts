import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PageChoices } from './PageChoices.ts'
import { documentFixture } from './testing/documentFixture.ts'
import type { DocumentFixture } from './testing/documentFixture.ts'

let fixture: DocumentFixture
let choices: PageChoices
let stored: { bytes: Uint8Array; name: string }[]
const bytesOf = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, '../images/testing/files', name))

beforeAll(async () => {
  fixture = await documentFixture()
  const images = {
    add: (bytes: Uint8Array, name: string) => {
      stored.push({ bytes, name })
      return Promise.resolve({ id: 'a'.repeat(64), name, format: 'png' as const, width: 1, height: 1, bytes: bytes.length, frames: 1 })
    },
  }
  choices = new PageChoices({ pixels: fixture.pixels, thread: fixture.thread, images })
})
afterAll(() => fixture.remove())

/** Opens a file of the corpus, works with it, and lets it go. */
async function opened<T>(name: string, work: (file: { id: string; pages: number; signal: AbortSignal }) => Promise<T>): Promise<T> {
  stored = []
  const abort = new AbortController()
  const stream = choices.open({ bytes: bytesOf(name), name }, abort.signal)
  const { value } = await stream.next()
  if (value === undefined) throw new Error('Nothing was opened')
  try {
    return await work({ ...value, signal: abort.signal })
  } finally {
    abort.abort()
    expect((await stream.next()).done).toBe(true)
  }
}

/** The colour in the corner at the top left. */
async function corner(bytes: Uint8Array): Promise<number[]> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (Math.floor(info.height * 0.15) * info.width + Math.floor(info.width * 0.12)) * 3
  return [...data.subarray(at, at + 3)]
}

// The second page is blank in the PDF and a negative in the TIFF; the third is upside down in the PDF.
test.each([
  ['three-pages.pdf', [230, 200, 30], [255, 255, 255]],
  ['three-pages.tif', [200, 30, 40], [55, 225, 215]],
])('%s: the chosen pages are stored under the names given', async (name, wantedThird, wantedSecond) => {
  await opened(name, async ({ id, pages, signal }) => {
    expect(pages).toBe(3)
    await choices.add(id, 3, `${name}, page 3`, signal)
    await choices.add(id, 2, `${name}, page 2`, signal)
  })
  expect(stored.map((one) => one.name)).toEqual([3, 2].map((page) => `${name}, page ${page}`))
  const [third, second] = [await corner(stored[0]!.bytes), await corner(stored[1]!.bytes)]
  for (const [channel, value] of wantedThird.entries()) expect(Math.abs(third[channel]! - value)).toBeLessThan(4)
  expect(second).toEqual(wantedSecond)
  expect((await sharp(stored[0]!.bytes).metadata()).format).toBe('png')
})

test('also the first page of several is stored without the others', async () => {
  await opened('three-pages.tif', async ({ id, signal }) => await choices.add(id, 1, 'a', signal))
  expect(await sharp(stored[0]!.bytes).metadata()).toMatchObject({ format: 'png', width: 48, height: 32 })
})

test('a file of one picture is stored as it is', async () => {
  await opened('lzw.tif', async ({ id, pages, signal }) => {
    expect(pages).toBe(1)
    await choices.add(id, 1, 'lzw.tif', signal)
  })
  expect(Buffer.from(stored[0]!.bytes).equals(Buffer.from(bytesOf('lzw.tif')))).toBe(true)
})

test('a page is previewed small', async () => {
  const preview = await opened('three-pages.pdf', async ({ id, signal }) => await choices.preview(id, 1, signal))
  const { format, width, height } = await sharp(await preview.arrayBuffer()).metadata()
  expect([format, width, Math.round(width / height * 10)]).toEqual(['webp', 320, 15])
})

test('a page that is not there is refused, and so is a file that was let go of', async () => {
  const id = await opened('three-pages.pdf', async (file) => {
    await expect(choices.add(file.id, 4, 'a', file.signal)).rejects.toMatchObject({ code: 'PAGE_MISSING', params: { page: 4, pages: 3 } })
    return file.id
  })
  await expect(choices.add(id, 1, 'a', new AbortController().signal)).rejects.toMatchObject({ code: 'DOCUMENT_CLOSED' })
})

test.each([
  ['locked.pdf', 'DOCUMENT_LOCKED'],
  ['damaged-cut.pdf', 'DOCUMENT_DAMAGED'],
])('%s names its fault', async (name, code) => {
  await expect(opened(name, () => Promise.resolve())).rejects.toMatchObject({ code, params: { name } })
})
