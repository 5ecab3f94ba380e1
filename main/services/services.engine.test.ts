import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { demoFiles, root, startEngine } from '../../bench/engine/startEngine.ts'
import type { AnswerEvent, Message } from '../contract/domains/chat.ts'
import type { Engine } from '../engine/client/Engine.ts'
import { temporaryFolder } from '../platform/testing.ts'
import type { Services } from './createServices.ts'
import { OneShot } from './oneShot/OneShot.ts'
import { testServices } from './testing/testServices.ts'

interface Expected {
  readonly images: readonly { readonly file: string; readonly prompts: readonly { readonly prompt: string; readonly answer: string; readonly check: string }[] }[]
}
const samples = JSON.parse(readFileSync(join(root, 'resources/samples/expected.json'), 'utf8')) as Expected
const sample = (file: string) => join(root, 'resources/samples', file)

/** Threads that wait for each other by spinning would make a busy machine crawl. */
const startDemo = async () => await startEngine(demoFiles, { threads: 1 })

describe('the demo model', () => {
  let engine: Engine
  let oneShot: OneShot
  beforeAll(async () => {
    engine = await startDemo()
    oneShot = OneShot.create(engine)
  })
  afterAll(async () => {
    await oneShot.dispose()
    await engine.stop()
  })

  test('answers every question of its samples as its README says', async () => {
    const wrong: object[] = []
    for (const { file, prompts } of samples.images) {
      for (const { prompt, answer, check } of prompts) {
        let text = ''
        for await (const step of oneShot.ask({ text: prompt, images: [sample(file)], options: {}, template: null })) if (step.type === 'delta') text += step.text
        const isRight = check === 'exact' ? text.trim() === answer : overlap(text, answer) >= 0.5
        if (!isRight) wrong.push({ file, prompt, answer, text })
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('a chat', () => {
  let engine: Engine
  let services: Services
  let folder: ReturnType<typeof temporaryFolder>

  beforeEach(async () => {
    folder = temporaryFolder()
    engine = await startDemo()
    ;({ services } = await testServices(folder.path, { engine, demoModel: demoFiles }))
    services.settings.change({ engine: { backend: 'cpu', threads: 1, contextSize: null, gpuLayers: null } })
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

  const add = async (file: string) => await services.images.add(readFileSync(sample(file)), file)

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
    services.chats.retry(answer.id)
    const whole = await ended(answer.id)
    expect(whole).toMatchObject({ id: answer.id, status: 'done', error: null })
    expect(whole.text.startsWith(seen.trimEnd())).toBe(true)
  })

  test('what does not fit the context is said with the figures', async () => {
    const { id: chatId } = services.chats.create()
    const images = await Promise.all(['receipt-1.png', 'receipt-2.png', 'receipt-3.png', 'form-1.png'].map(add))
    const message = await ended(services.chats.ask({ chatId, text: 'Which is larger?', images: images.map((image) => image.id) }).answer.id)
    expect(message).toMatchObject({ status: 'failed', error: { code: 'CONTEXT_FULL', params: { available: 2048, images: 4 * 576 } } })
  })
})

/** Intersection over union of two boxes written as "[x0, y0, x1, y1]". */
function overlap(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => [...text.matchAll(/\d+\.?\d*/g)].map(Number))
  const [ax0 = 0, ay0 = 0, ax1 = 0, ay1 = 0] = a ?? []
  const [bx0 = 0, by0 = 0, bx1 = 0, by1 = 0] = b ?? []
  const inside = Math.max(0, Math.min(ax1, bx1) - Math.max(ax0, bx0)) * Math.max(0, Math.min(ay1, by1) - Math.max(ay0, by0))
  return inside / ((ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - inside)
}
