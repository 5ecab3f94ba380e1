import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient, isDefinedError, safe } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { RPCHandler } from '@orpc/server/message-port'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../contract/api.ts'
import type { AppEvent } from '../contract/domains/app.ts'
import type { EngineStatus } from '../contract/domains/model.ts'
import { AppError } from '../contract/errors/AppError.ts'
import { temporaryFolder } from '../platform/testing.ts'
import type { Services } from '../services/createServices.ts'
import { writeTiff } from '../services/documents/testing/writeTiff.ts'
import type { ScriptedEngine } from '../services/testing/ScriptedEngine.ts'
import { testServices } from '../services/testing/testServices.ts'
import { createRouter } from './router.ts'

/** The router behind a real message port, as a page reaches it. */
let folder: ReturnType<typeof temporaryFolder>
let services: Services
let engine: ScriptedEngine
let logged: string[]
let client: ContractRouterClient<Api>
let channel: MessageChannel

beforeEach(async () => {
  folder = temporaryFolder()
  ;({ services, engine, logged } = await testServices(folder.path))
  channel = new MessageChannel()
  new RPCHandler(createRouter(services)).upgrade(channel.port1)
  client = createORPCClient(new RPCLink({ port: channel.port2 }))
  channel.port1.start()
  channel.port2.start()
})

afterEach(async () => {
  channel.port1.close()
  channel.port2.close()
  await services.dispose()
  folder.remove()
})

async function failure(call: Promise<unknown>): Promise<unknown> {
  const { error } = await safe(call)
  if (error === null) throw new Error('The call succeeded')
  expect(isDefinedError(error)).toBe(true)
  return (error as unknown as { data: unknown }).data
}

test('a question goes in with a picture and comes out as a stream', async () => {
  const bytes = await sharp({ create: { width: 6, height: 4, channels: 3, background: '#123456' } }).png().toBuffer()
  const { frames, ...image } = await client.images.add({ file: new File([new Uint8Array(bytes)], 'x'), name: 'blue.png' })
  expect(image).toMatchObject({ name: 'blue.png', format: 'png', width: 6, height: 4, bytes: bytes.length })
  expect(frames).toBe(1)
  const chat = await client.chats.create()
  const { answer } = await client.chats.ask({ chatId: chat.id, text: 'Which colour?', images: [image.id] })
  let text = ''
  for await (const event of await client.chats.follow({ messageId: answer.id })) {
    if (event.type === 'snapshot' || event.type === 'delta') text += event.text
    if (event.type === 'end') expect(event.message.text).toBe(text)
  }
  expect(text).toBe('A b c')
  expect((await client.chats.open({ chatId: chat.id })).messages[0]?.images).toEqual([image])
})

test('the sample pictures come with previews, and one is stored by its name', async () => {
  const sampleFolder = join(folder.path, 'samples')
  mkdirSync(sampleFolder)
  await sharp({ create: { width: 400, height: 200, channels: 3, background: '#123456' } }).toFile(join(sampleFolder, 'blue.png'))
  await services.dispose()
  ;({ services } = await testServices(folder.path, { sampleFolder }))
  const page = createORPCClient<ContractRouterClient<Api>>(new RPCLink({ port: reconnect() }))
  const [sample, ...others] = await page.images.samples()
  expect(sample).toMatchObject({ name: 'blue.png', width: 400, height: 200 })
  expect(others).toEqual([])
  expect(sample!.preview.type).toBe('image/webp')
  expect(await sharp(await sample!.preview.arrayBuffer()).metadata()).toMatchObject({ format: 'webp', width: 160, height: 80 })
  expect(await page.images.addSample({ name: 'blue.png' })).toMatchObject({ name: 'blue.png', format: 'png', width: 400, height: 200 })
  expect(await failure(page.images.addSample({ name: '../blue.png' }))).toEqual({ code: 'IMAGE_MISSING', params: { name: '../blue.png' } })
})

describe('failures', () => {
  test('of services cross with code and parameters, and are no news for the log', async () => {
    expect(await failure(client.chats.open({ chatId: 'nowhere' }))).toEqual({ code: 'CHAT_MISSING', params: {} })
    expect(await failure(client.images.add({ file: new File(['hello'], 'x'), name: 'hello.png' }))).toEqual({
      code: 'IMAGE_NOT_AN_IMAGE',
      params: { name: 'hello.png', found: 'text' },
    })
    expect(await failure(client.app.pickModelFile({ kind: 'model' }))).toMatchObject({ code: 'UNSUPPORTED_HERE' })
    expect(logged.filter((line) => line.includes('ERROR'))).toEqual([])
  })

  test('of a stream cross too', async () => {
    const stream = await client.chats.follow({ messageId: 'nowhere' })
    expect(await failure(stream.next())).toEqual({ code: 'MESSAGE_MISSING', params: {} })
  })

  test('nobody expected are INTERNAL, with their cause in the log', async () => {
    services.chats.list = () => {
      throw new TypeError('surprise')
    }
    const broken = createORPCClient<ContractRouterClient<Api>>(new RPCLink({ port: reconnect() }))
    expect(await failure(broken.chats.list())).toEqual({ code: 'INTERNAL', params: { detail: 'surprise' } })
    expect(logged.find((line) => line.includes('chats.list'))).toContain('router.test.ts')
  })

  test('of our own answers to fit the contract are logged', async () => {
    services.chats.list = () => [{ id: 'x' }] as unknown as ReturnType<typeof services.chats.list>
    const broken = createORPCClient<ContractRouterClient<Api>>(new RPCLink({ port: reconnect() }))
    await expect(broken.chats.list()).rejects.toThrow()
    expect(logged.filter((line) => line.includes('ERROR') && line.includes('chats.list'))).toHaveLength(1)
  })

  test('of input name what is wrong', async () => {
    const chat = await client.chats.create()
    const bad = client.chats.ask({ chatId: chat.id, text: 'x', images: ['not a sha'] })
    expect(await failure(bad)).toMatchObject({ code: 'BAD_INPUT', params: { detail: expect.stringContaining('images.0') as string } })
  })
})

