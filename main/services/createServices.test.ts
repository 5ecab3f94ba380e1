import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cacheName, engineCachePaths } from '../platform/engineCache.ts'
import { dataPaths } from '../platform/paths.ts'
import { readOnlyFolder, smallDisk, temporaryFolder } from '../platform/testing.ts'
import { Store } from '../storage/Store.ts'
import type { Services } from './createServices.ts'
import { testServices } from './testing/testServices.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

async function answerOf(services: Services, chatId: string): Promise<unknown> {
  const { answer } = services.chats.ask({ chatId, text: 'Hi', images: [] })
  let last: unknown
  for await (const event of services.chats.follow(answer.id)) last = event
  return last
}

const picture = async () => new Uint8Array(await sharp({ create: { width: 600, height: 400, channels: 3, background: '#123456' } }).png().toBuffer())

test('starts with the demo model, keeps chats and settings, and stops the engine at the end', async () => {
  const first = await testServices(folder.path)
  expect(first.engine.used).toMatchObject([{ files: { model: '/demo.gguf' }, isDemo: true }])
  const chat = first.services.chats.create()
  await answerOf(first.services, chat.id)
  first.services.settings.change({ language: 'zh-CN' })
  await first.services.dispose()
  expect(first.engine.stopped).toBe(true)
  const second = await testServices(folder.path)
  expect(second.services.chats.open(chat.id).messages).toHaveLength(2)
  expect(second.services.settings.get().language).toBe('zh-CN')
  expect(second.services.info.notices).toEqual([])
  await second.services.dispose()
})

test('engine settings reach the engine at once', async () => {
  const { services, engine } = await testServices(folder.path)
  services.settings.change({ engine: { backend: 'cpu', threads: 3, contextSize: 4096, gpuLayers: null, kvType: null, projectorOnGpu: null, idleMinutes: null } })
  expect(engine.used.at(-1)).toMatchObject({ backend: 'cpu', threads: 3, contextSize: 4096 })
  await services.dispose()
})

test('ending in the middle of an answer keeps its text as stopped', async () => {
  const first = await testServices(folder.path)
  first.engine.scripts = [['so far', new Promise(() => undefined)]]
  const chat = first.services.chats.create()
  const { answer } = first.services.chats.ask({ chatId: chat.id, text: 'Hi', images: [] })
  for await (const event of first.services.chats.follow(answer.id)) if (event.type === 'delta') break
  await first.services.dispose()
  const second = await testServices(folder.path)
  expect(second.services.chats.open(chat.id).messages[1]).toMatchObject({ text: 'so far', status: 'stopped' })
  await second.services.dispose()
})

test('two processes on one folder: an answer is followed and stopped from the other one', async () => {
  const [writing, watching] = [await testServices(folder.path), await testServices(folder.path)]
  writing.engine.scripts = [['so far', new Promise(() => undefined)]]
  const chat = writing.services.chats.create()
  const { answer } = writing.services.chats.ask({ chatId: chat.id, text: 'Hi', images: [] })
  const seen: string[] = []
  for await (const event of watching.services.chats.follow(answer.id)) {
    seen.push(event.type)
    if (event.type === 'end') expect(event.message).toMatchObject({ text: 'so far', status: 'stopped' })
    if (event.type === 'snapshot') {
      expect(() => watching.services.chats.ask({ chatId: chat.id, text: 'Me too', images: [] })).toThrow(expect.objectContaining({ code: 'CHAT_BUSY' }))
      expect(await watching.services.chats.stop(answer.id)).toMatchObject({ status: 'stopped' })
    }
  }
  expect(seen[0]).toBe('snapshot')
  expect(seen.at(-1)).toBe('end')
  await Promise.all([writing.services.dispose(), watching.services.dispose()])
})

