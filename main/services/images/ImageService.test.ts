import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import { testServices } from '../testing/testServices.ts'

let folder: ReturnType<typeof temporaryFolder>
let services: Services
let now = Date.now()
beforeEach(async () => {
  folder = temporaryFolder()
  ;({ services } = await testServices(folder.path, { now: () => now }))
})
afterEach(async () => {
  await services.dispose()
  folder.remove()
})

const wide = () => sharp({ create: { width: 5000, height: 1000, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0 } } })

test('describes what it stored, and stores the same bytes once under the newest name', async () => {
  const bytes = await wide().png().toBuffer()
  const first = await services.images.add(bytes, 'a.png')
  expect(first).toMatchObject({ name: 'a.png', format: 'png', width: 5000, height: 1000, bytes: bytes.length })
  expect(await services.images.add(bytes, 'b.png')).toEqual({ ...first, name: 'b.png' })
})

test('what a page shows is upright and on white, no larger than asked', async () => {
  const { id } = await services.images.add(await wide().withMetadata({ orientation: 6 }).png().toBuffer(), 'a.png')
  for (const [variant, format, height] of [['thumbnail', 'webp', 320], ['full', 'jpeg', 4096]] as const) {
    const { path, mime } = await services.images.variant(id, variant)
    const shown = sharp(readFileSync(path))
    expect(await shown.metadata()).toMatchObject({ format, height })
    expect(mime).toBe(`image/${format}`)
    expect([...(await shown.raw().toBuffer()).subarray(0, 3)]).toEqual([255, 255, 255])
  }
})

test('views are made again where the cache was emptied', async () => {
  const { id } = await services.images.add(await wide().png().toBuffer(), 'a.png')
  const { path } = await services.images.variant(id, 'thumbnail')
  rmSync(path)
  expect(await services.images.variant(id, 'thumbnail')).toEqual({ path, mime: 'image/webp' })
  expect(readFileSync(path).length).toBeGreaterThan(0)
})

test('views of pictures that are gone, and half-written ones, are deleted at a start', async () => {
  const { id } = await services.images.add(await wide().png().toBuffer(), 'a.png')
  const { path } = await services.images.variant(id, 'thumbnail')
  writeFileSync(path.replace(id, '0'.repeat(64)), 'x')
  writeFileSync(`${path}.123-abcd.tmp`, 'x')
  services.images.tidyUp()
  expect(readdirSync(dirname(path))).toHaveLength(3)
  now += 2 * 3600 * 1000
  services.images.tidyUp()
  expect(readdirSync(dirname(path))).toEqual([basename(path)])
})

test.each(['../../etc/passwd', 'f'.repeat(64), '', 'A'.repeat(64)])('nothing but a stored picture is served: %j', async (id) => {
  await expect(services.images.variant(id, 'full')).rejects.toThrow(expect.objectContaining({ code: 'IMAGE_GONE' }))
})

test('a damaged picture is not stored', async () => {
  const bytes = await sharp({ create: { width: 900, height: 900, channels: 3, background: '#777' } }).jpeg().toBuffer()
  await expect(services.images.add(bytes.subarray(0, bytes.length - 300), 'cut.jpg')).rejects.toThrow(
    expect.objectContaining({ code: 'IMAGE_DAMAGED', params: expect.objectContaining({ name: 'cut.jpg' }) as object }),
  )
  expect(() => services.images.get('0'.repeat(64))).toThrow()
})
