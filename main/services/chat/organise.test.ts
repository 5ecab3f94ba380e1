import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import { testServices } from '../testing/testServices.ts'
import { distinctLabels } from './distinctLabels.ts'

let folder: ReturnType<typeof temporaryFolder>
let services: Services

beforeEach(async () => {
  folder = temporaryFolder()
  ;({ services } = await testServices(folder.path))
})
afterEach(async () => {
  await services.dispose()
  folder.remove()
})

test('a chat is pinned, archived and labelled; what is not named stays, and so does its place by time', () => {
  const { chats } = services
  const chat = chats.create()
  expect(chat).toMatchObject({ pinned: false, archived: false, tags: [] })
  chats.organise(chat.id, { pinned: true, tags: ['Taxes', ' taxes ', 'Journey'] })
  chats.organise(chat.id, { archived: true })
  expect(chats.list()).toEqual([{ ...chat, pinned: true, archived: true, tags: ['Journey', 'Taxes'] }])
  chats.organise(chat.id, { pinned: false, tags: [] })
  expect(chats.list()).toEqual([{ ...chat, archived: true }])
})

test('every window is told', async () => {
  const chat = services.chats.create()
  const events = services.events.subscribe()
  services.chats.organise(chat.id, { pinned: true })
  expect((await events.next()).value).toEqual({ type: 'chatsChanged' })
  await events.return()
})

test('a chat that is gone cannot be pinned', async () => {
  const chat = services.chats.create()
  await services.chats.remove(chat.id)
  expect(() => services.chats.organise(chat.id, { pinned: true })).toThrow(expect.objectContaining({ code: 'CHAT_MISSING' }))
})

test('labels that differ in case or in how accents are written are one', () => {
  expect(distinctLabels(['Café', 'cafe\u0301', 'CAFÉ', ' ', '税'])).toEqual(['Café', '税'])
})
