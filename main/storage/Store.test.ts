import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ImageRef } from '../contract/domains/image.ts'
import { dataPaths } from '../platform/paths.ts'
import { readOnlyFolder, smallDisk, temporaryFolder } from '../platform/testing.ts'
import { Database } from './Database.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { Store } from './Store.ts'

let folder: ReturnType<typeof temporaryFolder>
const opened: { dispose(): void }[] = []

beforeEach(() => (folder = temporaryFolder()))
afterEach(() => {
  for (const store of opened.splice(0)) store.dispose()
  folder.remove()
})

function open(root = folder.path): Store {
  const store = new Store(dataPaths(root))
  opened.push(store)
  return store
}

/** Ends a store as the end of its process would: the row stays as it is, the lock goes. */
function die(store: Store): void {
  opened.splice(opened.indexOf(store), 1)
  store.dispose()
}

const coded = (code: string, params: object = {}) => expect.objectContaining({ code, params: expect.objectContaining(params) as object }) as object

let count = 0
function addMessage(store: Store, chatId: string, text: string, more: { writer?: string; images?: ImageRef[] } = {}): string {
  const id = `message-${(count += 1)}`
  store.messages.add({ id, chatId, role: 'assistant', text, images: more.images ?? [], options: {}, writer: more.writer ?? null, createdAt: count })
  return id
}

function addChat(store: Store): string {
  const id = `chat-${(count += 1)}`
  store.chats.create(id, count)
  return id
}

const end = { status: 'done', stop: 'end', error: null, stats: null, model: 'x' } as const
const image = (id: string): ImageRef => ({ id, name: 'a.png', format: 'png', width: 1, height: 1, bytes: 4 })

describe('two processes', () => {
  test('see what the other one writes, and do not touch what it is writing', () => {
    const [first, second] = [open(), open()]
    const chat = addChat(first)
    const id = addMessage(first, chat, 'so far', { writer: first.lock.token })
    expect(second.tidyUp(Date.now()).interrupted).toBe(0)
    expect(second.chats.find(chat)?.busy).toBe(true)
    first.messages.end(id, { ...end, text: 'so far so good' })
    expect(second.messages.find(id)).toMatchObject({ text: 'so far so good', status: 'done' })
  })

  test('what a dead one was writing is marked as interrupted, with its text', () => {
    const [first, second] = [open(), open()]
    const id = addMessage(first, addChat(first), 'so far', { writer: first.lock.token })
    die(first)
    expect(second.markInterrupted()).toBe(1)
    expect(second.messages.find(id)).toMatchObject({ text: 'so far', status: 'interrupted', stop: null })
  })

  test('a chat removed by a living one can be restored; once it is dead, the chat goes for good', () => {
    const [first, second] = [open(), open()]
    const chat = addChat(first)
    first.chats.remove(chat, first.lock.token, 1)
    expect(second.tidyUp(Date.now()).purged).toEqual([])
    expect(first.chats.restore(chat)).toBe(true)
    first.chats.remove(chat, first.lock.token, 2)
    die(first)
    expect(second.tidyUp(Date.now()).purged).toEqual([chat])
    expect(second.chats.restore(chat)).toBe(false)
  })

  test('a removed chat of thousands of messages goes too', () => {
    const [first, second] = [open(), open()]
    const chat = addChat(first)
    first.transaction(() => {
      for (let i = 0; i < 2500; i += 1) addMessage(first, chat, 'x')
    })
    first.chats.remove(chat, first.lock.token, 1)
    die(first)
    expect(second.tidyUp(Date.now()).purged).toEqual([chat])
    expect(second.messages.ofChat(chat)).toEqual([])
  })

  test('lock files of dead ones are removed', () => {
    die(open())
    writeFileSync(join(dataPaths(folder.path).locks, 'left-by-a-kill.lock'), '')
    open()
    expect(readdirSync(dataPaths(folder.path).locks).filter((name) => name.endsWith('.lock'))).toHaveLength(1)
  })
})

test('text is kept whole', () => {
  const store = open()
  const text = 'a\0b \u202e 图 👩‍👩‍👧 e\u0301\r\n'
  expect(store.messages.find(addMessage(store, addChat(store), text))?.text).toBe(text.replace('\0', '\uFFFD'))
})

describe('pictures', () => {
  test('unused ones go after a day, with their file; shown ones stay', async () => {
    const store = open()
    const [shown, unused, recent] = await Promise.all([1, 2, 3].map((byte) => store.files.put(Buffer.alloc(4, byte))))
    store.images.add(image(shown!), 0)
    store.images.add(image(unused!), 0)
    store.images.add(image(recent!), 24 * 3600 * 1000)
    const message = addMessage(store, addChat(store), '', { images: [image(shown!)] })
    expect(store.tidyUp(24 * 3600 * 1000 + 1).images).toEqual([unused])
    expect(await Promise.all([shown!, unused!, recent!].map((id) => store.files.has(id)))).toEqual([true, false, true])
    expect(store.messages.find(message)?.images.map((item) => item.id)).toEqual([shown])
    expect(store.images.find(unused!)).toBeNull()
  })

  test('half-written files go after a day, whole ones without a row never', async () => {
    const store = open()
    const id = await store.files.put(Buffer.from('its row is in the database that was set aside'))
    const half = `${store.files.path(id)}.1-0a1b2c3d.tmp`
    writeFileSync(half, 'left by a kill')
    expect(store.tidyUp(Date.now()).strays).toBe(0)
    expect(store.tidyUp(Date.now() + 24 * 3600 * 1000 + 1000).strays).toBe(1)
    expect(existsSync(half)).toBe(false)
    expect(await store.files.has(id)).toBe(true)
  })

  test('the same bytes are stored once; a file that was cut short is written again', async () => {
    const store = open()
    const id = await store.files.put(Buffer.from('picture'))
    writeFileSync(store.files.path(id), 'pic')
    expect(await store.files.put(Buffer.from('picture'))).toBe(id)
    expect(readFileSync(store.files.path(id), 'utf8')).toBe('picture')
  })
})

