import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { template as templateShape } from '../../contract/domains/template.ts'
import { cacheName, engineCachePaths } from '../../platform/engineCache.ts'
import { dataPaths } from '../../platform/paths.ts'
import { embeddingFileOf, temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import { scriptedModel } from '../testing/ScriptedEngine.ts'
import { testServices } from '../testing/testServices.ts'
import { CAPITALS, DrawnPage } from './smallPrint/testing/drawPrint.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

const PATIENTLY = { timeout: 20_000, interval: 20 }
const template = templateShape.parse({ format: 'llava-desk-template/1', title: 'Test', mode: 'whole', fields: [{ name: 'text', type: 'text' }] })

/** Print that is legible at 672 pixels a side, and not at 336. */
async function smallPrint(): Promise<Buffer> {
  return await sharp(new DrawnPage(500, 600).paragraph(CAPITALS, 10, 10, 9, 36, 56).bytes(), { raw: { width: 500, height: 600, channels: 1 } }).png().toBuffer()
}

async function tried(services: Services, image: string): Promise<void> {
  for await (const event of services.templateTrial.try({ template, image, regions: [] }, new AbortController().signal)) if (event.type === 'end') return
}

test.each([[336, 4], [672, 1], [null, 4]] as const)('a page is read in parts as small as a model needs that sees %s pixels', async (imageSide, parts) => {
  const { services, engine } = await testServices(folder.path)
  engine.model = { ...scriptedModel, imageSide }
  engine.retry()
  engine.scripts = Array.from({ length: parts }, () => ['"x"}'])
  const { id } = await services.images.add(await smallPrint(), 'page.png')
  await tried(services, id)
  expect(engine.generated).toHaveLength(parts)
  await services.dispose()
})

/** Everything below the data folder that came from pages of documents. */
function filesOf(root: string): string[] {
  const { images, derived, engineCache } = dataPaths(root)
  return [images, derived, engineCache].flatMap((path) => (existsSync(path) ? readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name) : []))
}

/** What the engine would keep of a page. */
function keepEmbeddings(root: string, key: string): void {
  const { pictures } = engineCachePaths(dataPaths(root).engineCache)
  mkdirSync(pictures, { recursive: true })
  writeFileSync(join(pictures, `${cacheName(key)}-0123456789abcdef.emb`), embeddingFileOf(key))
}

/** A run of one picture that was read, in four parts, and looked at in a review. */
async function reviewedRun({ services, engine }: Awaited<ReturnType<typeof testServices>>, root: string, bytes: Buffer): Promise<string> {
  const { runs, files, records } = services.runs
  const model = join(root, 'model.gguf')
  writeFileSync(model, 'what is hashed for the provenance')
  engine.model = { ...scriptedModel, files: { model, projector: null } }
  engine.retry()
  engine.scripts = Array.from({ length: 4 }, () => ['"x"}'])
  const { id: templateId } = services.templates.save(template)
  const { id } = await runs.create({ templateId })
  await files.addFile(id, bytes, 'page.png')
  await expect.poll(() => runs.get(id).state, PATIENTLY).toBe('done')
  const [item] = runs.items(id, 0, 1).items
  expect(item).toMatchObject({ state: 'done' })
  const { image } = await records.picture(item!.id, null, new AbortController().signal)
  await services.images.variant(image, 'full')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  for (const key of [`${sha256}-v1`, `${sha256}-v1-crop-0-0-300-300`]) keepEmbeddings(root, key)
  return id
}

test('nothing that was made of the pages of a run stays when it is removed', async () => {
  const started = await testServices(folder.path)
  const { services } = started
  const id = await reviewedRun(started, folder.path, await smallPrint())
  expect(filesOf(folder.path)).toHaveLength(5)
  services.runs.runs.remove(id)
  await services.runs.runs.forgotten()
  expect(filesOf(folder.path)).toEqual([])
  await services.dispose()
})

test('what was not deleted of a removed run goes at the next start, but for what a chat shows', async () => {
  const first = await testServices(folder.path)
  const id = await reviewedRun(first, folder.path, await smallPrint())
  const item = first.services.runs.runs.items(id, 0, 1).items[0]!
  const { image } = await first.services.runs.records.picture(item.id, null, new AbortController().signal)
  const chat = first.services.chats.create()
  first.services.chats.ask({ chatId: chat.id, text: 'What is it?', images: [image] })
  first.services.runs.runs.remove(id)
  await first.services.runs.runs.forgotten()
  expect(first.services.images.get(image).id).toBe(image)
  const sha256 = createHash('sha256').update(await smallPrint()).digest('hex')
  keepEmbeddings(folder.path, `${sha256}-v1`)
  await first.services.dispose()
  const second = await testServices(folder.path)
  expect(second.services.images.get(image).id).toBe(image)
  await expect.poll(() => filesOf(folder.path).filter((name) => name.endsWith('.emb')), PATIENTLY).toEqual([])
  await second.services.dispose()
})

test('what the engine keeps of a removed run goes although the pictures of its pages cannot be deleted', async () => {
  const started = await testServices(folder.path)
  const { services } = started
  const id = await reviewedRun(started, folder.path, await smallPrint())
  services.images.forgetPages = () => Promise.reject(new Error('The disk is gone'))
  services.runs.runs.remove(id)
  await services.runs.runs.forgotten()
  expect(filesOf(folder.path).filter((name) => name.endsWith('.emb'))).toEqual([])
  expect(started.logged.join()).toContain('The disk is gone')
  await services.dispose()
})

test('a removed run is kept until a start could delete what the engine keeps of it', async () => {
  const first = await testServices(folder.path)
  const id = await reviewedRun(first, folder.path, await smallPrint())
  first.services.runs.runs.remove(id)
  await first.services.runs.runs.forgotten()
  keepEmbeddings(folder.path, `${createHash('sha256').update(await smallPrint()).digest('hex')}-v1`)
  await first.services.dispose()
  const { pictures } = engineCachePaths(dataPaths(folder.path).engineCache)
  renameSync(pictures, `${pictures}-aside`)
  writeFileSync(pictures, 'no folder')
  const second = await testServices(folder.path)
  await second.services.dispose()
  expect(second.logged.join()).toContain('could not be deleted')
  rmSync(pictures)
  renameSync(`${pictures}-aside`, pictures)
  const third = await testServices(folder.path)
  await third.services.dispose()
  expect(readdirSync(pictures)).toEqual([])
  const fourth = await testServices(folder.path)
  expect(() => fourth.services.runs.runs.restore(id)).toThrow(expect.objectContaining({ code: 'RUN_MISSING' }))
  await fourth.services.dispose()
})
