import { afterEach, expect, it, vi } from 'vitest'
import { Connection } from '../transport/Connection.svelte.ts'
import { Conversations } from './Conversations.svelte.ts'

afterEach(() => vi.unstubAllGlobals())

it.each([
  ['', null],
  ['#/', null],
  ['#/a%20b', 'a b'],
  ['#%', null],
  ['#/%E4%BD', null],
])('an address that ends with "%s" shows the chat %j', (hash, chatId) => {
  vi.stubGlobal('location', { hash })
  const { client } = new Connection(() => Promise.reject(new Error('not dialled')))
  expect(new Conversations({ client, createChat: () => Promise.resolve('new'), report: () => undefined }).current.chatId).toBe(chatId)
})
