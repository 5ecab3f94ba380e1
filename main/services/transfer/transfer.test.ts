import { rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { unzipSync } from 'fflate'
import { dataPaths } from '../../platform/paths.ts'
import { askAndWait, colour, photo } from './testing/chats.ts'
import { closeDesk, desk, documentIn, exported, seen, wish } from './testing/Desk.ts'
import type { Desk } from './testing/Desk.ts'

let here: Desk, there: Desk

beforeEach(async () => {
  here = await desk()
  there = await desk()
})

afterEach(async () => {
  for (const one of [here, there]) await closeDesk(one)
})

/** Three turns: two pictures, none, one that was shown before and one more. */
async function conversation({ services }: Desk): Promise<{ chatId: string; ids: string[] }> {
  const ids: string[] = []
  for (const [name, bytes] of [['red.png', await colour('#c02020')], ['photo.jpg', await photo()], ['green.png', await colour('#20c020')]] as const) ids.push((await services.images.add(bytes, name)).id)
  const [red = '', blue = '', green = ''] = ids
  const { id: chatId } = services.chats.create()
  await askAndWait(services, chatId, 'Compare <these> & "those"', [red, blue])
  await askAndWait(services, chatId, '为什么？')
  await askAndWait(services, chatId, 'And this one?', [green, red])
  return { chatId, ids }
}

/** The pictures of the last prompt at the engine's door, in their order, without the version of the decoder. */
const pictureKeys = ({ engine }: Desk) => (engine.generated.at(-1)?.prompt ?? []).flatMap((part) => (part.type === 'image' ? [part.picture.key.slice(0, 64)] : []))

test('a chat that left and came in elsewhere is the same one, its pictures byte for byte', async () => {
  const { chatId, ids } = await conversation(here)
  const { path, bytes, name } = await exported(here, wish([chatId]))
  expect(name).toMatch(/\.zip$/)
  const document = documentIn(bytes)
  expect(document.chats[0]?.messages).toHaveLength(6)
  expect(document.chats[0]?.messages.map(({ parent }) => parent)).toEqual([null, ...(document.chats[0]?.messages.slice(0, 5).map(({ id }) => id) ?? [])])

  const preview = await there.services.transfer.inspect(path, name)
  expect(preview).toMatchObject({ originals: true, messages: 6, pictures: 3, chats: [{ messages: 6, pictures: 3, identical: false }] })
  const { chats: [imported = ''], skipped } = await there.services.transfer.import(path, name, 'skip')
  expect(skipped).toBe(0)
  expect(imported).not.toBe(chatId)
  expect(seen(there, imported)).toEqual(seen(here, chatId))
  for (const id of ids) expect(Buffer.compare(await readFile(dataPath(there, there.services.images.get(id).id)), await readFile(dataPath(here, id)))).toBe(0)
})

const dataPath = ({ root }: Desk, id: string) => `${dataPaths(root.path).images}/${id.slice(0, 2)}/${id}`

test('after export and import the engine gets the very pictures the person saw', async () => {
  const { chatId, ids } = await conversation(here)
  const [red, blue, green] = ids
  await askAndWait(here.services, chatId, 'All together?')
  expect(pictureKeys(here)).toEqual([red, blue, green, red])
  const { path } = await exported(here, wish(null))
  const { chats: [imported = ''] } = await there.services.transfer.import(path, 'x.zip', 'skip')
  const last = there.services.chats.open(imported).messages.at(-1)
  const { answer } = there.services.chats.retry(last?.id ?? '')
  for await (const event of there.services.chats.follow(answer.id)) if (event.type === 'end') break
  expect(pictureKeys(there)).toEqual([red, blue, green, red])
  await askAndWait(there.services, imported, 'Once more?', [blue ?? ''])
  expect(pictureKeys(there)).toEqual([red, blue, green, red, blue])
})

test('without its notes a photo is another file, and the imported chat shows and sends that one', async () => {
  const { chatId } = await conversation(here)
  const { path, bytes } = await exported(here, wish([chatId], { originals: false }))
  expect(Buffer.from(bytes).toString('latin1')).not.toContain('SECRET')
  const { chats: [imported = ''] } = await there.services.transfer.import(path, 'x.zip', 'skip')
  const shown = there.services.chats.open(imported).messages.flatMap(({ images }) => images.map(({ id }) => id))
  await askAndWait(there.services, imported, 'And?')
  expect(pictureKeys(there)).toEqual(shown)
  expect(shown).toHaveLength(4)
})

test('what is here already is left out, unless a copy is asked for', async () => {
  const { chatId } = await conversation(here)
  const { path } = await exported(here, wish([chatId]))
  expect((await here.services.transfer.inspect(path, 'x.zip')).chats).toMatchObject([{ identical: true }])
  expect(await here.services.transfer.import(path, 'x.zip', 'skip')).toMatchObject({ chats: [], skipped: 1 })
  const { chats: [copy = ''] } = await here.services.transfer.import(path, 'x.zip', 'copy')
  expect(seen(here, copy)).toEqual(seen(here, chatId))
  await askAndWait(here.services, chatId, 'Changed since')
  expect((await there.services.transfer.import(path, 'x.zip', 'skip')).chats).toHaveLength(1)
})

test('an HTML page holds its pictures, runs nothing and fetches nothing', async () => {
  const id = (await here.services.images.add(await photo(), 'a "b".jpg')).id
  const chat = here.services.chats.create().id
  here.engine.scripts = [['<script>alert(1)</script><img src="https://example.org/x.png" onerror="x">', '\u202Edrow']]
  await askAndWait(here.services, chat, '</title><b>Hi</b>', [id])
  const { bytes, name } = await exported(here, wish([chat], { format: 'html', originals: false }))
  const page = Buffer.from(bytes).toString('utf8')
  expect(name).toMatch(/\.html$/)
  expect(page).toContain("default-src 'none'; img-src data:; style-src 'sha256-")
  expect(page).not.toMatch(/<script|<b>|<img src="http|onerror="/)
  expect(page).toContain('&lt;script&gt;')
  expect(page).toContain('[U+202E]')
  const [, data = ''] = /src="data:image\/jpeg;base64,([^"]+)"/.exec(page) ?? []
  expect(Buffer.from(data, 'base64').toString('latin1')).not.toContain('SECRET')
  expect(Buffer.from(data, 'base64').length).toBeGreaterThan(100)
})

