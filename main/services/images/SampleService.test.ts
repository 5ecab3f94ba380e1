import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import { testServices } from '../testing/testServices.ts'

let folder: ReturnType<typeof temporaryFolder>
let services: Services
let sampleFolder: string
const written = async (width: number, height: number) => await sharp({ create: { width, height, channels: 3, background: '#0a7' } }).png().toBuffer()

beforeEach(async () => {
  folder = temporaryFolder()
  sampleFolder = join(folder.path, 'samples')
  ;({ services } = await testServices(join(folder.path, 'data'), { sampleFolder }))
})
afterEach(async () => {
  await services.dispose()
  folder.remove()
})

test('lists the pictures of the folder with small previews, and nothing else that lies there', async () => {
  mkdirSync(join(sampleFolder, 'folder.png'), { recursive: true })
  writeFileSync(join(sampleFolder, 'wide.png'), await written(400, 200))
  writeFileSync(join(sampleFolder, 'small.png'), await written(30, 20))
  writeFileSync(join(sampleFolder, 'expected.json'), '{}')
  const samples = await services.samples.list()
  expect(samples).toMatchObject([{ name: 'small.png', width: 30, height: 20 }, { name: 'wide.png', width: 400, height: 200 }])
  const sizes = await Promise.all(samples.map(async ({ preview }) => await sharp(await preview.arrayBuffer()).metadata()))
  expect(sizes).toMatchObject([{ format: 'webp', width: 30, height: 20 }, { format: 'webp', width: 160, height: 80 }])
})

test('stores a sample as if the person had given the file', async () => {
  mkdirSync(sampleFolder)
  const bytes = await written(400, 200)
  writeFileSync(join(sampleFolder, 'wide.png'), bytes)
  const added = await services.samples.add('wide.png')
  expect(added).toEqual(await services.images.add(bytes, 'wide.png'))
  const { frames, ...image } = added
  expect(frames).toBe(1)
  expect(services.images.get(image.id)).toEqual(image)
})

test.each(['../outside.png', '..', '', 'inner/../wide.png', 'other.png', 'notes.txt'])('reaches nothing but a picture of the folder: %j', async (name) => {
  mkdirSync(join(sampleFolder, 'inner'), { recursive: true })
  writeFileSync(join(sampleFolder, 'wide.png'), await written(400, 200))
  writeFileSync(join(sampleFolder, 'notes.txt'), await written(400, 200))
  writeFileSync(join(folder.path, 'outside.png'), await written(400, 200))
  await expect(services.samples.add(name)).rejects.toThrow(expect.objectContaining({ code: 'IMAGE_MISSING', params: { name } }))
})

test('has no samples where the folder is absent', async () => {
  expect(await services.samples.list()).toEqual([])
  await expect(services.samples.add('wide.png')).rejects.toThrow(expect.objectContaining({ code: 'IMAGE_MISSING' }))
})
