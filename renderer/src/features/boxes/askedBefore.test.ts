import { expect, it } from 'vitest'
import type { Message } from '../../../../main/contract/domains/chat.ts'
import { askedBefore } from './askedBefore.ts'

const image = (id: string) => ({ id, name: id, format: 'png', width: 4, height: 3, bytes: 9 }) as const

function message(id: string, role: Message['role'], images: string[] = []): Message {
  return { id, chatId: 'c', parentId: null, siblings: [id], role, text: `text of ${id}`, images: images.map(image), status: 'done', stop: null, error: null, stats: null, model: null, createdAt: 0 }
}

const chat = [message('q0', 'user'), message('a0', 'assistant'), message('q1', 'user', ['x', 'y', 'x']), message('a1', 'assistant'), message('q2', 'user'), message('a2', 'assistant'), message('q3', 'user', ['z']), message('a3', 'assistant')]

it.each([
  ['a0', 'text of q0', []],
  ['a1', 'text of q1', ['x', 'y']],
  ['a2', 'text of q2', ['x', 'y']],
  ['a3', 'text of q3', ['z']],
])('%s answers %j about the pictures %j', (id, text, images) => {
  const asked = askedBefore(chat, id)
  expect([asked?.text, asked?.images.map((each) => each.id)]).toEqual([text, images])
})

it('an answer that is not in the chat answers nothing', () => {
  expect(askedBefore(chat, 'gone')).toBeNull()
})
