import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import type { ScriptedEngine } from '../testing/ScriptedEngine.ts'
import { testServices } from '../testing/testServices.ts'
import { colour } from './testing/chats.ts'

interface Desk {
  readonly root: ReturnType<typeof temporaryFolder>
  readonly services: Services
  readonly engine: ScriptedEngine
}

let here: Desk, there: Desk

async function desk(): Promise<Desk> {
  const root = temporaryFolder()
  return { root, ...(await testServices(root.path)) }
}

beforeEach(async () => {
  here = await desk()
  there = await desk()
})

afterEach(async () => {
  for (const { services, root } of [here, there]) {
    await services.dispose()
    root.remove()
  }
})

async function ended({ chats }: Services, answerId: string): Promise<void> {
  for await (const event of chats.follow(answerId)) if (event.type === 'end') return
}

/** Takes a chat from here to there, and returns its id there. */
async function carried(chatId: string): Promise<string> {
  const { id } = await here.services.transfer.export({ chats: [chatId], format: 'json', originals: true, language: 'en' })
  const { chats } = await there.services.transfer.import(here.services.transfer.files.path(id), 'x.zip', 'skip')
  return chats[0] ?? ''
}

const asked = ({ services }: Desk, chatId: string) => services.chats.open(chatId).messages.map(({ text, format, verifyPremise, premise }) => ({ text, format, verifyPremise, premise }))

test('how questions were asked, what came of a check, and what the chat keeps, come along', async () => {
  const { services, engine } = here
  const { id } = await services.images.add(await colour('#c02020'), 'red.png')
  const { id: chatId } = services.chats.create()
  const format = { type: 'letter' as const, options: ['red', 'blue'] }
  const options = { generation: { temperature: 0.2, systemPrompt: 'Be brief.' }, format, verifyPremise: true }
  services.chatOptions.save(chatId, options)
  engine.scripts = [['No'], ['There is none.']]
  await ended(services, services.chats.ask({ chatId, text: 'Which camel?', images: [id], format, verifyPremise: true, options: { seed: 7 } }).answer.id)
  const imported = await carried(chatId)
  expect(there.services.chatOptions.get(imported)).toEqual(options)
  expect(asked(there, imported)).toEqual(asked(here, chatId))
  expect(asked(there, imported)).toMatchObject([{ format, verifyPremise: true }, { format, verifyPremise: true, premise: { verdict: 'fails' } }])
  there.engine.scripts = [['Yes'], ['A']]
  await ended(there.services, there.services.chats.retry(there.services.chats.open(imported).messages[1]?.id ?? '').answer.id)
  expect(there.engine.generated[1]).toMatchObject({ sampling: { seed: 7, temperature: 0.2 }, grammar: expect.stringContaining('"A" | "B"') as string })
})

test('a chat that keeps nothing and was asked freely comes in as such', async () => {
  const { services } = here
  const { id: chatId } = services.chats.create()
  await ended(services, services.chats.ask({ chatId, text: 'What?', images: [] }).answer.id)
  const imported = await carried(chatId)
  expect(asked(there, imported)).toEqual([{ text: 'What?' }, { text: 'A b c' }])
  expect(there.services.chatOptions.get(imported)).toEqual({ generation: {}, format: { type: 'free' }, verifyPremise: false })
})
