import { readFileSync, writeFileSync } from 'node:fs'
import { strToU8, unzipSync, zipSync } from 'fflate'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Message } from '../../contract/domains/chat.ts'
import type { ChatsDocument } from '../../contract/domains/transfer.ts'
import { dataPaths } from '../../platform/paths.ts'
import { Store } from '../../storage/Store.ts'
import { builtHeifThread } from '../images/testing/builtHeifThread.ts'
import { askAndWait, colour } from './testing/chats.ts'
import { closeDesk, desk, documentIn, exported, seen, wish } from './testing/Desk.ts'
import type { Desk } from './testing/Desk.ts'

let here: Desk, there: Desk
let thread: Awaited<ReturnType<typeof builtHeifThread>>

beforeAll(async () => {
  thread = await builtHeifThread()
}, 60_000)

afterAll(() => thread.remove())

beforeEach(async () => {
  here = await desk()
  there = await desk()
})

afterEach(async () => {
  for (const one of [here, there]) await closeDesk(one)
})

async function ended({ services }: Desk, { id }: Pick<Message, 'id'>): Promise<void> {
  for await (const event of services.chats.follow(id)) if (event.type === 'end') return
}

/** Two versions of the second question, the first with two answers of which the older is shown, and a version that was removed. */
async function tree(): Promise<string> {
  const { services, engine } = here
  const chatId = services.chats.create().id
  engine.scripts = [['First answer'], ['Old answer'], ['New answer'], ['Other answer'], ['Gone answer'], ['More']]
  await askAndWait(services, chatId, 'First')
  const old = await askAndWait(services, chatId, 'Second')
  await ended(here, services.chats.retry(old.id).answer)
  services.chats.branches.choose(old.id)
  const second = old.parentId ?? ''
  for (const text of ['Another', 'REMOVEDWORDS']) await ended(here, services.chats.ask({ chatId, text, images: [], edits: second }).answer)
  const removed = services.chats.open(chatId).messages.at(-2)
  await services.chats.branches.remove(removed?.id ?? '')
  services.chats.branches.choose(old.id)
  return chatId
}

const texts = ({ services }: Desk, chatId: string) => services.chats.open(chatId).messages.map(({ text }) => text)

/** The index of another process, which mends it only where it does not fit. */
function indexFits({ root }: Desk): boolean {
  const store = new Store(dataPaths(root.path))
  try {
    return !store.search.mend()
  } finally {
    store.dispose()
  }
}

test('branches come back, the path that is shown and those shown before, and nothing that was removed', async () => {
  const chatId = await tree()
  expect(texts(here, chatId)).toEqual(['First', 'First answer', 'Second', 'Old answer'])
  const { path, bytes } = await exported(here, wish([chatId]))
  expect(documentIn(bytes).chats[0]?.messages.map(({ text }) => text)).toEqual(['First', 'First answer', 'Second', 'Old answer', 'New answer', 'Another', 'Other answer'])
  expect((await here.services.transfer.inspect(path, 'x.zip')).chats).toMatchObject([{ messages: 7, identical: true }])

  const { chats: [imported = ''] } = await there.services.transfer.import(path, 'x.zip', 'skip')
  expect(seen(there, imported)).toEqual(seen(here, chatId))
  expect(there.services.chats.list()).toMatchObject([{ messages: 7 }])
  const [, , second] = there.services.chats.open(imported).messages
  there.services.chats.branches.choose(second?.siblings[1] ?? '')
  expect(texts(there, imported)).toEqual(['First', 'First answer', 'Another', 'Other answer'])
  // The other version forgot nothing of its own path.
  there.services.chats.branches.choose(second?.id ?? '')
  expect(texts(there, imported)).toEqual(['First', 'First answer', 'Second', 'Old answer'])

  expect((await there.services.search.search({ text: 'Other answer', limit: 10 })).hits).toHaveLength(1)
  expect((await there.services.search.search({ text: 'REMOVEDWORDS', limit: 10 })).hits).toEqual([])
  expect(indexFits(there)).toBe(true)
})

test('what is made to be read has the path that is shown alone', async () => {
  const chatId = await tree()
  for (const format of ['html', 'markdown'] as const) {
    const text = Buffer.from((await exported(here, wish([chatId], { format }))).bytes).toString('utf8')
    expect(text).toMatch(/First[\s\S]*First answer[\s\S]*Second[\s\S]*Old answer/)
    expect(text).not.toMatch(/New answer|Another|Other answer|REMOVEDWORDS|Gone/)
  }
})

