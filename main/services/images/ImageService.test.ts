import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Store } from '../../storage/Store.ts'
import type { Services } from '../createServices.ts'
import { testServices } from '../testing/testServices.ts'
import { ImageService } from './ImageService.ts'
import { PixelFiles } from './PixelFiles.ts'

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

describe('a page of a document', () => {
  const [a, b] = ['0a'.repeat(32), '0b'.repeat(32)]
  const day = 24 * 60 * 60 * 1000
  const gone = expect.objectContaining({ code: 'IMAGE_GONE' }) as Error

  test('that another document has too goes with the last of them', async () => {
    const bytes = await wide().png().toBuffer()
    const { id } = await services.images.addPage(bytes, 'a-1.png', a)
    await services.images.addPage(bytes, 'b-7.png', b)
    await services.images.forgetPages([a])
    const { path } = await services.images.variant(id, 'full')
    await services.images.forgetPages([b])
    expect(() => services.images.get(id)).toThrow(gone)
    expect(existsSync(path)).toBe(false)
  })

  test('goes at once, but within a day after somebody gave the same picture by itself, before or after', async () => {
    const bytes = await wide().png().toBuffer()
    const { id } = await services.images.add(bytes, 'given.png')
    await services.images.addPage(bytes, 'a-1.png', a)
    now += day - 1
    await services.images.forgetPages([a])
    expect(services.images.get(id)).toMatchObject({ id })
    now += 2
    await services.images.addPage(bytes, 'a-1.png', a)
    await services.images.forgetPages([a])
    expect(() => services.images.get(id)).toThrow(gone)
    await services.images.addPage(bytes, 'a-1.png', a)
    await services.images.add(bytes, 'given.png')
    await services.images.forgetPages([a])
    expect(services.images.get(id)).toMatchObject({ id })
  })

  test('is stored although the other document that has it goes meanwhile', async () => {
    const bytes = await wide().png().toBuffer()
    await services.images.addPage(bytes, 'a-1.png', a)
    const store = new Store(dataPaths(folder.path))
    const pixels = await PixelFiles.ofProcess(dataPaths(folder.path), store, services.logger)
    const put = store.files.put.bind(store.files)
    store.files.put = async (...picture) => {
      await services.images.forgetPages([a])
      return await put(...picture)
    }
    const { id } = await new ImageService(store, dataPaths(folder.path).derived, pixels).addPage(bytes, 'b-7.png', b)
    await pixels.dispose()
    store.dispose()
    expect((await services.images.variant(id, 'full')).mime).toBe('image/jpeg')
  })

  test('takes all views along that can be deleted, and says which cannot', async (context) => {
    const { id } = await services.images.addPage(await wide().png().toBuffer(), 'a-1.png', a)
    const [thumbnail, full] = [(await services.images.variant(id, 'thumbnail')).path, (await services.images.variant(id, 'full')).path]
    const other = join(folder.path, 'other')
    writeFileSync(other, 'x')
    try {
      // A file in whose place another one is mounted is busy, as on Windows one that a program holds open.
      execFileSync('mount', ['--bind', other, thumbnail], { stdio: 'pipe' })
    } catch {
      return context.skip('mounting a file takes Linux and a superuser')
    }
    try {
      await expect(services.images.forgetPages([a])).rejects.toMatchObject({ code: 'FILE_UNREADABLE', params: { path: thumbnail } })
      expect(existsSync(full)).toBe(false)
    } finally {
      execFileSync('umount', [thumbnail])
    }
  })
})
