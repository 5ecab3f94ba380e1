import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Message } from '../../contract/domains/chat.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Store } from '../../storage/Store.ts'
import type { Services } from '../createServices.ts'
import type { ScriptedEngine } from '../testing/ScriptedEngine.ts'
import { testServices } from '../testing/testServices.ts'

let folder: ReturnType<typeof temporaryFolder>
let services: Services
let engine: ScriptedEngine
let chatId: string

beforeEach(async () => {
  folder = temporaryFolder()
  ;({ services, engine } = await testServices(folder.path))
  chatId = services.chats.create().id
})
afterEach(async () => {
  await services.dispose()
  folder.remove()
})

const coded = (code: string) => expect.objectContaining({ code }) as object
const crash = new AppError('ENGINE_CRASHED', { how: 'SIGKILL' })
const never = new Promise<void>(() => undefined)

async function ended({ id }: Pick<Message, 'id'>): Promise<Message> {
  for await (const event of services.chats.follow(id)) if (event.type === 'end') return event.message
  throw new Error('follow did not end')
}

async function asked(text: string, more: { options?: { maxTokens?: number }; edits?: string; after?: string | null } = {}) {
  const { question, answer } = services.chats.ask({ chatId, text, images: [], ...more })
  return { question, answer: await ended(answer) }
}

/** Follows an answer until its text is as long as this. */
async function written(messageId: string, text: string): Promise<void> {
  let seen = ''
  for await (const event of services.chats.follow(messageId)) {
    if (event.type === 'snapshot' || event.type === 'delta') seen += event.text
    if (seen === text) return
  }
}

const texts = () => services.chats.open(chatId).messages.map(({ text }) => text)

test('answering again keeps a good answer beside the new one', async () => {
  engine.scripts = [['one'], ['two'], ['three']]
  const { answer } = await asked('Q')
  const second = services.chats.retry(answer.id).answer
  expect(second).toMatchObject({ text: '', status: 'writing', siblings: [answer.id, second.id] })
  expect(second.id).not.toBe(answer.id)
  await ended(second)
  expect(texts()).toEqual(['Q', 'two'])
  await ended(services.chats.retry(second.id).answer)
  services.chats.branches.choose(answer.id)
  expect(texts()).toEqual(['Q', 'one'])
})

test('answering an answer in the midst again begins another branch; the old one is whole', async () => {
  engine.scripts = [['one'], ['two'], ['uno']]
  const first = await asked('Q1')
  await asked('Q2')
  await ended(services.chats.retry(first.answer.id).answer)
  expect(texts()).toEqual(['Q1', 'uno'])
  services.chats.branches.choose(first.answer.id)
  expect(texts()).toEqual(['Q1', 'one', 'Q2', 'two'])
})

test('a broken answer that something follows is not overwritten', async () => {
  engine.scripts = [['half an', crash], ['two'], ['whole']]
  const first = await asked('Q1')
  await asked('Q2')
  const again = services.chats.retry(first.answer.id).answer
  expect(again.id).not.toBe(first.answer.id)
  await ended(again)
  services.chats.branches.choose(first.answer.id)
  expect(texts()).toEqual(['Q1', 'half an', 'Q2', 'two'])
})

test('an answer is kept in the place of a question of which it was deleted', async () => {
  engine.scripts = [['one'], ['two']]
  const { question, answer } = await asked('Q')
  await services.chats.branches.remove(answer.id)
  expect(texts()).toEqual(['Q'])
  await ended(services.chats.retry(question.id).answer)
  expect(texts()).toEqual(['Q', 'two'])
  services.chats.branches.restore(answer.id)
  expect(texts()).toEqual(['Q', 'one'])
})

test('an edited question keeps its options unless it brings its own', async () => {
  const { question } = await asked('Q', { options: { maxTokens: 70 } })
  const edited = await asked('R', { edits: question.id })
  await asked('S', { edits: edited.question.id, options: { maxTokens: 80 } })
  expect(engine.generated.map(({ maxTokens }) => maxTokens)).toEqual([70, 70, 80])
  expect(services.chats.open(chatId).messages[0]?.siblings).toHaveLength(3)
})

test('a question stands where its page says, and nowhere that is gone', async () => {
  const first = await asked('Q1')
  const second = await asked('Q2')
  await asked('Q3', { after: first.answer.id })
  expect(texts()).toEqual(['Q1', 'A b c', 'Q3', 'A b c'])
  await services.chats.branches.remove(second.answer.id)
  expect(() => services.chats.ask({ chatId, text: 'Q4', images: [], after: second.answer.id })).toThrow(coded('MESSAGE_MISSING'))
  const other = services.chats.create().id
  expect(() => services.chats.ask({ chatId: other, text: 'Q', images: [], after: first.answer.id })).toThrow(coded('MESSAGE_MISSING'))
  expect(() => services.chats.ask({ chatId: other, text: 'Q', images: [], edits: first.question.id })).toThrow(coded('BAD_INPUT'))
  expect(() => services.chats.ask({ chatId, text: 'Q', images: [], edits: first.answer.id })).toThrow(coded('BAD_INPUT'))
  expect(services.chats.open(other).messages).toEqual([])
})