test('another path that is shown, a label and a title make no other chat; a removed message does', async () => {
  const chatId = await tree()
  const { path } = await exported(here, wish([chatId]))
  const [, , second] = here.services.chats.open(chatId).messages
  here.services.chats.branches.choose(second?.siblings[1] ?? '')
  here.services.chats.organise(chatId, { tags: ['later'] })
  const isHere = async () => (await here.services.transfer.inspect(path, 'x.zip')).chats.map(({ identical }) => identical)
  expect(await isHere()).toEqual([true])
  await here.services.chats.branches.remove(second?.id ?? '')
  expect(await isHere()).toEqual([false])
})

test('pins, the archive and labels come along', async () => {
  const chatId = here.services.chats.create().id
  await askAndWait(here.services, chatId, 'Words')
  here.services.chats.organise(chatId, { pinned: true, archived: true, tags: ['税', 'Taxes'] })
  const { path } = await exported(here, wish([chatId]))
  const { chats: [imported = ''] } = await there.services.transfer.import(path, 'x.zip', 'skip')
  expect(there.services.chats.list()).toMatchObject([{ id: imported, pinned: true, archived: true, tags: ['Taxes', '税'] }])
})

/** A chat that shows a part of a photo and never the photo. */
async function partOnly(): Promise<{ chatId: string; source: string; part: string }> {
  const photo = await sharp({ create: { width: 80, height: 60, channels: 3, background: '#804020', noise: { type: 'gaussian', mean: 128, sigma: 40 } } }).withExif({ IFD0: { Make: 'SECRETCAM' } }).jpeg().toBuffer()
  const source = await here.services.images.add(photo, 'photo.jpg')
  const part = await here.services.cropper.crop(source.id, { x: 0.25, y: 0.5, width: 0.5, height: 0.25 })
  const chatId = here.services.chats.create().id
  await askAndWait(here.services, chatId, 'What is this part?', [part.id])
  return { chatId, source: source.id, part: part.id }
}

test('a part of a picture comes with the picture, and with its place there', async () => {
  const { chatId, source, part } = await partOnly()
  const { path } = await exported(here, wish([chatId]))
  expect(await there.services.transfer.inspect(path, 'x.zip')).toMatchObject({ pictures: 2, chats: [{ identical: false }] })
  const { chats: [imported = ''] } = await there.services.transfer.import(path, 'x.zip', 'skip')
  expect(seen(there, imported)).toEqual(seen(here, chatId))
  const region = { source: { id: source, name: 'photo.jpg', width: 80, height: 60 }, x: 20, y: 30, width: 40, height: 15 }
  expect(there.services.chats.open(imported).messages[0]?.images).toMatchObject([{ id: part, name: 'photo-part.png', region }])
  expect(there.services.images.get(part).region).toEqual(region)
  expect((await there.services.transfer.inspect(path, 'x.zip')).chats).toMatchObject([{ identical: true }])
  expect(indexFits(there)).toBe(true)
  // Nobody shows the photo itself; it stays as long as the part is shown.
  const store = new Store(dataPaths(there.root.path))
  expect(store.images.removeUnused(Number.MAX_SAFE_INTEGER, () => undefined)).toEqual([])
  store.dispose()
})

test('without their notes a part and its picture still belong together', async () => {
  const { chatId } = await partOnly()
  const { path, bytes } = await exported(here, wish([chatId], { originals: false }))
  expect(Buffer.from(bytes).toString('latin1')).not.toContain('SECRETCAM')
  expect((await here.services.transfer.inspect(path, 'x.zip')).chats).toMatchObject([{ identical: true }])
  const { chats: [imported = ''] } = await there.services.transfer.import(path, 'x.zip', 'skip')
  const [image] = there.services.chats.open(imported).messages[0]?.images ?? []
  expect(image?.region).toMatchObject({ source: { width: 80, height: 60 }, x: 20, y: 30, width: 40, height: 15 })
  expect(there.services.images.get(image?.region?.source.id ?? '')).toMatchObject({ name: 'photo.jpg', format: 'jpeg' })
})

