import { expect, it } from 'vitest'
import type { ChatOptions } from '../../../main/contract/domains/chat.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { Connection } from '../transport/Connection.svelte.ts'
import { AnswerOptions } from './AnswerOptions.svelte.ts'

const plain: ChatOptions = { generation: {}, format: { type: 'free' }, verifyPremise: false }

/** Services that keep options; `fails` refuses everything. */
function setUp(kept: ChatOptions = plain, fails = false) {
  const saved: unknown[] = [], reported: unknown[] = []
  const call = (path: readonly string[], input: unknown) => {
    if (fails) return Promise.reject(new AppError('DISK_FULL', { path: '/data' }))
    if (path[1] === 'save') saved.push(input)
    return Promise.resolve(path[1] === 'get' ? kept : {})
  }
  const connection = new Connection(() => Promise.resolve({ link: { call }, closed: new Promise(() => undefined) }))
  void connection.run(new AbortController().signal)
  return { options: new AnswerOptions(connection.client, (thrown) => void reported.push(thrown)), saved, reported }
}

it('takes over what the chat keeps', async () => {
  const { options } = setUp({ generation: { topK: 4 }, format: { type: 'short' }, verifyPremise: true })
  await options.load('c')
  expect([options.ofQuestion(), options.generation, options.isChanged]).toEqual([{ format: { type: 'short' }, verifyPremise: true }, { topK: 4 }, true])
})

it('asks a question of a chat that was not read yet as the chat keeps it', async () => {
  const { options } = setUp({ ...plain, format: { type: 'caption' } })
  expect(await options.settle('c', false)).toEqual({ format: { type: 'caption' } })
})

it('keeps what was chosen before there was a chat', async () => {
  const { options, saved } = setUp()
  options.choose({ type: 'short' }, null)
  options.setGeneration({ temperature: 1 }, null)
  expect(saved).toEqual([])
  expect(await options.settle('c', true)).toEqual({ format: { type: 'short' } })
  expect(saved).toEqual([{ chatId: 'c', options: { generation: { temperature: 1 }, format: { type: 'short' }, verifyPremise: false } }])
})

it('a choice is not undone by what is read later', async () => {
  const { options } = setUp({ ...plain, format: { type: 'caption' } })
  options.choose({ type: 'short' }, 'c')
  await options.load('c')
  expect(options.format.type).toBe('short')
})

it('leaves out options that nothing was written into, and asks for at least two', async () => {
  const { options, saved } = setUp()
  options.choose({ type: 'letter', options: ['red', ' '] }, 'c')
  expect(options.incomplete).toBe(true)
  options.choose({ type: 'letter', options: ['red', ' ', 'blue'] }, 'c')
  expect([options.incomplete, options.ofQuestion()]).toEqual([false, { format: { type: 'letter', options: ['red', 'blue'] } }])
  await expect.poll(() => saved.map((each) => (each as { options: ChatOptions }).options.format.type)).toEqual(['free', 'letter'])
})

it('asks freely without a word about it', async () => {
  const { options } = setUp()
  expect(await options.settle('c', true)).toEqual({})
})

it('a question is refused, and a choice told about, where the chat cannot keep it', async () => {
  const { options, reported } = setUp(plain, true)
  options.choose({ type: 'short' }, null)
  await expect(options.settle('c', true)).rejects.toMatchObject({ code: 'DISK_FULL' })
  options.setVerify(true, 'c')
  await expect.poll(() => reported.length).toBe(1)
})
