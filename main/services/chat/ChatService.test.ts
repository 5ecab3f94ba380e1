import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import sharp from 'sharp'
import type { AnswerEvent, Message } from '../../contract/domains/chat.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Services } from '../createServices.ts'
import type { ScriptedEngine } from '../testing/ScriptedEngine.ts'
import { pictureKey } from '../images/pictureSource.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Store } from '../../storage/Store.ts'
import { testServices } from '../testing/testServices.ts'

let folder: ReturnType<typeof temporaryFolder>
let services: Services
let engine: ScriptedEngine

beforeEach(async () => {
  folder = temporaryFolder()
  ;({ services, engine } = await testServices(folder.path))
})

afterEach(async () => {
  await services.dispose()
  folder.remove()
})

function gate(): { promise: Promise<void>; open: () => void } {
  let open = () => {}
  const promise = new Promise<void>((resolve) => (open = resolve))
  return { promise, open }
}

async function collect(messageId: string): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = []
  for await (const event of services.chats.follow(messageId)) events.push(event)
  return events
}

async function ended(messageId: string): Promise<Message> {
  const last = (await collect(messageId)).at(-1)
  if (last?.type !== 'end') throw new Error('follow did not end')
  return last.message
}

function ask(chatId: string, text = 'What is it?', images: string[] = []) {
  return services.chats.ask({ chatId, text, images })
}

function partsAsText(index: number): string {
  return engine.generated[index]!.prompt.map((part) => (part.type === 'text' ? part.text : '<image>')).join('')
}

async function picture(): Promise<Uint8Array> {
  return await sharp({ create: { width: 40, height: 30, channels: 3, background: '#c04020' } }).png().toBuffer()
}

test('saves the text while it grows, for whoever looks after a kill', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const onDisk = new Store(dataPaths(folder.path))
  try {
    const [second, end] = [gate(), gate()]
    engine.scripts = [['The', second.promise, ' total', end.promise, ' is 12.50']]
    const { answer } = ask(services.chats.create().id)
    const saved = () => onDisk.messages.find(answer.id)
    for await (const event of services.chats.follow(answer.id)) {
      const text = event.type === 'snapshot' || event.type === 'delta' ? event.text : ''
      if (text.endsWith('The')) {
        expect(saved()).toMatchObject({ status: 'writing', text: 'The' })
        second.open()
      }
      if (text.endsWith(' total')) {
        expect(saved()?.text).toBe('The')
        vi.advanceTimersByTime(500)
        expect(saved()).toMatchObject({ status: 'writing', text: 'The total' })
        end.open()
      }
    }
    expect(saved()).toMatchObject({ status: 'done', text: 'The total is 12.50' })
  } finally {
    onDisk.dispose()
    vi.useRealTimers()
  }
})

test('stores the question, streams the answer and keeps it with its figures', async () => {
  const chat = services.chats.create()
  engine.scripts = [['The', ' total', ' is 12.50']]
  const { question, answer } = ask(chat.id)
  expect(question).toMatchObject({ role: 'user', text: 'What is it?', status: 'done' })
  expect(answer).toMatchObject({ role: 'assistant', text: '', status: 'writing' })
  const message = await ended(answer.id)
  expect(message).toMatchObject({ text: 'The total is 12.50', status: 'done', stop: 'end', model: 'LLaVA test' })
  expect(message.stats).toMatchObject({ promptTokens: 10, reused: { promptTokens: 4, images: 0 }, tokensPerSecond: 500 })
  const { chat: now, messages } = services.chats.open(chat.id)
  expect(messages).toEqual([question, message])
  expect(now).toMatchObject({ title: 'What is it?', messages: 2, busy: false })
})

test('an ended answer yields only its end', async () => {
  const { answer } = ask(services.chats.create().id)
  await ended(answer.id)
  expect((await collect(answer.id)).map((event) => event.type)).toEqual(['end'])
})

test('every follower sees the whole text once, whenever it comes; one that leaves changes nothing', async () => {
  const pause = gate()
  engine.scripts = [['one', ' two', pause.promise, ' three', ' four']]
  const { answer } = ask(services.chats.create().id)
  const early = collect(answer.id)
  const leaving = new AbortController()
  for await (const event of services.chats.follow(answer.id, leaving.signal)) if (event.type === 'delta' && event.seq === 2) leaving.abort()
  const late = collect(answer.id)
  pause.open()
  for (const events of await Promise.all([early, late])) {
    const [snapshot, ...rest] = events
    if (snapshot?.type !== 'snapshot') throw new Error('no snapshot first')
    const deltas = rest.filter((event) => event.type === 'delta')
    expect(snapshot.text + deltas.map((delta) => delta.text).join('')).toBe('one two three four')
    expect(deltas.map((delta) => delta.seq)).toEqual(deltas.map((_, index) => snapshot.seq + index + 1))
    expect(events.at(-1)).toMatchObject({ type: 'end', message: { status: 'done' } })
  }
})