test('what the engine keeps of a chat or picture goes when that is deleted for good, and not before', async () => {
  const kept = engineCachePaths(dataPaths(folder.path).engineCache)
  const keep = (path: string) => {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, 'what the engine computed')
    return path
  }
  const day = 24 * 60 * 60 * 1000
  const first = await testServices(folder.path, { now: () => Date.now() - 2 * day })
  const [gone, undone] = [first.services.chats.create().id, first.services.chats.create().id]
  await answerOf(first.services, gone)
  const { conversation } = first.engine.generated.at(-1)!
  const unused = await first.services.images.add(await picture(), 'a.png')
  const { key } = first.services.images.source(unused.id)
  const chat = keep(join(kept.chats, `${cacheName(conversation)}-0123456789abcdef.kv`)), other = keep(join(kept.chats, `${cacheName(undone)}-0123456789abcdef.kv`))
  const embeddings = keep(join(kept.pictures, `${cacheName(key)}-0123456789abcdef.emb`))
  for (const id of [gone, undone]) await first.services.chats.remove(id)
  first.services.chats.restore(undone)
  expect([chat, other, embeddings].map(existsSync)).toEqual([true, true, true])
  await first.services.dispose()
  const second = await testServices(folder.path)
  await expect.poll(() => [chat, other, embeddings].map(existsSync)).toEqual([false, true, false])
  await second.services.dispose()
})

test('a damaged database and damaged settings are set aside and told', async () => {
  const paths = dataPaths(folder.path)
  writeFileSync(paths.database, 'no database'.repeat(1000))
  writeFileSync(paths.settings, 'no settings')
  const { services } = await testServices(folder.path)
  expect(services.info.notices.map((notice) => notice.code)).toEqual(['DATABASE_DAMAGED', 'SETTINGS_SET_ASIDE'])
  expect(await answerOf(services, services.chats.create().id)).toMatchObject({ message: { status: 'done' } })
  await services.dispose()
})

test('pictures of a damaged database stay, however old they are', async () => {
  const paths = dataPaths(folder.path)
  const first = await testServices(folder.path)
  const image = await first.services.images.add(await picture(), 'a.png')
  const { path } = await first.services.images.variant(image.id, 'full')
  await first.services.dispose()
  const original = join(paths.images, image.id.slice(0, 2), image.id)
  const longAgo = new Date(Date.now() - 3 * 24 * 3600 * 1000)
  for (const file of [original, path]) utimesSync(file, longAgo, longAgo)
  writeFileSync(paths.database, 'no database'.repeat(1000))
  const second = await testServices(folder.path)
  expect(second.services.info.notices.map((notice) => notice.code)).toEqual(['DATABASE_DAMAGED'])
  expect(existsSync(original)).toBe(true)
  await second.services.dispose()
})

test('in a folder that cannot be written everything works for this session, and the person is told', async (context) => {
  const readOnly = readOnlyFolder()
  if ('reason' in readOnly) return context.skip(readOnly.reason)
  try {
    const { services } = await testServices(join(readOnly.path, 'data'))
    expect(services.info).toMatchObject({ keepsData: false, notices: [{ code: 'NOTHING_KEPT_NOT_WRITABLE', params: { path: join(readOnly.path, 'data') } }] })
    const image = await services.images.add(await picture(), 'a.png')
    expect(existsSync((await services.images.variant(image.id, 'full')).path)).toBe(true)
    services.settings.change({ theme: 'dark' })
    expect(await answerOf(services, services.chats.create().id)).toMatchObject({ message: { status: 'done' } })
    await services.dispose()
    expect(existsSync(services.info.dataFolder)).toBe(false)
  } finally {
    readOnly.remove()
  }
})

test('a database that cannot be written, in a folder that can, is stood in for as well', async () => {
  const paths = dataPaths(folder.path)
  // A file where the folder of locks should be: also root cannot write there.
  writeFileSync(paths.locks, '')
  const { services } = await testServices(folder.path)
  expect(services.info).toMatchObject({ keepsData: false, notices: [{ code: 'NOTHING_KEPT_NOT_WRITABLE' }] })
  expect(await answerOf(services, services.chats.create().id)).toMatchObject({ message: { status: 'done' } })
  await services.dispose()
  expect(existsSync(services.info.dataFolder)).toBe(false)
})

test('a disk that fills up fails what needs it, keeps the rest, and is over with space', async (context) => {
  const disk = smallDisk(3072)
  if ('reason' in disk) return context.skip(disk.reason)
  try {
    const { services } = await testServices(disk.path)
    const chat = services.chats.create()
    expect(await answerOf(services, chat.id)).toMatchObject({ message: { status: 'done' } })
    const filler = join(disk.path, 'filler')
    expect(() => {
      for (;;) writeFileSync(filler, Buffer.alloc(4096), { flag: 'a' })
    }).toThrow('ENOSPC')
    await expect(services.images.add(await picture(), 'a.png')).rejects.toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    expect(() => {
      for (let i = 0; i < 100; i += 1) services.chats.rename(services.chats.create().id, 'x'.repeat(200))
    }).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    expect(services.chats.open(chat.id).messages).toHaveLength(2)
    writeFileSync(filler, '')
    const image = await services.images.add(await picture(), 'a.png')
    expect(image.width).toBe(600)
    expect(await answerOf(services, chat.id)).toMatchObject({ message: { status: 'done' } })
    await services.dispose()
  } finally {
    disk.remove()
  }
})

