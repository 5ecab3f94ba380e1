import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { demoFiles, startEngine } from '../../bench/engine/startEngine.ts'
import { samplePath } from '../../bench/samples.ts'
import type { AnswerEvent, Message } from '../contract/domains/chat.ts'
import type { Engine } from '../engine/client/Engine.ts'
import { temporaryFolder } from '../platform/testing.ts'
import type { Services } from './createServices.ts'
import { testServices } from './testing/testServices.ts'

/** Threads that wait for each other by spinning would make a busy machine crawl. */
const startDemo = async () => await startEngine(demoFiles, { threads: 1 })

describe('a chat', () => {
  let engine: Engine
  let services: Services
  let folder: ReturnType<typeof temporaryFolder>

  beforeEach(async () => {
    folder = temporaryFolder()
    engine = await startDemo()
    ;({ services } = await testServices(folder.path, { engine, demoModel: demoFiles }))
    services.settings.change({ engine: { backend: 'cpu', threads: 1, contextSize: null, gpuLayers: null, kvType: null, projectorOnGpu: null, idleMinutes: null } })
    await engine.ready()
  })
  afterEach(async () => {
    await services.dispose()
    folder.remove()
  })

  async function ended(messageId: string): Promise<Message> {
    let last: AnswerEvent | null = null
    for await (const event of services.chats.follow(messageId)) last = event
    if (last?.type !== 'end') throw new Error('follow did not end')
    return last.message
  }

  const add = async (file: string) => await services.images.add(readFileSync(samplePath(file)), file)

  test('the second question about a picture computes neither the picture nor the conversation again', async () => {
    const { id: chatId } = services.chats.create()
    const image = await add('receipt-1.png')
    const first = await ended(services.chats.ask({ chatId, text: 'What is the total?', images: [image.id] }).answer.id)
    expect(first).toMatchObject({ text: '$25.97', status: 'done', stats: { imageTokens: 576, reused: { images: 0 } } })
    const second = await ended(services.chats.ask({ chatId, text: 'What is the tax?', images: [] }).answer.id)
    expect(second.text).toBe('$2.36')
    expect(second.stats?.reused.images).toBe(1)
    expect(second.stats?.reused.promptTokens).toBeGreaterThanOrEqual(first.stats?.promptTokens ?? Infinity)
    expect(second.stats?.evaluatedTokens).toBeLessThan(40)
  })

  test('a killed engine fails the answer with its text kept, and one retry answers it', async () => {
    const { id: chatId } = services.chats.create()
    const image = await add('receipt-1.png')
    const { answer } = services.chats.ask({ chatId, text: 'Describe the image.', images: [image.id] })
    let seen = ''
    for await (const event of services.chats.follow(answer.id)) {
      if (event.type !== 'delta') continue
      seen += event.text
      process.kill(engine.processId ?? 0, 'SIGKILL')
      break
    }
    const failed = await ended(answer.id)
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'ENGINE_CRASHED' } })
    expect(failed.text.startsWith(seen.trimEnd())).toBe(true)
    expect(services.chats.open(chatId).messages[1]).toEqual(failed)
    const again = services.chats.retry(answer.id).answer
    const whole = await ended(again.id)
    expect(whole).toMatchObject({ status: 'done', error: null, siblings: [answer.id, again.id] })
    expect(whole.text.startsWith(seen.trimEnd())).toBe(true)
  })

  test('another answer to a question computes neither its picture nor what is before it again', async () => {
    const { id: chatId } = services.chats.create()
    const image = await add('receipt-1.png')
    const first = await ended(services.chats.ask({ chatId, text: 'What is the total?', images: [image.id] }).answer.id)
    const again = await ended(services.chats.retry(first.id).answer.id)
    expect(again).toMatchObject({ text: '$25.97', siblings: [first.id, again.id], stats: { reused: { images: 1 } } })
    expect(again.stats?.evaluatedTokens).toBeLessThan(40)
    const { question } = services.chats.ask({ chatId, text: 'What is the tax?', images: [image.id], edits: services.chats.open(chatId).messages[0]!.id })
    const edited = await ended(services.chats.open(chatId).messages[1]!.id)
    expect([edited.text, edited.stats?.reused.images, question.siblings.length]).toEqual(['$2.36', 1, 2])
  })

  test('an answer that was cut off goes on to what it would have been, word for word', async () => {
    const image = await add('receipt-1.png')
    const describe = (maxTokens: number) => services.chats.ask({ chatId: services.chats.create().id, text: 'Describe the image.', images: [image.id], options: { maxTokens } })
    const whole = await ended(describe(200).answer.id)
    expect(whole.stop).toBe('end')
    const tokens = whole.stats?.generatedTokens ?? 0
    for (const cut of [3, Math.floor(tokens / 2)]) {
      const begun = await ended(describe(cut).answer.id)
      expect(begun).toMatchObject({ stop: 'length', status: 'done' })
      expect(whole.text.startsWith(begun.text)).toBe(true)
      const on = await ended(services.chats.continue(begun.id, { maxTokens: 200 }).answer.id)
      expect(on).toMatchObject({ id: begun.id, text: whole.text, stop: 'end', stats: { reused: { images: 1 } } })
    }
  })

  test('what does not fit the context is said with the figures', async () => {
    const { id: chatId } = services.chats.create()
    const images = await Promise.all(['receipt-1.png', 'receipt-2.png', 'receipt-3.png', 'form-1.png'].map(add))
    const message = await ended(services.chats.ask({ chatId, text: 'Which is larger?', images: images.map((image) => image.id) }).answer.id)
    expect(message).toMatchObject({ status: 'failed', error: { code: 'CONTEXT_FULL', params: { available: 2048, images: 4 * 576 } } })
  })
})