test('one chat answers one question at a time; another chat is free', async () => {
  const pause = gate()
  engine.scripts = [[pause.promise, 'x']]
  const chat = services.chats.create()
  const { answer } = ask(chat.id)
  expect(() => ask(chat.id)).toThrow(expect.objectContaining({ code: 'CHAT_BUSY' }))
  expect(services.chats.list().find((item) => item.id === chat.id)?.busy).toBe(true)
  expect(services.chats.open(chat.id).messages).toHaveLength(2)
  await ended(ask(services.chats.create().id).answer.id)
  pause.open()
  await ended(answer.id)
})

test('stop keeps the text so far', async () => {
  engine.scripts = [['partly', gate().promise]]
  const { answer } = ask(services.chats.create().id)
  for await (const event of services.chats.follow(answer.id)) if (event.type === 'delta') break
  expect(await services.chats.stop(answer.id)).toMatchObject({ text: 'partly', status: 'stopped', stop: 'stopped', error: null })
})

test('a crash keeps the text, and every retry; one that brought no word is answered in its place', async () => {
  engine.scripts = [['half an', new AppError('ENGINE_CRASHED', { how: 'SIGKILL' })], [new AppError('ENGINE_CRASHED', { how: 'SIGSEGV' })], ['whole']]
  const chat = services.chats.create()
  const { answer } = ask(chat.id)
  expect(await ended(answer.id)).toMatchObject({ text: 'half an', status: 'failed', error: { code: 'ENGINE_CRASHED', params: { how: 'SIGKILL' } } })
  const { answer: second } = services.chats.retry(answer.id)
  expect(second).toMatchObject({ text: '', status: 'writing', error: null, siblings: [answer.id, second.id] })
  expect(await ended(second.id)).toMatchObject({ text: '', status: 'failed', error: { params: { how: 'SIGSEGV' } } })
  expect(services.chats.retry(second.id).answer).toMatchObject({ id: second.id, text: '', status: 'writing', error: null })
  expect(await ended(second.id)).toMatchObject({ text: 'whole', status: 'done', error: null, siblings: [answer.id, second.id] })
  expect(services.chats.open(chat.id).messages).toMatchObject([{}, { id: second.id }])
  services.chats.branches.choose(answer.id)
  expect(services.chats.open(chat.id).messages[1]).toMatchObject({ text: 'half an', status: 'failed' })
  expect(partsAsText(2)).toBe(partsAsText(0))
})

test('the picture leads the first question and is handed over as pixels only where the engine lacks it', async () => {
  const image = await services.images.add(await picture(), 'red.png')
  const chat = services.chats.create()
  await ended(ask(chat.id, 'Which colour?', [image.id]).answer.id)
  const first = engine.generated[0]!.prompt.find((part) => part.type === 'image')!
  expect(first.picture).toMatchObject({ key: pictureKey(image.id), path: expect.stringContaining('.ppm') as string })
  engine.cached.add(first.picture.key)
  await ended(ask(chat.id, 'And now?').answer.id)
  expect(engine.generated[1]!.prompt.find((part) => part.type === 'image')).toMatchObject({ picture: { key: first.picture.key, path: '' } })
  expect(partsAsText(1)).toMatch(/questions\. USER: <image>\nWhich colour\? ASSISTANT: A b c<\/s>USER: And now\? ASSISTANT:$/)
})

test('a model that takes the place of another before the answer began gets a prompt of its own', async () => {
  const qwen = { ...engine.model, name: 'Qwen2-VL', architecture: 'qwen2vl' }
  const count = engine.count.bind(engine)
  engine.count = (prompt) => {
    engine.show({ state: 'ready', info: qwen })
    return count(prompt)
  }
  const { answer } = ask(services.chats.create().id)
  expect(await ended(answer.id)).toMatchObject({ status: 'done', model: 'Qwen2-VL' })
  expect(engine.generated).toHaveLength(1)
  expect(partsAsText(0)).toMatch(/^<\|im_start\|>system/)
})

test('a picture file that is gone when the engine wants it is made once more, and only once', async () => {
  const image = await services.images.add(await picture(), 'red.png')
  const gone = new AppError('FILE_MISSING', { path: '/x.ppm' })
  engine.scripts = [[gone], ['red'], [gone], [gone]]
  const chat = services.chats.create()
  expect(await ended(ask(chat.id, 'Which?', [image.id]).answer.id)).toMatchObject({ status: 'done', text: 'red' })
  expect(await ended(ask(chat.id).answer.id)).toMatchObject({ status: 'failed', error: { code: 'FILE_MISSING' } })
  expect(engine.generated).toHaveLength(4)
})