describe('a database that is', () => {
  test('damaged is kept under another name, and a new one is started', () => {
    const path = dataPaths(folder.path).database
    writeFileSync(path, 'this is no database'.repeat(400))
    const store = open()
    const kept = String(store.notice?.params['kept'])
    expect(store.notice).toEqual(coded('DATABASE_DAMAGED', { path }))
    expect(readFileSync(kept, 'utf8')).toMatch(/^this is no database/)
    expect(store.chats.list()).toEqual([])
    die(store)
    expect(open().notice).toBeNull()
  })

  test('damaged in the middle is found at the start', () => {
    const store = open()
    const chat = addChat(store)
    for (let i = 0; i < 200; i += 1) addMessage(store, chat, 'x'.repeat(500))
    die(store)
    const path = dataPaths(folder.path).database
    const bytes = readFileSync(path)
    bytes.fill(0x5a, 4096 * 4, 4096 * 12)
    writeFileSync(path, bytes)
    expect(open().notice).toEqual(coded('DATABASE_DAMAGED'))
  })

  test('of a newer version is refused and left as it is', () => {
    die(open())
    const path = dataPaths(folder.path).database
    const db = new Database(path)
    db.exec('PRAGMA user_version = 99')
    db.dispose()
    const before = readFileSync(path)
    expect(() => open()).toThrow(coded('DATABASE_NEWER', { path, found: 99, known: migrations.length }))
    expect(readFileSync(path).equals(before)).toBe(true)
  })
})

describe('migrations', () => {
  test.each(migrations.map((_, version) => version))('from version %i reach the newest schema', (version) => {
    const schema = (steps: number[]): unknown[] => {
      const db = new Database(join(folder.path, `${steps.join('-')}.db`))
      for (const step of steps) migrate(db, migrations.slice(0, step))
      const rows = db.all('SELECT type, name, sql FROM sqlite_schema ORDER BY name')
      expect(db.get('PRAGMA user_version')).toEqual({ user_version: migrations.length })
      db.dispose()
      return rows
    }
    expect(schema([version, migrations.length])).toEqual(schema([migrations.length]))
  })

  test('happen whole or not at all', () => {
    const db = new Database(join(folder.path, 'half.db'))
    opened.push(db)
    migrate(db, ['CREATE TABLE a (x)'])
    expect(() => migrate(db, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)', 'CREATE TABLE b (x)'])).toThrow()
    expect(db.all('SELECT name FROM sqlite_schema')).toEqual([{ name: 'a' }])
    expect(db.get('PRAGMA user_version')).toEqual({ user_version: 1 })
  })
})

test('a full disk is said, loses nothing, and is over when there is space again', async (context) => {
  const disk = smallDisk(2048)
  if ('reason' in disk) return context.skip(disk.reason)
  try {
    const store = new Store(dataPaths(disk.path))
    const chat = addChat(store)
    const kept = addMessage(store, chat, 'kept')
    const filler = join(disk.path, 'filler')
    for (let kilobytes = 1024; kilobytes >= 1; kilobytes /= 2) fill(filler, kilobytes)
    expect(() => {
      for (let i = 0; i < 100; i += 1) addMessage(store, chat, 'x'.repeat(100_000))
    }).toThrow(coded('DISK_FULL'))
    await expect(store.files.put(Buffer.alloc(200_000, 1))).rejects.toThrow(coded('DISK_FULL'))
    expect(readdirSync(dataPaths(disk.path).images, { recursive: true }).filter((name) => String(name).includes('.tmp'))).toEqual([])
    rmSync(filler)
    addMessage(store, chat, 'after')
    expect(store.messages.find(kept)?.text).toBe('kept')
    store.dispose()
    const again = new Store(dataPaths(disk.path))
    expect(again.messages.ofChat(chat).map((message) => message.text).filter((text) => text.length < 10)).toEqual(['kept', 'after'])
    again.dispose()
  } finally {
    disk.remove()
  }
})

test('a folder that cannot be written is said', (context) => {
  const readOnly = readOnlyFolder()
  if ('reason' in readOnly) return context.skip(readOnly.reason)
  try {
    expect(() => new Store(dataPaths(join(readOnly.path, 'data')))).toThrow(coded('FOLDER_NOT_WRITABLE'))
    expect(existsSync(join(readOnly.path, 'data'))).toBe(false)
  } finally {
    readOnly.remove()
  }
})

/** Appends until the disk refuses. */
function fill(path: string, kilobytes: number): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(kilobytes * 1024), { flag: 'a' })
  } catch {
    // Full, as intended.
  }
}
