import { describe, expect, it } from 'vitest'
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
})
