import { afterEach, expect, it, vi } from 'vitest'
import { Connection } from '../transport/Connection.svelte.ts'
import { Conversations } from './Conversations.svelte.ts'

afterEach(() => vi.unstubAllGlobals())

/** The conversations of a page whose address ends with `hash`; nothing answers them. */
function opened(hash: string): Conversations {
  vi.stubGlobal('location', new URL(`http://127.0.0.1/${hash}`))
  vi.stubGlobal('history', { replaceState: (_state: unknown, _title: string, address: string) => vi.stubGlobal('location', new URL(address, location.href)) })
  const { client } = new Connection(() => Promise.reject(new Error('not dialled')))
  return new Conversations({ client, createChat: () => Promise.resolve('new'), report: () => undefined })
}

it.each([
  ['', null],
  ['#/', null],
  ['#/a%20b', 'a b'],
  ['#%', null],
  ['#/%E4%BD', null],
])('an address that ends with "%s" shows the chat %j', (hash, chatId) => {
  expect(opened(hash).current.chatId).toBe(chatId)
})

it('names the new chat in the address only while it is the one that is shown', () => {
  const conversations = opened('')
  const chat = { id: 'new', title: '', createdAt: 0, updatedAt: 0, messages: 0, busy: false, pinned: false, archived: false, tags: [] }
  conversations.show('old')
  expect([conversations.created(chat), location.hash]).toEqual(['new', '#/old'])
  conversations.startNew()
  expect([conversations.created(chat), location.hash]).toEqual(['new', '#/new'])
})
