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

describe('a question with a picture that is still on its way', () => {
  async function asked(services: FakeServices): Promise<void> {
    services.attach('a.png')
    services.conversation.draft.text = 'What is the total?'
    expect([services.conversation.canSend, services.conversation.waiting]).toEqual([true, false])
    await services.conversation.send()
    expect([services.asked.length, services.conversation.waiting]).toEqual([0, true])
  }

  it('is sent as soon as the picture is there', async () => {
    const services = new FakeServices(), { conversation } = services
    await asked(services)
    await services.added('a.png')
    expect(services.asked).toEqual([{ chatId: 'c', text: 'What is the total?', images: ['a.png'] }])
    await services.taken()
    expect([conversation.waiting, conversation.draft.text]).toEqual([false, ''])
  })

  it('waits for all of them, a picture that is there already among them', async () => {
    const services = new FakeServices()
    await asked(services)
    services.attach('b.png')
    services.attach('double.png')
    await services.added('a.png')
    await services.added('double.png', 'a.png')
    expect([services.asked.length, services.conversation.waiting]).toEqual([0, true])
    await services.added('b.png')
    expect(services.asked.map(({ images }) => images)).toEqual([['a.png', 'b.png']])
  })

  it('is not sent after it was changed', async () => {
    const services = new FakeServices(), { conversation } = services
    await asked(services)
    conversation.draft.text += ' And who'
    expect(conversation.waiting).toBe(false)
    await services.added('a.png')
    // Nor when it happens to read as before, much later.
    conversation.draft.text = 'What is the total?'
    services.attach('b.png')
    await services.added('b.png')
    expect(services.asked).toEqual([])
  })

  it('is not sent without a picture that failed or was removed', async () => {
    const failing = new FakeServices(), removed = new FakeServices()
    await asked(failing)
    await failing.refused('a.png')
    await asked(removed)
    removed.conversation.detach(removed.conversation.draft.attachments[0]!)
    await removed.added('a.png')
    for (const { asked, conversation } of [failing, removed]) expect([asked.length, conversation.waiting, conversation.draft.text]).toEqual([0, false, 'What is the total?'])
  })
})