test('what is made to be read has the part, and not the picture around it', async () => {
  const { chatId } = await partOnly()
  const { bytes } = await exported(here, wish([chatId], { format: 'markdown' }))
  expect(Object.keys(unzipSync(bytes)).filter((name) => name.startsWith('images/'))).toHaveLength(1)
  const page = Buffer.from((await exported(here, wish([chatId], { format: 'html' }))).bytes).toString('utf8')
  expect(page.match(/<img /g)).toHaveLength(1)
})

test.each([
  ['that lies outside', 80, 60, 'x'],
  ['of a picture that is smaller than it says', 8000, 6000, 'x'],
])('refuses a part %s, and keeps nothing', async (_name, width, height, axis) => {
  const { chatId, source } = await partOnly()
  const { path } = await exported(here, wish([chatId]))
  const files = unzipSync(readFileSync(path))
  const document = JSON.parse(Buffer.from(files['chat.json'] ?? []).toString('utf8')) as ChatsDocument
  const region = document.chats[0]?.messages[0]?.images[0]?.region
  if (region === undefined) throw new Error('no part')
  Object.assign(region, { [axis]: 60 })
  for (const image of document.images) if (image.id === source) Object.assign(image, { width, height })
  writeFileSync(path, zipSync({ ...files, 'chat.json': strToU8(JSON.stringify(document)) }))
  await expect(there.services.transfer.import(path, 'x.zip', 'skip')).rejects.toMatchObject({ code: 'TRANSFER_PART_DAMAGED', params: { part: 'chat.json' } })
  expect(there.services.chats.list()).toEqual([])
  expect(() => there.services.images.get(source)).toThrow(/IMAGE_GONE/)
})

test('an import takes neither name nor place from a picture that is here', async () => {
  const { chatId, part } = await partOnly()
  const bytes = await here.services.images.read({ id: part })
  await there.services.images.add(bytes, 'renamed.png')
  const chat = there.services.chats.create().id
  await askAndWait(there.services, chat, 'A picture of its own', [part])
  const { path } = await exported(there, wish([chat]))
  await here.services.transfer.import(path, 'x.zip', 'skip')
  expect(here.services.images.get(part)).toMatchObject({ name: 'photo-part.png', region: { x: 20 } })
  expect(here.services.chats.open(chatId).messages[0]?.images[0]?.region).toBeDefined()
})

/** An export of a chat with `part` in which it says to be a part of `stranger`. */
async function claiming(chatId: string, stranger: Uint8Array, size: { width: number; height: number }, place: { width: number; height: number }): Promise<string> {
  const { path } = await exported(here, wish([chatId]))
  const files = unzipSync(readFileSync(path))
  const document = JSON.parse(Buffer.from(files['chat.json'] ?? []).toString('utf8')) as ChatsDocument
  const { id } = await there.services.images.add(stranger, 'stranger.png')
  document.images.push({ id, file: `images/${id}.png`, format: 'png', ...size, bytes: stranger.byteLength })
  for (const image of document.chats[0]?.messages[0]?.images ?? []) image.region = { source: { id, name: 'stranger.png' }, x: 0, y: 0, ...place }
  writeFileSync(path, zipSync({ ...files, [`images/${id}.png`]: stranger, 'chat.json': strToU8(JSON.stringify(document)) }))
  return path
}

test('an import makes no picture that is here a part of another, and refuses one whose size is not that of its place', async () => {
  const { chatId, source, part } = await partOnly()
  const path = await claiming(chatId, await colour('#00ff00'), { width: 40, height: 30 }, { width: 40, height: 15 })
  await here.services.transfer.import(path, 'x.zip', 'copy')
  expect(here.services.images.get(part).region?.source.id).toBe(source)
  const other = await claiming(chatId, await colour('#00ff00'), { width: 40, height: 30 }, { width: 20, height: 15 })
  await expect(there.services.transfer.import(other, 'x.zip', 'copy')).rejects.toMatchObject({ code: 'TRANSFER_PART_DAMAGED', params: { part: 'chat.json' } })
})

