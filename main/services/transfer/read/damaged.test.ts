import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strFromU8, strToU8, unzipSync, zipSync, type Zippable } from 'fflate'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ChatsDocument } from '../../../contract/domains/transfer.ts'
import { temporaryFolder } from '../../../platform/testing.ts'
import type { Services } from '../../createServices.ts'
import { testServices } from '../../testing/testServices.ts'
import { askAndWait, colour } from '../testing/chats.ts'

let from: ReturnType<typeof temporaryFolder>, to: ReturnType<typeof temporaryFolder>
let services: Services
let path: string
let files: Record<string, Uint8Array>
let document: ChatsDocument
let picture: string

beforeAll(async () => {
  from = temporaryFolder()
  to = temporaryFolder()
  const writer = (await testServices(from.path)).services
  const image = await writer.images.add(await colour('#336699'), 'a.png')
  const chat = writer.chats.create().id
  await askAndWait(writer, chat, 'What?', [image.id])
  const { id } = await writer.transfer.export({ chats: null, format: 'json', originals: true, language: 'en' })
  files = unzipSync(readFileSync(writer.transfer.files.path(id)))
  await writer.dispose()
  picture = Object.keys(files).find((name) => name.startsWith('images/')) ?? ''
  ;({ services } = await testServices(to.path))
})

beforeEach(() => {
  path = join(to.path, 'given.zip')
  document = JSON.parse(strFromU8(files['chat.json'] ?? new Uint8Array())) as ChatsDocument
})

afterAll(async () => {
  await services.dispose()
  from.remove()
  to.remove()
})

const write = (parts: Zippable) => writeFileSync(path, zipSync(parts))
const json = (value: unknown) => strToU8(JSON.stringify(value))

/** Neither looks at it without saying so, nor takes anything of it in. */
async function expectRefused(code: string, detail: RegExp): Promise<void> {
  for (const attempt of [() => services.transfer.inspect(path, 'given.zip'), () => services.transfer.import(path, 'given.zip', 'copy')]) {
    const error: unknown = await attempt().then(() => null, (thrown: unknown) => thrown)
    expect(error).toMatchObject({ code })
    expect(JSON.stringify((error as { params: unknown }).params)).toMatch(detail)
  }
  expect(services.chats.list()).toEqual([])
}

test.each([
  ['text', () => Buffer.from('# A Markdown export\n'.repeat(10)), /no ZIP file/],
  ['nothing', () => Buffer.alloc(0), /no ZIP file/],
  ['a half', () => Buffer.from(zipSync({ 'chat.json': files['chat.json'] ?? new Uint8Array() })).subarray(0, 200), /no ZIP file/],
])('refuses %s', async (_name, bytes, detail) => {
  writeFileSync(path, bytes())
  await expectRefused('TRANSFER_UNREADABLE', detail)
})

test.each(['../evil', '/etc/passwd', 'images/../../evil.png', 'images\\x.png', 'C:evil'])('refuses a file named %s', async (name) => {
  write({ ...files, [name]: strToU8('x') })
  await expectRefused('TRANSFER_UNREADABLE', /no such export does/)
})

test('refuses a bomb before it grows', async () => {
  write({ ...files, 'chat.json': zeros(300_000_000) })
  await expectRefused('TRANSFER_PART_DAMAGED', /chat\.json.*the most/)
})

test.each([
  ['chats', 2_100_000, () => '{}'],
  ['objects of their own', 1_400_000, (at: number) => `{"a${at}":0}`],
  ['numbers', 4_100_000, () => '0'],
])('refuses millions of %s before it makes them', async (_name, length, value) => {
  const values = Array.from({ length }, (_, at) => value(at)).join(',')
  write({ 'chat.json': strToU8(`{"format":"llava-desk-chats/1","chats":[${values}]}`) })
  await expectRefused('TRANSFER_PART_DAMAGED', /more values than 4000000/)
})

test('refuses more chats than one file has', async () => {
  write({ 'chat.json': json({ ...document, chats: Array.from({ length: 100_001 }, () => ({})) }) })
  await expectRefused('TRANSFER_PART_DAMAGED', /chats: /)
})

test('names the first thing that is wrong, however many follow', async () => {
  const { messages } = document.chats[0] ?? { messages: [] }
  const wrong = Array.from({ length: 50_000 }, () => ({}))
  write({ ...files, 'chat.json': json({ ...document, chats: [{ ...document.chats[0], messages: [...messages, ...wrong] }, ...wrong] }) })
  await expectRefused('TRANSFER_PART_DAMAGED', /chats\.0\.messages\.2\.id/)
})

