import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SearchHit, SearchInput } from '../../contract/domains/search.ts'
import { createLogger } from '../../platform/log.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Store } from '../../storage/Store.ts'
import { SearchService } from './SearchService.ts'

let folder: ReturnType<typeof temporaryFolder>
let store: Store
let search: SearchService
let logged: string[]

beforeEach(() => {
  folder = temporaryFolder()
  open()
})
afterEach(() => {
  store.dispose()
  folder.remove()
})

function open(): void {
  store = new Store(dataPaths(folder.path))
  logged = []
  search = new SearchService(store.search, createLogger([(line) => logged.push(line)], 'debug'))
}

/** Changes the file behind the app's back, as a fault would. */
function damage(sql: string): void {
  const db = new DatabaseSync(dataPaths(folder.path).database, { defensive: false })
  db.exec(sql)
  db.close()
}

let count = 0
const newId = (kind: string) => `${kind}-${(count += 1)}`
const picture = (name: string) => ({ id: 'picture', name, format: 'png', width: 1, height: 1, bytes: 4 }) as const

function addChat(title = ''): string {
  const id = newId('chat')
  store.chats.create(id, count)
  if (title !== '') store.chats.rename(id, title)
  return id
}

function add(chatId: string, text: string, more: { writer?: string; image?: string } = {}): string {
  const id = newId('message')
  const images = more.image === undefined ? [] : [picture(more.image)]
  if (images.length > 0) store.images.add(images[0]!, count)
  store.messages.add({ id, chatId, role: 'assistant', text, images, options: {}, writer: more.writer ?? null, createdAt: count })
  return id
}

const ended = { status: 'done', stop: 'end', error: null, stats: null, model: 'x' } as const
const find = async (text: string, more: Partial<SearchInput> = {}) => await search.search({ text, limit: 50, ...more })
const places = (hits: readonly SearchHit[]) => hits.map((hit) => hit.message?.id ?? hit.chat.id)
const found = async (text: string) => places((await find(text)).hits)

describe('a search finds', () => {
  test('titles, messages and names of pictures, newest first', async () => {
    const chat = addChat('Invoices of May')
    const message = add(chat, 'The invoice is paid.')
    const shown = add(chat, 'What is this?', { image: 'invoice-7.png' })
    const { hits, next, bounded } = await find('INVOICE')
    expect(hits.map(({ kind, message: of, chat: { id, title } }) => [kind, of?.id, id, title])).toEqual([
      ['image', shown, chat, 'Invoices of May'],
      ['text', message, chat, 'Invoices of May'],
      ['title', undefined, chat, 'Invoices of May'],
    ])
    expect([next, bounded]).toEqual([null, false])
    expect(hits[1]?.snippet).toEqual({ text: 'The invoice is paid.', marked: [{ start: 4, end: 11 }], cutBefore: false, cutAfter: false })
  })

  test('all words of a message, in any order, short ones too', async () => {
    const chat = addChat()
    const both = add(chat, 'Tax of 5 per cent')
    add(chat, 'Tax of 6 per cent')
    expect(await found('cent 5 tax')).toEqual([both])
    expect(await found('"of 5"')).toEqual([both])
    expect(await found('"5 of"')).toEqual([])
  })

  test.each(['发票总额', '总额', '额', '12', 'Ä', 'ä', '%', '"', '5"', "o'b", '-x*', 'NEAR(', '😀', '👍🏽'])('%j', async (text) => {
    const chat = addChat()
    const id = add(chat, `发票总额 12 Ärger 100% "quoted" 5" o'bm -x* NEAR( 😀 👍🏽`)
    add(chat, 'Nothing of it.')
    expect(await found(text)).toEqual([id])
  })

  test('nothing where nothing is asked, and in chats that were removed', async () => {
    const chat = addChat('needle')
    const id = add(chat, 'needle')
    expect((await find('  ')).hits).toEqual([])
    store.chats.remove(chat, store.lock.token, 0)
    expect(await found('needle')).toEqual([])
    expect(await found('ne')).toEqual([])
    store.chats.restore(chat)
    expect(await found('needle')).toEqual([id, chat])
  })

  test('an archived chat, and says so', async () => {
    const chat = addChat('needle')
    store.chats.organise(chat, { archived: true })
    expect((await find('needle')).hits[0]?.chat.archived).toBe(true)
  })
})