test('a part of what an import calls a part of another picture is cut out of what is seen', async () => {
  const { chatId, part } = await partOnly()
  const path = await claiming(chatId, await colour('#00ff00'), { width: 40, height: 30 }, { width: 40, height: 15 })
  await there.services.transfer.import(path, 'x.zip', 'copy')
  const left = await there.services.cropper.crop(part, { x: 0, y: 0, width: 0.5, height: 1 })
  expect(left.region).toMatchObject({ source: { id: part }, x: 0, y: 0, width: 20, height: 15 })
  expect(left.id).toBe((await here.services.cropper.crop(part, { x: 0, y: 0, width: 0.5, height: 1 })).id)
})

test('numbers of a file to which none can be added are made anew, in the same order and with the same path', async () => {
  const chatId = await tree()
  const { path } = await exported(here, wish([chatId]))
  const files = unzipSync(readFileSync(path))
  const document = JSON.parse(Buffer.from(files['chat.json'] ?? []).toString('utf8')) as ChatsDocument
  for (const message of document.chats[0]?.messages ?? []) Object.assign(message, { position: Number.MAX_SAFE_INTEGER, chosen: message.text === 'New answer' ? 1 : Number.MAX_SAFE_INTEGER })
  writeFileSync(path, zipSync({ ...files, 'chat.json': strToU8(JSON.stringify(document)) }))
  const { chats: [imported = ''] } = await there.services.transfer.import(path, 'x.zip', 'skip')
  expect(texts(there, imported)).toEqual(['First', 'First answer', 'Another', 'Other answer'])
  const [, , another] = there.services.chats.open(imported).messages
  there.services.chats.branches.choose(another?.siblings[0] ?? '')
  expect(texts(there, imported)).toEqual(['First', 'First answer', 'Second', 'Old answer'])
  await askAndWait(there.services, imported, 'Third')
  expect(documentIn((await exported(there, wish([imported]))).bytes).chats[0]?.messages).toHaveLength(9)
})

const heic = () => readFileSync(new URL('../images/testing/files/plain.heic', import.meta.url))

test('a HEIC photo leaves as a JPEG picture without notes, or as it was given', async () => {
  const { id } = await here.services.images.add(heic(), 'IMG_1.HEIC')
  const chatId = here.services.chats.create().id
  await askAndWait(here.services, chatId, 'What is this?', [id])
  const plain = await exported(here, wish([chatId], { originals: false }))
  const [image] = documentIn(plain.bytes).images
  expect(image).toMatchObject({ format: 'jpeg' })
  const jpeg = unzipSync(plain.bytes)[image?.file ?? '']
  const { format, exif, icc, xmp } = await sharp(jpeg).metadata()
  expect({ format, exif, icc, xmp }).toEqual({ format: 'jpeg', exif: undefined, icc: undefined, xmp: undefined })

  const given = await exported(here, wish([chatId]))
  expect(documentIn(given.bytes).images).toMatchObject([{ id, file: `images/${id}.heic`, format: 'heic' }])
  for (const { path } of [plain, given]) {
    const { chats: [imported = ''] } = await there.services.transfer.import(path, 'x.zip', 'copy')
    expect(there.services.chats.open(imported).messages[0]?.images).toMatchObject([{ name: 'IMG_1.HEIC' }])
  }
  expect(Buffer.compare(await there.services.images.read({ id }), heic())).toBe(0)
  for (const originals of [true, false]) {
    const page = Buffer.from((await exported(here, wish([chatId], { format: 'html', originals }))).bytes).toString('utf8')
    expect(page).toContain('src="data:image/jpeg;base64,')
  }
})

test('equal parts of one picture keep each its own place', async () => {
  const source = await here.services.images.add(await colour('#123456'), 'plan.png')
  const chatIds: string[] = []
  for (const x of [0, 0.5]) {
    const part = await here.services.cropper.crop(source.id, { x, y: 0, width: 0.5, height: 1 })
    const chatId = here.services.chats.create().id
    await askAndWait(here.services, chatId, 'Which half?', [part.id])
    chatIds.push(chatId)
  }
  // One colour: both halves are one picture.
  const [left, right] = chatIds.map((chatId) => here.services.chats.open(chatId).messages[0]?.images[0])
  expect(left?.id).toBe(right?.id)
  expect([left?.region?.x, right?.region?.x]).toEqual([0, 20])
  const { path } = await exported(here, wish(chatIds))
  const { chats: imported } = await there.services.transfer.import(path, 'x.zip', 'skip')
  expect(imported.map((chatId) => there.services.chats.open(chatId).messages[0]?.images[0]?.region?.x)).toEqual([0, 20])
})