test('Markdown is one file where that is all, and a ZIP file with pictures beside where there are any', async () => {
  const { chatId } = await conversation(here)
  const plain = here.services.chats.create().id
  await askAndWait(here.services, plain, 'Only words')
  const alone = await exported(here, wish([plain], { format: 'markdown' }))
  expect(alone.name).toBe('Only words.md')
  expect(Buffer.from(alone.bytes).toString('utf8')).toMatch(/^# Only words\n[\s\S]*## Question\n\nOnly words\n\n## Answer · LLaVA test\n\nA b c\n/)
  const { bytes, name } = await exported(here, wish([chatId, plain], { format: 'markdown', language: 'zh-CN' }))
  expect(name).toBe('LLaVA Desk，2 个对话.zip')
  const files = unzipSync(bytes)
  expect(Object.keys(files).filter((file) => file.startsWith('images/'))).toHaveLength(3)
  const text = Buffer.from(Object.entries(files).find(([file]) => file.startsWith('Compare'))?.[1] ?? []).toString('utf8')
  for (const [, file = ''] of text.matchAll(/\]\((images\/[^)]+)\)/g)) expect(files[file]).toBeDefined()
  expect(text.match(/!\[/g)).toHaveLength(4)
})

test('pieces of a file give the file, and an end', async () => {
  const { chatId } = await conversation(here)
  const { id, bytes } = await here.services.transfer.export(wish([chatId]))
  const first = await here.services.transfer.files.read(id, 0)
  const upload = await there.services.transfer.begin()
  await there.services.transfer.files.append(upload.id, 0, first.subarray(0, 1000))
  await expect(there.services.transfer.files.append(upload.id, 7, first)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  await there.services.transfer.files.append(upload.id, 1000, first.subarray(1000))
  expect((await here.services.transfer.files.read(id, bytes)).byteLength).toBe(0)
  expect((await there.services.transfer.import(there.services.transfer.files.path(upload.id), 'x', 'skip')).chats).toHaveLength(1)
  await here.services.transfer.files.discard(id)
  await expect(here.services.transfer.files.read(id, 0)).rejects.toMatchObject({ code: 'TRANSFER_GONE' })
})

test('a chat that is not there, or a picture that is lost, ends an export with its reason', async () => {
  await expect(here.services.transfer.export(wish(['nobody']))).rejects.toMatchObject({ code: 'CHAT_MISSING' })
  const { chatId, ids } = await conversation(here)
  rmSync(dataPath(here, ids[0] ?? ''))
  await expect(here.services.transfer.export(wish([chatId]))).rejects.toMatchObject({ code: 'IMAGE_GONE' })
})
