import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import sharp from 'sharp'
import { AppError } from '../../contract/errors/AppError.ts'
import type { PrefillInput } from '../../engine/protocol.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import { pictureKey } from '../images/pictureSource.ts'
import type { ScriptedEngine } from '../testing/ScriptedEngine.ts'
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

/** Asks and waits for the answer. */
async function answered(chatId: string, text: string, images: string[] = []): Promise<void> {
  const { answer } = services.chats.ask({ chatId, text, images })
  for await (const event of services.chats.follow(answer.id)) if (event.type === 'end') return
}

async function addPicture(): Promise<string> {
  const { id } = await services.images.add(await sharp({ create: { width: 40, height: 30, channels: 3, background: '#c04020' } }).png().toBuffer(), 'a.png')
  return id
}

test('evaluates the words before the next question once an answer has ended', async () => {
  const { id } = services.chats.create()
  const image = await addPicture()
  engine.cached.add(pictureKey(image))
  engine.scripts = [['A boat.']]
  await answered(id, 'What is it?', [image])
  await vi.waitFor(() => expect(engine.prefilled).toHaveLength(1))
  const [{ prompt, conversation, keep }] = engine.prefilled as [PrefillInput]
  expect({ conversation, keep }).toEqual({ conversation: id, keep: true })
  expect(prompt.map((part) => (part.type === 'text' ? part.text : '<image>')).join('')).toMatch(/<image>\nWhat is it\? ASSISTANT: A boat\.<\/s>USER:$/)
  // It is the beginning of the next question's prompt, part by part.
  await answered(id, 'How large?')
  expect(engine.generated[1]!.prompt.slice(0, prompt.length - 1)).toEqual(prompt.slice(0, -1))
})

test('evaluates nothing ahead after an answer that failed, was empty, or shows a picture the engine no longer has', async () => {
  const { id } = services.chats.create()
  const image = await addPicture()
  for (const script of [[new AppError('ENGINE_CRASHED')], [''], ['A boat.']]) {
    engine.scripts = [script]
    await answered(id, 'What is it?', [image])
  }
  engine.scripts = [['Yes.']]
  const other = services.chats.create().id
  await answered(other, 'And now?')
  await vi.waitFor(() => expect(engine.prefilled.map(({ conversation }) => conversation)).toEqual([other]))
})
