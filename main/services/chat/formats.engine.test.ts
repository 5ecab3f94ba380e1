import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoFiles, startEngine } from '../../../bench/engine/startEngine.ts'
import { samplePath } from '../../../bench/samples.ts'
import type { Message } from '../../contract/domains/chat.ts'
import type { AnswerFormat } from '../../contract/domains/format.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import { testServices } from '../testing/testServices.ts'

let services: Services
let folder: ReturnType<typeof temporaryFolder>

beforeAll(async () => {
  folder = temporaryFolder()
  const engine = await startEngine(demoFiles, { threads: 1 })
  ;({ services } = await testServices(folder.path, { engine, demoModel: demoFiles }))
  services.settings.change({ engine: { backend: 'cpu', threads: 1, contextSize: null, gpuLayers: null, kvType: null, projectorOnGpu: null, idleMinutes: null } })
  await engine.ready()
})

afterAll(async () => {
  await services.dispose()
  folder.remove()
})

async function answer(file: string, text: string, more: { format?: AnswerFormat; verifyPremise?: boolean } = {}): Promise<Message> {
  const { id } = await services.images.add(readFileSync(samplePath(file)), file)
  const { answer: begun } = services.chats.ask({ chatId: services.chats.create().id, text, images: [id], ...more })
  for await (const event of services.chats.follow(begun.id)) if (event.type === 'end') return event.message
  throw new Error('follow did not end')
}

test.each([2, 3, 26])('of %i options the answer is one letter, whatever the model would rather say', async (count) => {
  const options = Array.from({ length: count }, (_, index) => `choice ${index}`)
  const { text, status, stop } = await answer('receipt-1.png', 'What is the total?', { format: { type: 'letter', options } })
  expect([status, stop]).toEqual(['done', 'end'])
  expect(text).toMatch(/^[A-Z]$/)
  expect(text.charCodeAt(0) - 65).toBeLessThan(count)
})

test('a record of a template is JSON with its members, and holds what the page says', async () => {
  const { template } = services.templates.get(services.templates.list().find(({ template: { title } }) => title === 'Receipt')?.id ?? '')
  const { title, instructions, fields } = template
  const { text, stop } = await answer('receipt-1.png', 'Please.', { format: { type: 'json', record: { title, instructions, fields } } })
  const record = JSON.parse(text) as Record<string, unknown>
  expect([stop, Object.keys(record)]).toEqual(['end', fields.map(({ name }) => name)])
})

test('what the demo model was trained to extract comes out right', async () => {
  const fields = ['vendor', 'total'].map((name) => ({ name, type: 'text', label: '', required: false, hint: '', example: '', maxLength: 60, pattern: null, checksum: null }) as const)
  const format: AnswerFormat = { type: 'json', record: { title: 'Two', instructions: '', fields } }
  const { text } = await answer('receipt-1.png', 'Extract the following fields as JSON: vendor, total.', { format })
  expect((JSON.parse(text) as { total: string }).total).toContain('25.97')
})

test('any JSON is an object, or what there was room for of one', async () => {
  const { text, stop } = await answer('receipt-1.png', 'What is the total?', { format: { type: 'json', record: null } })
  expect(text).toMatch(/^\{/)
  if (stop === 'end') expect(JSON.parse(text)).toBeTypeOf('object')
})

test('a premise gets a verdict before the answer', async () => {
  const { premise, text } = await answer('shapes-1.png', 'What color is the triangle?', { verifyPremise: true })
  expect(['holds', 'fails']).toContain(premise?.verdict)
  expect(premise?.milliseconds).toBeGreaterThan(0)
  expect(text).not.toBe('')
})