test('the state of the model is shown now and at every change, until the page leaves', async () => {
  const leave = new AbortController()
  const seen: EngineStatus['state'][] = []
  for await (const status of await client.model.watch(undefined, { signal: leave.signal }).catch(rethrow)) {
    seen.push(status.state)
    if (seen.length === 1) engine.show({ state: 'loading', files: engine.model.files, isDemo: true, name: 'x', fraction: 0 })
    if (seen.length === 2) engine.show({ state: 'none' })
    if (seen.length === 3) break
  }
  leave.abort()
  expect(seen).toEqual(['ready', 'loading', 'none'])
  await expect.poll(() => engine.subscribers).toBe(0)
})

test('choosing a model remembers it, also where it fails', async () => {
  engine.loadError = new AppError('MODEL_NOT_GGUF', { path: '/x', found: 'text' })
  const files = { model: '/x', projector: null }
  expect(await client.model.use({ files })).toMatchObject({ state: 'failed', error: { code: 'MODEL_NOT_GGUF' } })
  expect((await client.app.settings()).model).toEqual(files)
  engine.loadError = null
  const events = await client.app.events()
  expect(await client.model.use({ files: null })).toMatchObject({ state: 'ready' })
  expect(engine.used.at(-1)).toMatchObject({ files: { model: '/demo.gguf' }, isDemo: true, backend: 'auto' })
  expect((await events.next()).value).toEqual({ type: 'settingsChanged' } satisfies AppEvent)
  await events.return(undefined)
})

test('facts reach every page; changed settings stay', async () => {
  const events = await client.app.events()
  await client.app.changeSettings({ theme: 'dark' })
  const first = await events.next()
  expect(first.value).toEqual({ type: 'settingsChanged' } satisfies AppEvent)
  expect(await client.app.settings()).toMatchObject({ theme: 'dark', language: 'system' })
  await events.return(undefined)
  await expect.poll(() => services.events.readers).toBe(0)
})

test('every answer of the router fits the contract', async () => {
  expect(await client.app.info()).toMatchObject({ host: 'browser', can: { pickFiles: false }, notices: [] })
  const chat = await client.chats.create()
  expect(await client.chats.rename({ chatId: chat.id, title: ' New ' })).toMatchObject({ title: 'New' })
  expect(await client.chats.remove({ chatId: chat.id })).toEqual({})
  expect(await client.chats.list()).toEqual([])
  expect(await client.chats.restore({ chatId: chat.id })).toMatchObject({ title: 'New' })
  expect(await client.model.unload()).toEqual({ state: 'none' })
  expect(await client.model.retry()).toMatchObject({ state: 'ready' })
  const nothing = { bytes: 0, pictures: { count: 0, bytes: 0 }, chats: { count: 0, bytes: 0 } }
  expect(await client.cache.usage()).toMatchObject({ ...nothing, limit: 4 * 2 ** 30 })
  expect(await client.cache.setLimit({ limit: 0 })).toMatchObject({ ...nothing, limit: 0 })
  expect(await client.cache.clear()).toMatchObject({ ...nothing, limit: 0 })
  expect(await failure(client.cache.setLimit({ limit: -1 }))).toMatchObject({ code: 'BAD_INPUT' })
})

test('templates are listed, saved, written, read, shown and removed', async () => {
  const events = await client.app.events()
  const shipped = await client.templates.list()
  expect(shipped).toHaveLength(10)
  const { id, template } = shipped[0]!
  const copy = await client.templates.save({ id, template: { ...template, title: 'Mine' } })
  expect(copy).toMatchObject({ origin: 'own', version: 1, template: { title: 'Mine' } })
  expect((await events.next()).value).toEqual({ type: 'templatesChanged' } satisfies AppEvent)
  await events.return(undefined)
  expect(await client.templates.get({ id: copy.id, version: 1 })).toEqual(copy)
  expect(await client.templates.versions({ id: copy.id })).toMatchObject([{ version: 1, title: 'Mine' }])
  const file = await client.templates.write({ template: copy.template, format: 'schema' })
  expect(await client.templates.read(file)).toEqual(copy.template)
  expect(await failure(client.templates.read({ text: '{', name: 'x.json' }))).toMatchObject({ code: 'TEMPLATE_INVALID', params: { name: 'x.json', problem: 'notJson' } })
  expect(await client.templates.remove({ id: copy.id })).toEqual({})
  expect(await failure(client.templates.get({ id: copy.id }))).toEqual({ code: 'TEMPLATE_MISSING', params: { name: copy.id } })
  expect(await client.templates.restore({ id: copy.id })).toEqual(copy)
  const twice = { ...template, fields: [...template.fields, template.fields[0]!] }
  expect(await failure(client.templates.preview({ template: twice }))).toMatchObject({ code: 'TEMPLATE_INVALID' })
  const { question, example } = await client.templates.preview({ template })
  for (const { name } of template.fields) {
    expect(question).toContain(name)
    expect(Object.keys(JSON.parse(example) as object)).toContain(name)
  }
})

