import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../platform/testing.ts'
import type { AppError } from '../../contract/errors/AppError.ts'
import { countFrames } from './countFrames.ts'
import { readHeader } from './decode.ts'
import { heifAsTiff } from './heif/heifAsTiff.ts'
import { heifPixels, heifSize } from './heif/readHeif.ts'
import { PixelFiles } from './PixelFiles.ts'
import { recognise } from './recognise.ts'
import { builtHeifThread } from './testing/builtHeifThread.ts'
import { places, readable, refused } from './testing/corpus.ts'
import type { Place } from './testing/corpus.ts'
import { withPpm } from './withPpm.ts'

const files = join(import.meta.dirname, 'testing/files')
const bytesOf = (name: string): Uint8Array => readFileSync(join(files, name))
let folder: ReturnType<typeof temporaryFolder>
let thread: Awaited<ReturnType<typeof builtHeifThread>>
beforeAll(async () => {
  folder = temporaryFolder()
  thread = await builtHeifThread()
})
afterAll(() => {
  folder.remove()
  thread.remove()
})

/** What the engine would read of a file: its sides, and the colours of the places. */
async function seen(name: string): Promise<{ width: number; height: number; format: string; colours: Record<Place, number[]> }> {
  const bytes = bytesOf(name)
  const format = await recognise(bytes, name)
  const header = await readHeader(bytes, format, name)
  const file = await new PixelFiles(join(folder.path, 'pixels')).write(bytes, format, name)
  try {
    const { width, height, pixels } = await withPpm(file.path, async (ppm) => ({ width: ppm.width, height: ppm.height, pixels: await ppm.rows(0, ppm.height) }))
    expect({ width, height }).toEqual(header)
    const at = ([x, y]: readonly [number, number]) => {
      const start = (Math.floor(y * height) * width + Math.floor(x * width)) * 3
      return [...pixels.subarray(start, start + 3)]
    }
    return { width, height, format, colours: Object.fromEntries(Object.entries(places).map(([place, share]) => [place, at(share)])) as Record<Place, number[]> }
  } finally {
    await file.dispose()
  }
}

/** Places whose colour is further off than allowed, with both colours: empty where all is right. */
function wrong(found: Record<Place, number[]>, wanted: Readonly<Record<Place, readonly number[]>>, by: number): string[] {
  return (Object.keys(places) as Place[]).filter((place) => found[place].some((value, channel) => Math.abs(value - wanted[place][channel]!) > by)).map((place) => `${place}: ${found[place].join()} instead of ${wanted[place].join()}`)
}

describe('files made by programs of others', () => {
  test.each(readable.map((one) => [one.file, one] as const))('%s', async (name, { format, colours, by, frames }) => {
    const picture = await seen(name)
    expect(picture.format).toBe(format)
    expect(picture.width / picture.height).toBeCloseTo(1.5, 1)
    expect(wrong(picture.colours, colours, by)).toEqual([])
    expect(await countFrames(bytesOf(name), picture.format as Parameters<typeof countFrames>[1])).toBe(frames)
  })

  test.each(refused)('%s is refused by name', async (name, code, named) => {
    const refusal: unknown = await seen(name).catch((thrown: unknown) => thrown)
    expect(refusal).toMatchObject({ code, params: { name } })
    const { params } = refusal as AppError
    expect(String(params['detail'] ?? params['found'] ?? params['width'])).toMatch(named)
    expect(String(params['detail'] ?? '')).not.toMatch(/unknown/i)
  })

  test('are all looked at', () => {
    const others = ['flat.heic', 'three-pages.pdf', 'locked.pdf', 'damaged-cut.pdf']
    const known = new Set([...readable.map(({ file }) => file), ...refused.map(([name]) => name), ...others])
    expect(readdirSync(files).filter((name) => !known.has(name))).toEqual([])
    expect(readable.length).toBeGreaterThanOrEqual(40)
  })
})

describe('the thread that decodes HEIF', () => {
  test('is ended when it takes too long, and the next file is read', async () => {
    await expect(heifPixels(bytesOf('plain.heic'), 'a.heic', { time: 0, memory: 1024 ** 3 })).rejects.toMatchObject({ code: 'IMAGE_TOO_SLOW', params: { name: 'a.heic' } })
    await expect(heifPixels(bytesOf('plain.heic'), 'a.heic')).resolves.toMatchObject({ width: 48, height: 32 })
  })

  test('ends with whoever asked for it, and lets the next file in', async () => {
    const leaving = new AbortController()
    const first = heifSize(bytesOf('plain.heic'), 'a.heic', leaving.signal)
    const second = heifSize(bytesOf('plain.heic'), 'b.heic', leaving.signal)
    const third = heifSize(bytesOf('plain.heic'), 'c.heic')
    leaving.abort()
    for (const left of [first, second]) await expect(left).rejects.toMatchObject({ code: 'ABORTED' })
    await expect(third).resolves.toMatchObject({ width: 48, height: 32 })
  })

  test('is refused more memory than it may take', async () => {
    await expect(heifPixels(bytesOf('flat.heic'), 'a.heic', { time: 60_000, memory: 24 * 1024 ** 2 })).rejects.toMatchObject({ code: 'IMAGE_NEEDS_MEMORY' })
  })
})

test('a photo that was just decoded is not decoded again, and one that was refused is tried again', async () => {
  const [first, second] = [await heifAsTiff(bytesOf('alpha.heic'), 'a'), await heifAsTiff(bytesOf('alpha.heic'), 'a')]
  expect(second).toBe(first)
  expect(await heifAsTiff(bytesOf('plain.heic'), 'a')).not.toBe(first)
  for (const name of ['first', 'second']) await expect(heifAsTiff(bytesOf('damaged-cut-pixels.heic'), name)).rejects.toMatchObject({ params: { name } })
})