test('going on appends to the text, which whoever follows sees from its beginning', async () => {
  engine.scripts = [['half an', never], [' hour', ' later']]
  const { answer } = services.chats.ask({ chatId, text: 'Q', images: [] })
  await written(answer.id, 'half an')
  await services.chats.stop(answer.id)
  const on = services.chats.continue(answer.id).answer
  expect(on).toMatchObject({ id: answer.id, text: 'half an', status: 'writing' })
  const events: string[] = []
  for await (const event of services.chats.follow(answer.id)) if (event.type !== 'progress' && event.type !== 'end') events.push(event.text)
  expect(events.join('')).toBe('half an hour later')
  expect(texts()).toEqual(['Q', 'half an hour later'])
  expect(engine.generated.map(({ continues }) => continues)).toEqual([false, true])
})

test('going on that fails leaves the answer as it was, with the reason and what was gained', async () => {
  engine.scripts = [['half an', never], [' hour', crash], [crash]]
  const { answer } = services.chats.ask({ chatId, text: 'Q', images: [] })
  await written(answer.id, 'half an')
  await services.chats.stop(answer.id)
  const stopped = { status: 'stopped', stop: 'stopped', error: { code: 'ENGINE_CRASHED' } }
  expect(await ended(services.chats.continue(answer.id).answer)).toMatchObject({ ...stopped, text: 'half an hour' })
  expect(await ended(services.chats.continue(answer.id).answer)).toMatchObject({ ...stopped, text: 'half an hour' })
  const again = services.chats.retry(answer.id).answer
  expect(again.siblings).toEqual([answer.id, again.id])
})

test('an answer that went on when the process died is not overwritten by another try', async () => {
  engine.scripts = [['one']]
  const { answer } = await asked('Q')
  const dead = new Store(dataPaths(folder.path))
  dead.messages.reopen(answer.id, {}, dead.lock.token)
  dead.messages.saveText(answer.id, 'one and')
  dead.dispose()
  expect(services.chats.open(chatId).messages[1]).toMatchObject({ status: 'interrupted', text: 'one and' })
  expect(services.chats.retry(answer.id).answer.siblings).toHaveLength(2)
})

test('only an answer that ended early and that nothing follows goes on', async () => {
  engine.scripts = [['whole'], ['half', crash], ['x'], [crash]]
  const whole = await asked('Q')
  expect(() => services.chats.continue(whole.answer.id)).toThrow(coded('BAD_INPUT'))
  expect(() => services.chats.continue(whole.question.id)).toThrow(coded('BAD_INPUT'))
  const half = await asked('Q')
  await asked('Q')
  expect(() => services.chats.continue(half.answer.id)).toThrow(coded('BAD_INPUT'))
  const empty = await asked('Q')
  expect(() => services.chats.continue(empty.answer.id)).toThrow(coded('BAD_INPUT'))
})

test('the path of an answer that is being written stays; whatever would change it is refused, from any window', async () => {
  const other = await testServices(folder.path)
  try {
    engine.scripts = [['one'], ['two', never]]
    const { question, answer } = await asked('Q')
    const second = services.chats.retry(answer.id).answer
    for (const { chats } of [services, other.services]) {
      expect(() => chats.branches.choose(answer.id)).toThrow(coded('CHAT_BUSY'))
      expect(() => chats.retry(answer.id)).toThrow(coded('CHAT_BUSY'))
      expect(() => chats.continue(answer.id)).toThrow(coded('CHAT_BUSY'))
      expect(() => chats.ask({ chatId, text: 'R', images: [], edits: question.id })).toThrow(coded('CHAT_BUSY'))
    }
    expect(other.services.chats.open(chatId).messages.at(-1)?.id).toBe(second.id)
    await services.chats.stop(second.id)
    await other.services.chats.branches.remove(second.id)
    expect(texts()).toEqual(['Q', 'one'])
  } finally {
    await other.services.dispose()
  }
})

test('deleting stops what is being written there', async () => {
  engine.scripts = [['one', never], ['two']]
  const { question, answer } = services.chats.ask({ chatId, text: 'Q', images: [] })
  await written(answer.id, 'one')
  expect((await services.chats.branches.remove(question.id)).messages).toEqual([])
  expect(services.chats.list()).toMatchObject([{ id: chatId, busy: false, messages: 0 }])
  await asked('R')
  services.chats.branches.restore(question.id)
  expect(services.chats.open(chatId).messages).toMatchObject([{ text: 'Q' }, { text: 'one', status: 'stopped' }])
  await expect(services.chats.branches.remove('nowhere')).rejects.toThrow(coded('MESSAGE_MISSING'))
  expect(() => services.chats.branches.restore('nowhere')).toThrow(coded('MESSAGE_MISSING'))
})

test('other windows are told of a chosen path, a deletion and its undo', async () => {
  const { answer } = await asked('Q')
  const { branches } = services.chats
  for (const act of [() => branches.choose(answer.id), () => branches.remove(answer.id), () => branches.restore(answer.id)]) {
    const stream = services.events.subscribe(AbortSignal.timeout(20_000))
    const told = stream.next()
    await act()
    expect((await told).value).toEqual({ type: 'chatChanged', chatId })
    await stream.return()
  }
})