test('a page of a document becomes a stored picture that a template can be tried on', async () => {
  const tiff = writeTiff([{ width: 40, height: 30, rgb: [255, 0, 0] }, { width: 60, height: 30, rgb: [0, 0, 255] }])
  const give = async (page?: number) => await client.templates.page({ file: new Blob([new Uint8Array(tiff)]), name: 'scan.tif', ...(page === undefined ? {} : { page }) })
  const [first, second] = [await give(), await give(2)]
  expect([first.pages, second.pages]).toEqual([2, 2])
  expect([first.picture, second.picture]).toMatchObject([{ name: 'scan.tif', width: 40, height: 30 }, { name: 'scan.tif', width: 60, height: 30 }])
  expect([first, second].map(({ picture }) => services.images.get(picture.id).width)).toEqual([40, 60])
  expect(await failure(give(3))).toEqual({ code: 'PAGE_MISSING', params: { name: 'scan.tif', page: 3, pages: 2 } })
})

test('the pages of a document can be chosen among as long as its stream is read, and no longer', async () => {
  const tiff = writeTiff([{ width: 40, height: 30, rgb: [255, 0, 0] }, { width: 60, height: 30, rgb: [0, 0, 255] }])
  const abort = new AbortController()
  const stream = await client.pages.open({ file: new Blob([new Uint8Array(tiff)]), name: 'scan.tif' }, { signal: abort.signal })
  const { value } = await stream.next()
  expect(value).toMatchObject({ pages: 2 })
  const { id } = value as { id: string }
  expect((await client.pages.preview({ id, page: 2 })).preview.type).toBe('image/webp')
  expect(await client.pages.add({ id, page: 2, name: 'scan.tif, page 2' })).toMatchObject({ name: 'scan.tif, page 2', format: 'png', width: 60, frames: 1 })
  expect(await failure(client.pages.add({ id, page: 3, name: 'x' }))).toMatchObject({ code: 'PAGE_MISSING' })
  abort.abort()
  await expect.poll(async () => await client.pages.preview({ id, page: 1 }).then(() => null, (thrown: unknown) => (thrown as { data?: unknown }).data)).toMatchObject({ code: 'DOCUMENT_CLOSED' })
})

function reconnect(): MessageChannel['port2'] {
  channel.port1.close()
  channel = new MessageChannel()
  new RPCHandler(createRouter(services)).upgrade(channel.port1)
  channel.port1.start()
  channel.port2.start()
  return channel.port2
}

function rethrow(error: unknown): never {
  throw error
}

test('a part of a picture is asked about by its id, and what the model sees comes as a picture', async () => {
  const bytes = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#123456' } }).png().toBuffer()
  const image = await client.images.add({ file: new File([new Uint8Array(bytes)], 'x'), name: 'blue.png' })
  const part = await client.images.crop({ id: image.id, region: { x: 0.5, y: 0.5, width: 0.25, height: 0.5 } })
  expect(part).toMatchObject({ name: 'blue-part.png', width: 15, height: 20, region: { source: { id: image.id, name: 'blue.png', width: 60, height: 40 }, x: 30, y: 20, width: 15, height: 20 } })
  expect(await client.images.print({ id: part.id })).toEqual({ verdict: 'none', height: null, seenHeight: null })
  engine.see = async ({ pixelsOut }) => {
    await writeFile(pixelsOut ?? '', Buffer.concat([Buffer.from('P6\n1 1\n255\n'), Buffer.from([1, 2, 3])]))
    return { width: 1, height: 1, tokens: 576, embeddingWidth: 8 }
  }
  const seen = await client.images.seen({ id: part.id })
  expect(seen).toMatchObject({ way: 'square', width: 1, height: 1, tokens: 576 })
  expect([...(await sharp(Buffer.from(await seen.picture.arrayBuffer())).raw().toBuffer())]).toEqual([1, 2, 3])
  expect(await failure(client.images.crop({ id: '0'.repeat(64), region: { x: 0, y: 0, width: 1, height: 1 } }))).toMatchObject({ code: 'IMAGE_GONE' })
  expect(await failure(client.images.crop({ id: image.id, region: { x: 2, y: 0, width: 1, height: 1 } }))).toMatchObject({ code: 'BAD_INPUT' })
})
