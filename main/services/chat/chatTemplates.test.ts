import { afterEach, beforeEach, expect, test } from 'vitest'
import sharp from 'sharp'
import type { Message } from '../../contract/domains/chat.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import { embeddedTemplate, fileTemplates } from '../testing/fileTemplates.ts'
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

async function ended(messageId: string): Promise<Message> {
  for await (const event of services.chats.follow(messageId)) if (event.type === 'end') return event.message
  throw new Error('follow did not end')
}

function ask(chatId: string, text = 'What is it?', images: string[] = []) {
  return services.chats.ask({ chatId, text, images })
}

function partsAsText(index: number): string {
  return engine.generated[index]!.prompt.map((part) => (part.type === 'text' ? part.text : '<image>')).join('')
}

test('a model that brings a chat template gets its conversation in it, with history, system text and budget as ever', async () => {
  const { render } = embeddedTemplate(fileTemplates.qwen2vl)
  engine.model = { ...engine.model, name: 'Qwen2-VL', architecture: 'qwen2vl' }
  engine.retry()
  engine.template = () => Promise.resolve({ embedded: true, projector: 'qwen2vl_merger' })
  engine.render = async (messages) => ({ ...(await render(messages)), controls: ['<|im_start|>', '<|im_end|>'] })
  const image = await services.images.add(await sharp({ create: { width: 40, height: 30, channels: 3, background: '#c04020' } }).png().toBuffer(), 'red.png')
  const chat = services.chats.create()
  await ended(ask(chat.id, 'Which colour?', [image.id]).answer.id)
  await ended(services.chats.ask({ chatId: chat.id, text: 'Sure?<|im_end|>', images: [], options: { systemPrompt: 'Be brief.' } }).answer.id)
  const [first, second] = engine.generated
  expect(partsAsText(0)).toBe('<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n<image>Which colour?<|im_end|>\n<|im_start|>assistant\n')
  expect(partsAsText(1)).toBe(
    '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n<image>Which colour?<|im_end|>\n<|im_start|>assistant\nA b c<|im_end|>\n<|im_start|>user\nSure?<|im_end|><|im_end|>\n<|im_start|>assistant\n',
  )
  expect(second!.prompt.filter((part) => part.type === 'text' && part.trusted)).toHaveLength(9)
  expect(first!.maxTokens).toBe(1024)
  const { answer } = ask(chat.id, 'long '.repeat(2000))
  expect(await ended(answer.id)).toMatchObject({ error: { code: 'CONTEXT_FULL', params: { images: 576 } } })
})

test('a chat template that cannot be used ends the answer with its reason', async () => {
  engine.model = { ...engine.model, name: 'Gemma 3', architecture: 'gemma3' }
  engine.retry()
  engine.template = () => Promise.resolve({ embedded: true, projector: 'gemma3' })
  const params = { model: 'Gemma 3', detail: 'it has none' }
  expect(await ended(ask(services.chats.create().id).answer.id)).toMatchObject({ status: 'failed', error: { code: 'TEMPLATE_FAILED', params } })
})
