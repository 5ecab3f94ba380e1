import { expect, it } from 'vitest'
import type { ChatSummary } from '../../../../main/contract/domains/chat.ts'
import { chatGroups } from './chatGroups.ts'

const now = new Date(2026, 10, 30, 12).getTime()
const chat = (id: string, more: Partial<ChatSummary> = {}): ChatSummary => ({ id, title: id, createdAt: now, updatedAt: now, messages: 2, busy: false, pinned: false, archived: false, tags: [], ...more })
const read = (list: readonly ChatSummary[], tag: string | null = null) => {
  const { shown, archived } = chatGroups(list, tag, now)
  return { shown: shown.map(({ key, items }) => [key, ...items.map(({ id }) => id)]), archived: archived.map(({ id }) => id) }
}

const day = 24 * 60 * 60 * 1000
const list = [chat('a'), chat('b', { pinned: true, tags: ['tax'] }), chat('c', { updatedAt: now - day, tags: ['tax'] }), chat('d', { archived: true, pinned: true, tags: ['tax'] })]

it('puts pinned chats first, whatever their day, and archived ones apart', () => {
  expect(read(list)).toEqual({ shown: [['pinned', 'b'], ['today', 'a'], ['yesterday', 'c']], archived: ['d'] })
  expect(read([chat('a')])).toEqual({ shown: [['today', 'a']], archived: [] })
})

it('keeps to the chats of one label', () => {
  expect(read(list, 'tax')).toEqual({ shown: [['pinned', 'b'], ['yesterday', 'c']], archived: ['d'] })
})