test('an answer that ends while the disk is full is shown, and saved as soon as there is space', async (context) => {
  const disk = smallDisk(3072)
  if ('reason' in disk) return context.skip(disk.reason)
  try {
    const { services, engine } = await testServices(disk.path)
    const chat = services.chats.create()
    const long = 'x'.repeat(150_000)
    let goOn = () => {}
    engine.scripts = [['start', new Promise<void>((resolve) => (goOn = resolve)), long]]
    const { answer } = services.chats.ask({ chatId: chat.id, text: 'Hi', images: [] })
    const filler = join(disk.path, 'filler')
    expect(() => {
      for (;;) writeFileSync(filler, Buffer.alloc(4096), { flag: 'a' })
    }).toThrow('ENOSPC')
    goOn()
    for await (const event of services.chats.follow(answer.id)) {
      if (event.type === 'end') expect(event.message).toMatchObject({ text: `start${long}`, status: 'failed', error: { code: 'DISK_FULL' } })
    }
    expect(services.chats.open(chat.id).messages[1]?.text).toBe(`start${long}`)
    expect(() => services.chats.ask({ chatId: chat.id, text: 'And?', images: [] })).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    writeFileSync(filler, '')
    expect(services.chats.open(chat.id).messages[1]).toMatchObject({ text: `start${long}`, status: 'done' })
    await services.dispose()
    const { services: later } = await testServices(disk.path)
    expect(later.chats.open(chat.id).messages[1]).toMatchObject({ text: `start${long}`, status: 'done', stop: 'end' })
    await later.dispose()
  } finally {
    disk.remove()
  }
})

test('chats can be read while a full disk keeps the answers of a dead process from being marked', async (context) => {
  const disk = smallDisk(3072)
  if ('reason' in disk) return context.skip(disk.reason)
  try {
    const { services } = await testServices(disk.path)
    const chat = services.chats.create()
    const dead = new Store(dataPaths(disk.path))
    const common = { chatId: chat.id, images: [], options: {}, createdAt: 1 }
    dead.messages.add({ ...common, id: 'm', role: 'assistant', text: 'so far', writer: dead.lock.token })
    // Enough for the write-ahead log to need more room at the next change, wherever it stands.
    const filler = join(disk.path, 'filler')
    expect(() => {
      for (;;) writeFileSync(filler, Buffer.alloc(4096), { flag: 'a' })
    }).toThrow('ENOSPC')
    expect(() => {
      for (let i = 0; i < 100; i += 1) services.chats.rename(chat.id, `${i}${'x'.repeat(200)}`)
    }).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    dead.dispose()
    expect(services.chats.open(chat.id).messages).toMatchObject([{ text: 'so far' }])
    expect(services.chats.list()).toHaveLength(1)
    writeFileSync(filler, '')
    expect(services.chats.open(chat.id).messages).toMatchObject([{ text: 'so far', status: 'interrupted' }])
    await services.dispose()
  } finally {
    disk.remove()
  }
})

test('pixels on their way to the engine are gone afterwards, also those a dead process left', async () => {
  const left = join(dataPaths(folder.path).pixels, 'a-dead-process')
  mkdirSync(left, { recursive: true })
  writeFileSync(join(left, 'x.ppm'), 'P6')
  const { services, engine } = await testServices(folder.path)
  expect(existsSync(left)).toBe(false)
  const image = await services.images.add(await picture(), 'a.png')
  const chat = services.chats.create()
  const { answer } = services.chats.ask({ chatId: chat.id, text: 'Hi', images: [image.id] })
  for await (const event of services.chats.follow(answer.id)) if (event.type === 'delta') expect(existsSync(pixelPath())).toBe(true)
  expect(existsSync(pixelPath())).toBe(false)
  await services.dispose()
  expect(readdirSync(dataPaths(folder.path).pixels)).toEqual([])

  function pixelPath(): string {
    const part = engine.generated[0]?.prompt.find((item) => item.type === 'image')
    return part?.picture.path ?? ''
  }
})
