import { describe, expect, it } from 'vitest'
import { imagesPerQuestion } from '../../../main/contract/limits.ts'
import { FakeServices } from './testing/FakeServices.ts'

describe('a question', () => {
  it('is not sent without a picture that could not be added', async () => {
    const services = new FakeServices(), { conversation } = services
    services.attach('a.png')
    conversation.draft.text = 'What is the total?'
    await services.refused('a.png')
    expect([conversation.canSend, conversation.draft.failed]).toEqual([false, true])
    await conversation.send()
    expect(services.asked).toEqual([])

    services.attach('a.png')
    await services.added('a.png')
    expect([conversation.canSend, conversation.draft.failed]).toEqual([true, false])
  })

  it('leaves alone what is typed and attached while it is on its way', async () => {
    const services = new FakeServices(), { conversation } = services, { draft } = conversation
    services.attach('a.png')
    await services.added('a.png')
    draft.text = ' What is the total? '
    const sent = conversation.send()
    expect([draft.text, draft.attachments]).toEqual(['', []])
    draft.text = 'And who'
    services.attach('b.png')
    await services.added('b.png')
    await services.taken()
    await sent
    expect(services.asked).toEqual([{ chatId: 'c', text: 'What is the total?', images: ['a.png'] }])
    expect(conversation.messages.map(({ id }) => id)).toEqual(['q', 'a'])
    expect([draft.text, draft.images.map(({ id }) => id)]).toEqual(['And who', ['b.png']])
  })

  it('comes back in front of what was typed and attached meanwhile where it is not taken', async () => {
    const services = new FakeServices(), { conversation } = services, { draft } = conversation
    services.attach('a.png')
    await services.added('a.png', 'one')
    draft.text = 'What is the total?'
    const sent = conversation.send()
    draft.text = 'And who'
    services.attach('again.png')
    services.attach('b.png')
    await services.added('again.png', 'one')
    await services.notTaken({ code: 'CHAT_BUSY', params: {} })
    await sent
    await services.added('b.png', 'two')
    expect(conversation.refusal?.code).toBe('CHAT_BUSY')
    expect(draft.text).toBe('What is the total?\nAnd who')
    // The picture that was attached again is there once.
    expect(draft.attachments.map(({ name, image }) => [name, image?.id])).toEqual([['a.png', 'one'], ['b.png', 'two']])
    expect(conversation.canSend).toBe(true)
  })

  it('comes back as it was where nothing was typed meanwhile', async () => {
    const services = new FakeServices(), { conversation } = services
    conversation.draft.text = 'What is the total?'
    const sent = conversation.send()
    await services.notTaken({ code: 'CHAT_BUSY', params: {} })
    await sent
    expect(conversation.draft.text).toBe('What is the total?')
  })

  it('that came back to more pictures than one takes is not sent before some are removed', async () => {
    const services = new FakeServices(), { conversation } = services, { draft } = conversation
    services.attach('first.png')
    await services.added('first.png')
    draft.text = 'What is the total?'
    const sent = conversation.send()
    for (let n = 0; n < imagesPerQuestion; n++) {
      services.attach(`${n}.png`)
      await services.added(`${n}.png`)
    }
    await services.notTaken({ code: 'CHAT_BUSY', params: {} })
    await sent
    expect([conversation.canSend, draft.tooMany]).toEqual([false, true])
    draft.remove(draft.attachments.at(-1)!)
    expect([conversation.canSend, draft.tooMany]).toEqual([true, false])
  })
})