test('a limit of tokens beyond what the context leaves is none', async () => {
  const chat = services.chats.create()
  const { answer } = services.chats.ask({ chatId: chat.id, text: 'Hi', images: [], options: { maxTokens: 30_000 } })
  expect(await ended(answer.id)).toMatchObject({ status: 'done' })
  const { tokens } = await engine.count(engine.generated[0]!.prompt)
  expect(engine.generated[0]!.maxTokens).toBe(engine.model.contextSize - tokens)
})

test('stop does not wait for pictures that are not decoded yet', async () => {
  const images = await Promise.all(['#111111', '#222222'].map(async (background) => await services.images.add(await sharp({ create: { width: 9, height: 9, channels: 3, background } }).png().toBuffer(), 'a.png')))
  const stopped: Promise<Message>[] = []
  engine.missing = (keys) => {
    stopped.push(services.chats.stop(answer.id))
    return Promise.resolve({ keys: [...keys] })
  }
  const { answer } = ask(services.chats.create().id, 'Which?', images.map(({ id }) => id))
  expect(await ended(answer.id)).toMatchObject({ status: 'stopped', error: null })
  expect(await Promise.all(stopped)).toMatchObject([{ status: 'stopped' }])
  expect(engine.generated).toHaveLength(0)
})

test('what does not fit is said, with the figures', async () => {
  const image = await services.images.add(await picture(), 'red.png')
  const images = [image.id, image.id, image.id, image.id]
  const { answer } = ask(services.chats.create().id, 'All of them?', images)
  expect(await ended(answer.id)).toMatchObject({ status: 'failed', error: { code: 'CONTEXT_FULL', params: { available: 2048, images: 2304 } } })
  expect(engine.generated).toHaveLength(0)
})

test('a model without a projector refuses pictures', async () => {
  engine.model = { ...engine.model, vision: false }
  engine.retry()
  const image = await services.images.add(await picture(), 'red.png')
  const { answer } = ask(services.chats.create().id, 'What?', [image.id])
  expect(await ended(answer.id)).toMatchObject({ error: { code: 'MODEL_HAS_NO_VISION', params: { model: 'LLaVA test' } } })
})

test('one press on Retry also asks an engine that was paused once more', async () => {
  const paused = { code: 'ENGINE_KEEPS_FAILING', params: { times: 3 } } as const
  engine.show({ state: 'failed', files: engine.model.files, error: paused })
  const { answer } = ask(services.chats.create().id)
  expect(await ended(answer.id)).toMatchObject({ status: 'failed', error: paused })
  services.chats.retry(answer.id)
  expect(await ended(answer.id)).toMatchObject({ status: 'done', error: null })
})

test('an answer waits for a model that is loading, and says so', async () => {
  engine.show({ state: 'loading', files: engine.model.files, isDemo: false, name: 'x', fraction: 0.25 })
  const { answer } = ask(services.chats.create().id)
  const events: AnswerEvent[] = []
  for await (const event of services.chats.follow(answer.id)) {
    events.push(event)
    if (event.type === 'progress' && event.phase === 'loading') engine.retry()
  }
  expect(events).toContainEqual({ type: 'progress', phase: 'loading', fraction: 0.25 })
  expect(events.at(-1)).toMatchObject({ message: { status: 'done' } })
  expect(engine.subscribers).toBe(0)
})

test('remove stops the answer and hides the chat; restore brings it back whole', async () => {
  engine.scripts = [['partly', gate().promise]]
  const chat = services.chats.create()
  const { answer } = ask(chat.id)
  await services.chats.remove(chat.id)
  expect(services.chats.list()).toEqual([])
  expect(() => services.chats.open(chat.id)).toThrow(expect.objectContaining({ code: 'CHAT_MISSING' }))
  services.chats.restore(chat.id)
  expect(services.chats.open(chat.id).messages.find((message) => message.id === answer.id)).toMatchObject({ status: 'stopped' })
})

test('a title of the person stays', async () => {
  const chat = services.chats.create()
  services.chats.rename(chat.id, 'Mine')
  await ended(ask(chat.id).answer.id)
  expect(services.chats.list()[0]).toMatchObject({ title: 'Mine' })
})

test('refuses what cannot be asked, and stores nothing', () => {
  const chat = services.chats.create()
  expect(() => ask(chat.id, '   ')).toThrow(expect.objectContaining({ code: 'QUESTION_EMPTY' }))
  expect(() => ask(chat.id, 'Hi', ['0'.repeat(64)])).toThrow(expect.objectContaining({ code: 'IMAGE_GONE' }))
  expect(() => ask('nowhere')).toThrow(expect.objectContaining({ code: 'CHAT_MISSING' }))
  expect(services.chats.open(chat.id).messages).toEqual([])
})
