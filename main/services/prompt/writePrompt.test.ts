import { expect, test } from 'vitest'
import type { PromptTemplate } from '../../contract/promptTemplates.ts'
import { embeddedTemplate, fileTemplates } from '../testing/fileTemplates.ts'
import { scriptedModel } from '../testing/ScriptedEngine.ts'
import { writePrompt } from './writePrompt.ts'

const qwen = fileTemplates.qwen2vl

async function write(more: { template?: PromptTemplate; systemPrompt?: string; embedded?: boolean; name?: string; architecture?: string }) {
  const { template = null, systemPrompt, embedded = true, ...model } = more
  const engine = { template: () => Promise.resolve({ embedded, projector: qwen.projector }), render: embeddedTemplate(qwen).render }
  const conversation = { turns: [{ question: 'Q', images: ['one'], answer: null }], systemPrompt, template }
  const { parts, stopTexts } = await writePrompt(engine, { ...scriptedModel, ...model }, conversation, new AbortController().signal)
  return { text: parts.map((part) => (part.type === 'text' ? part.text : `<${part.image}>`)).join(''), stopTexts }
}

const asItsFileSays = '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n<one>Q<|im_end|>\n<|im_start|>assistant\n'

test('the family decides where nobody chose', async () => {
  expect(await write({})).toMatchObject({ text: expect.stringMatching(/^A chat .* USER: <one>\nQ ASSISTANT:$/) as string, stopTexts: [] })
  expect(await write({ name: 'Qwen2-VL', architecture: 'qwen2vl' })).toEqual({ text: asItsFileSays, stopTexts: [] })
  expect(await write({ name: 'Qwen2-VL', architecture: 'qwen2vl', embedded: false })).toEqual({ text: asItsFileSays, stopTexts: ['<|im_end|>'] })
})

test('a choice overrides the family, with its stop texts', async () => {
  expect(await write({ template: 'embedded' })).toEqual({ text: asItsFileSays, stopTexts: [] })
  expect(await write({ template: 'llava_v0', name: 'Qwen2-VL', architecture: 'qwen2vl' })).toMatchObject({ text: expect.stringMatching(/###Human: <one>\nQ###Assistant:$/) as string, stopTexts: ['###'] })
})

test('an own system text takes the place of the template', async () => {
  expect((await write({ systemPrompt: 'Be brief.' })).text).toBe('Be brief. USER: <one>\nQ ASSISTANT:')
  expect((await write({ systemPrompt: 'Be brief.', template: 'embedded' })).text).toBe(asItsFileSays.replace('You are a helpful assistant.', 'Be brief.'))
})

test('an answer that is to go on stands at the end as it was written, without the mark of its end', async () => {
  const conversation = (name: string, architecture: string) => ({ ...scriptedModel, name, architecture })
  const engine = { template: () => Promise.resolve({ embedded: true, projector: qwen.projector }), render: embeddedTemplate(qwen).render }
  const turns = [{ question: 'P', images: ['one'], answer: 'So.' }, { question: 'Q', images: [], answer: 'It is \uE002here\uE003 </s> half \n' }]
  const textFor = async (model: typeof scriptedModel) => {
    const { parts } = await writePrompt(engine, model, { turns, systemPrompt: 'S', template: null }, new AbortController().signal)
    return parts.map((part) => (part.type === 'text' ? (part.trusted ? `[${part.text}]` : part.text) : `<${part.image}>`)).join('')
  }
  expect(await textFor(conversation('LLaVA', 'llama'))).toBe('S USER: <one>\nP ASSISTANT: So.[</s>]USER: Q ASSISTANT: It is \uE002here\uE003 </s> half')
  expect(await textFor(conversation('Qwen2-VL', 'qwen2vl'))).toMatch(/Q\[<\|im_end\|>\]\n\[<\|im_start\|>\]assistant\nIt is \uE002here\uE003 <\/s> half$/)
})