describe('the index follows', () => {
  test('an answer only when it ended, and what it says then', async () => {
    const chat = addChat()
    const id = add(chat, '', { writer: store.lock.token })
    store.messages.saveText(id, 'half a needle')
    expect(await found('needle')).toEqual([])
    store.messages.end(id, { ...ended, text: 'half a thread' })
    expect(await found('needle')).toEqual([])
    expect(await found('thread')).toEqual([id])
    store.messages.reopen(id, {}, store.lock.token)
    expect(await found('thread')).toEqual([])
    store.messages.end(id, { ...ended, text: 'a second thread' })
    expect(await found('thread')).toEqual([id])
  })

  test('an answer whose process died', async () => {
    const id = add(addChat(), '', { writer: 'a dead one' })
    store.messages.saveText(id, 'half a needle')
    store.markInterrupted()
    expect(await found('needle')).toEqual([id])
  })

  test('a new title', async () => {
    const chat = addChat('old name')
    store.chats.rename(chat, 'new name')
    expect(await found('old')).toEqual([])
    expect(await found('new')).toEqual([chat])
  })

  test('a chat that is deleted for good, down to its last entry', async () => {
    const chat = addChat('needle')
    add(chat, 'needle', { image: 'needle.png' })
    const kept = add(addChat(), 'needle')
    store.chats.remove(chat, 'a dead one', 0)
    store.chats.purge(() => false)
    expect(await found('needle')).toEqual([kept])
    // Counts fit, so there is nothing to mend.
    expect(store.search.mend()).toBe(false)
  })
})

describe('an index that does not fit', () => {
  test.each(['DELETE FROM search_index WHERE rowid = 2', 'DROP TRIGGER search_message_added; DROP TRIGGER search_entry_gone; DELETE FROM search_entries'])('is built anew at the start after %s', async (sql) => {
    const chat = addChat('needle')
    const id = add(chat, 'needle', { image: 'needle.png' })
    damage(sql)
    store.dispose()
    open()
    search.mend()
    expect(logged.join()).toContain('built anew')
    expect((await find('needle')).hits.map(({ kind }) => kind).toSorted()).toEqual(['image', 'text', 'title'])
    // Its triggers are there again.
    const later = add(chat, 'a later needle')
    expect((await found('needle'))[0]).toBe(later)
    expect(places((await find('needle')).hits)).toContain(id)
  })

  test('is built anew where a search meets damage', async () => {
    const id = add(addChat(), 'needle')
    damage('DELETE FROM search_index_data WHERE id > 10')
    store.dispose()
    open()
    // The database itself is sound, so nothing is set aside.
    expect(store.notice).toBeNull()
    expect(await found('needle')).toEqual([id])
    expect(logged.join()).toContain('damaged')
  })

  test('is built anew where something written meets damage, and that is stored', async () => {
    const chat = addChat()
    const first = add(chat, 'needle')
    const writing = add(chat, '', { writer: store.lock.token })
    damage('DELETE FROM search_index_data')
    store.messages.end(writing, { ...ended, text: 'a needle that was long in coming' })
    expect(await found('needle')).toEqual([writing, first])
    damage('DELETE FROM search_index_data')
    const last = store.transaction(() => add(chat, 'another needle'))
    expect(await found('needle')).toEqual([last, writing, first])
    expect(logged.join()).not.toContain('damaged')
  })
})

describe('a long search', () => {
  test('comes in pages that leave nothing out and nothing twice', async () => {
    const chat = addChat()
    const ids = Array.from({ length: 25 }, () => add(chat, 'a needle'))
    const all: string[] = []
    let before: number | undefined
    for (;;) {
      const { hits, next } = await find('needle', { limit: 10, ...(before === undefined ? {} : { before }) })
      all.push(...places(hits))
      if (next === null) break
      before = next
    }
    expect(all).toEqual(ids.toReversed())
  })

  test('for a short word stops at its bound, says so, and goes on from there', async () => {
    const chat = addChat()
    const first = add(chat, '发票')
    store.transaction(() => {
      for (let i = 0; i < 20_500; i++) add(chat, 'x')
    })
    const { hits, next, bounded } = await find('发票')
    expect([hits.length, bounded]).toEqual([0, true])
    expect(places((await find('发票', { before: next! })).hits)).toEqual([first])
    // A word the index knows is looked for everywhere.
    const long = add(addChat(), 'needle')
    expect(await found('needle')).toEqual([long])
  })

  test('ends when nobody waits for it any more', async () => {
    const chat = addChat()
    store.transaction(() => {
      for (let i = 0; i < 5000; i++) add(chat, 'x')
    })
    const leaving = new AbortController()
    const searching = search.search({ text: 'ab', limit: 1 }, leaving.signal)
    leaving.abort()
    await expect(searching).rejects.toMatchObject({ code: 'ABORTED' })
  })
})
