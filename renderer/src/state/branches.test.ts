import { describe, expect, it } from 'vitest'
import type { Message } from '../../../main/contract/domains/chat.ts'
import { FakeServices } from './testing/FakeServices.ts'

const picture = { id: 'kept', name: 'kept.png', format: 'png', width: 1, height: 1, bytes: 5 } as const

function message(id: string, parentId: string | null, more: Partial<Message> = {}): Message {
  const role = id.startsWith('q') ? 'user' : 'assistant'
  return { id, chatId: 'c', parentId, siblings: [id], role, text: `text of ${id}`, images: [], status: 'done', stop: 'end', error: null, stats: null, model: null, createdAt: 0, ...more }
}

const path = [message('q1', null, { images: [picture] }), message('a1', 'q1'), message('q2', 'a1'), message('a2', 'q2')]

/** A conversation whose chat was opened. */
async function opened(): Promise<FakeServices> {
  const services = new FakeServices()
  services.conversation.chatId = 'c'
  const loading = services.conversation.load()
  await services.answers('chats.open', { messages: path })
  await loading
  return services
}

const shown = ({ conversation }: FakeServices) => conversation.messages.map(({ id }) => id).join(' ')

describe('a question', () => {
  it('says which message it follows, as its page shows it', async () => {
    const services = await opened()
    services.conversation.draft.text = 'And?'
    const sent = services.conversation.send()
    await services.answers('chats.ask', { question: message('q3', 'a2'), answer: message('a3', 'q3') })
    await sent
    expect(services.asked).toEqual([{ chatId: 'c', text: 'And?', images: [], after: 'a2' }])
    expect(shown(services)).toBe('q1 a1 q2 a2 q3 a3')
  })

  it('does not claim to be the first before the chat is there', async () => {
    const services = new FakeServices()
    services.conversation.chatId = 'c'
    services.conversation.draft.text = 'And?'
    const sent = services.conversation.send()
    await services.answers('chats.ask', { question: message('q3', 'a2'), answer: message('a3', 'q3') })
    await sent
    expect(services.asked).toEqual([{ chatId: 'c', text: 'And?', images: [] }])
  })
})

describe('an edited question', () => {
  it('begins as it was, with its pictures, and is asked beside it', async () => {
    const services = await opened(), { conversation } = services
    conversation.edit(path[0]!)
    const edit = conversation.editing!
    expect([edit.draft.text, edit.draft.images, edit.changed, edit.ready]).toEqual(['text of q1', [picture], false, true])
    edit.draft.add([new File(['bytes'], 'new.png')])
    expect([edit.changed, edit.ready]).toEqual([true, false])
    await services.added('new.png')
    edit.draft.remove(edit.draft.attachments[0]!)
    edit.draft.text = ' What? '
    const sent = conversation.askEdited()
    await services.answers('chats.ask', { question: message('q1b', null, { siblings: ['q1', 'q1b'] }), answer: message('a1b', 'q1b') })
    await sent
    expect(services.asked).toEqual([{ chatId: 'c', text: 'What?', images: ['new.png'], edits: 'q1' }])
    expect([shown(services), conversation.editing]).toEqual(['q1b a1b', null])
  })

  it('stays as it was typed where it is not taken', async () => {
    const services = await opened(), { conversation } = services
    expect(conversation.editLast()).toBe(true)
    conversation.editing!.draft.text = 'What?'
    const sent = conversation.askEdited()
    await services.notTaken({ code: 'CHAT_BUSY', params: {} })
    await sent
    expect([conversation.editing?.message.id, conversation.editing?.draft.text, conversation.refusal?.code]).toEqual(['q2', 'What?', 'CHAT_BUSY'])
  })

  it('waits while another path is shown', async () => {
    const services = await opened(), { conversation } = services
    conversation.edit(path[2]!)
    conversation.editing!.draft.text = 'What?'
    const choosing = conversation.choose('q1b')
    await services.answers('chats.choose', { messages: [message('q1b', null)] })
    await choosing
    expect([conversation.editing, shown(services)]).toEqual([null, 'q1b'])
    const back = conversation.choose('q1')
    await services.answers('chats.choose', { messages: path })
    await back
    expect(conversation.editing?.draft.text).toBe('What?')
    conversation.cancelEdit()
    expect(conversation.editing).toBeNull()
  })
})

describe('an answer', () => {
  it('that is written again takes its place on the screen; what followed the old one is not shown', async () => {
    const services = await opened(), { conversation } = services
    const retrying = conversation.retry('a1')
    expect(conversation.busy).toBe(true)
    await services.answers('chats.retry', { answer: message('a1b', 'q1', { siblings: ['a1', 'a1b'] }) })
    await retrying
    expect([shown(services), conversation.busy]).toEqual(['q1 a1b', false])
  })

  it('that is deleted is gone with what follows, and comes back', async () => {
    const services = await opened(), { conversation } = services
    const removing = conversation.remove('a1')
    await services.answers('chats.removeMessage', { messages: path.slice(0, 1) })
    expect([await removing, shown(services)]).toEqual([true, 'q1'])
    const restoring = conversation.restore('a1')
    await services.answers('chats.restoreMessage', { messages: path })
    await restoring
    expect(shown(services)).toBe('q1 a1 q2 a2')
  })
})