test('refuses a bomb that lies about its size', async () => {
  const bytes = Buffer.from(zipSync({ ...files, 'chat.json': zeros(50_000_000) }))
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4)) if (bytes.toString('utf8', at + 46, at + 55) === 'chat.json') bytes.writeUInt32LE(1000, at + 24)
  writeFileSync(path, bytes)
  await expectRefused('TRANSFER_PART_DAMAGED', /cannot be unpacked/)
})

test('refuses files that share their bytes', async () => {
  const bytes = Buffer.from(zipSync(files))
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4)) bytes.writeUInt32LE(bytes.length, at + 20)
  writeFileSync(path, bytes)
  await expectRefused('TRANSFER_UNREADABLE', /overlap/)
})

test('names the picture whose bytes are others, and that is none', async () => {
  const other = Buffer.from(files[picture] ?? [])
  other[40] = (other[40] ?? 0) ^ 1
  write({ ...files, [picture]: other })
  await expectRefused('TRANSFER_PART_DAMAGED', new RegExp(`${picture}.*not those its name`))
  const rest = Object.fromEntries(Object.entries(files).filter(([name]) => name !== picture))
  write(rest)
  await expectRefused('TRANSFER_PART_DAMAGED', new RegExp(`${picture}.*missing`))
  await expectNotPicture(strToU8('This is no picture at all.'))
})

async function expectNotPicture(bytes: Uint8Array): Promise<void> {
  const id = createHash('sha256').update(bytes).digest('hex')
  const [image] = document.images
  const changed = JSON.parse(JSON.stringify(document).replaceAll(image?.id ?? '', id)) as ChatsDocument
  changed.images = changed.images.map((one) => ({ ...one, bytes: bytes.byteLength }))
  write({ 'chat.json': json(changed), [`images/${id}.png`]: bytes })
  await expectRefused('IMAGE_NOT_AN_IMAGE', new RegExp(id))
}

test('a picture that breaks off in its pixels leaves nothing behind, nor does what stood before it', async () => {
  const noise = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#fff', noise: { type: 'gaussian', mean: 128, sigma: 60 } } }).png().toBuffer()
  const broken = noise.subarray(0, noise.length / 2), id = createHash('sha256').update(broken).digest('hex')
  const [chat] = document.chats, [image] = document.images
  if (chat === undefined || image === undefined) throw new Error('empty')
  chat.messages[0]?.images.push({ id, name: 'broken.png' })
  document.images.push({ ...image, id, file: `images/${id}.png`, bytes: broken.byteLength })
  write({ ...files, 'chat.json': json(document), [`images/${id}.png`]: broken })
  await expect(services.transfer.import(path, 'given.zip', 'copy')).rejects.toMatchObject({ code: 'IMAGE_DAMAGED', params: { name: 'broken.png' } })
  expect(services.chats.list()).toEqual([])
  expect(() => services.images.get(image.id)).toThrow(/IMAGE_GONE/)
})

test.each([
  ['a newer form', (given: ChatsDocument) => ({ ...given, format: 'llava-desk-chats/2' }), 'TRANSFER_NEWER', /chats\/2/],
  ['another file', () => ({ hello: 1 }), 'TRANSFER_PART_DAMAGED', /form of its content/],
  ['a wrong type', (given: ChatsDocument) => ({ ...given, chats: 'none' }), 'TRANSFER_PART_DAMAGED', /chats:/],
  ['a chat twice', (given: ChatsDocument) => ({ ...given, chats: [...given.chats, ...given.chats] }), 'TRANSFER_PART_DAMAGED', /twice/],
  ['a message twice', (given: ChatsDocument) => ({ ...given, chats: [...given.chats, ...given.chats.map((chat) => ({ ...chat, id: 'x' }))] }), 'TRANSFER_PART_DAMAGED', /twice/],
  ['a child before its parent', (given: ChatsDocument) => ({ ...given, chats: given.chats.map((chat) => ({ ...chat, messages: chat.messages.map((message) => ({ ...message, parent: 'nobody' })) })) }), 'TRANSFER_PART_DAMAGED', /stand above/],
  ['a picture out of nowhere', (given: ChatsDocument) => ({ ...given, images: [] }), 'TRANSFER_PART_DAMAGED', /list of pictures/],
])('refuses %s', async (_name, change, code, detail) => {
  write({ ...files, 'chat.json': json(change(document)) })
  await expectRefused(code, detail)
})

function zeros(bytes: number): Uint8Array {
  return new Uint8Array(bytes).fill(0x20)
}
