import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import sharp from 'sharp'
import type { GenerationOptions, Message, Question } from '../../contract/domains/chat.ts'
import type { AnswerFormat } from '../../contract/domains/format.ts'
import { template } from '../../contract/domains/template.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
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

const free = { type: 'free' } as const

async function ended(messageId: string) {
  for await (const event of services.chats.follow(messageId)) if (event.type === 'end') return event.message
  throw new Error('follow did not end')
}

async function answered(question: Omit<Question, 'images'> & { images?: string[] }) {
  return await ended(services.chats.ask({ images: [], ...question }).answer.id)
}

/** What stands behind the picture in the last prompt, or in that at `index`. */
function promptText(index = -1): string {
  return (engine.generated.at(index)?.prompt ?? []).map((part) => (part.type === 'text' ? part.text : '<image>')).join('')
}

async function picture(): Promise<string> {
  return (await services.images.add(await sharp({ create: { width: 40, height: 30, channels: 3, background: '#c04020' } }).png().toBuffer(), 'a.png')).id
}

/** Every parameter there is, none at its default, with where it must arrive. */
const parameters: Required<GenerationOptions> = { temperature: 0.9, topP: 0.4, topK: 7, minP: 0.1, repeatPenalty: 1.3, seed: 42, maxTokens: 99, systemPrompt: 'Be brief.' }

describe('the parameters of a chat', () => {
  test.each(Object.keys(parameters) as (keyof GenerationOptions)[])('reach the engine: %s', async (key) => {
    const chatId = services.chats.create().id
    services.chatOptions.save(chatId, { generation: { [key]: parameters[key] }, format: free, verifyPremise: false })
    const { id } = await answered({ chatId, text: 'What?' })
    await ended(services.chats.retry(id).answer.id)
    for (const input of engine.generated) {
      if (key === 'systemPrompt') expect(input.prompt[0]).toMatchObject({ text: 'Be brief. USER: What? ASSISTANT:' })
      else if (key === 'maxTokens') expect(input.maxTokens).toBe(99)
      else expect(input.sampling[key]).toBe(parameters[key])
    }
    expect(engine.generated).toHaveLength(2)
  })

  test('come over the settings and under what a question brings', async () => {
    const chatId = services.chats.create().id
    services.settings.change({ generation: { temperature: 0.1, topK: 1, minP: 0.3 } })
    services.chatOptions.save(chatId, { generation: { temperature: 0.2, topK: 2 }, format: free, verifyPremise: false })
    await answered({ chatId, text: 'What?', options: { temperature: 0.3 } })
    expect(engine.generated[0]?.sampling).toMatchObject({ temperature: 0.3, topK: 2, minP: 0.3 })
  })

  test('are kept with the chat, and of no other', () => {
    const [one, other] = [services.chats.create().id, services.chats.create().id]
    const options = { generation: parameters, format: { type: 'letter', options: ['red', 'blue'] } as const, verifyPremise: true }
    services.chatOptions.save(one, { ...options, format: { type: 'letter', options: ['red', 'blue'] } })
    expect(services.chatOptions.get(one)).toEqual(options)
    expect(services.chatOptions.get(other)).toEqual({ generation: {}, format: free, verifyPremise: false })
  })

  test('of a chat that is gone are refused', () => {
    expect(() => services.chatOptions.get('gone')).toThrow(expect.objectContaining({ code: 'CHAT_MISSING' }))
    expect(() => services.chatOptions.save('gone', { generation: {}, format: free, verifyPremise: false })).toThrow(expect.objectContaining({ code: 'CHAT_MISSING' }))
  })
})

const record = template.parse({ format: 'llava-desk-template/1', title: 'Receipt', fields: [{ name: 'vendor', type: 'text' }, { name: 'total', type: 'money' }] })

describe('a format', () => {
  test.each<[AnswerFormat, string, RegExp | null]>([
    [{ type: 'short' }, 'What?\nAnswer the question using a single word or phrase.', null],
    [{ type: 'letter', options: ['red', 'blue'] }, "What?\nA. red\nB. blue\nAnswer with the option's letter from the given choices directly.", /^root ::= " "\? \("A" \| "B"\)$/],
    [{ type: 'caption' }, 'What?\nProvide a one-sentence caption for the provided image.', null],
    [{ type: 'detailed' }, 'What?\nAnswer in detail.', null],
    [{ type: 'json', record: null }, 'What?\nAnswer with a JSON object.', /object ::= "\{"/],
    [{ type: 'json', record }, 'What?\nExtract the following fields as JSON: vendor, total.', /^root ::= " "\? "\{\\"vendor\\":" " "/],
    [{ type: 'find' }, 'Please provide the bounding box coordinate of the region this sentence describes: What?.', null],
    [{ type: 'region', box: [0.1, 0.2, 0.305, 1], reading: 'square' }, 'What?\nPlease provide a short description for this region: [0.10, 0.20, 0.30, 1.00].', null],
  ])('%j is asked in its words, kept, and used again', async (format, words, grammar) => {
    const chatId = services.chats.create().id
    const { id, format: kept } = await answered({ chatId, text: 'What?', format })
    expect(kept).toEqual(format)
    expect(services.chats.open(chatId).messages.map((message) => [message.text, message.format])).toEqual([['What?', format], ['A b c', format]])
    // With parameters of its own, too.
    await ended(services.chats.retry(id, { seed: 1 }).answer.id)
    for (const [index, input] of engine.generated.entries()) {
      expect(promptText(index)).toMatch(/ USER: [^]* ASSISTANT:$/)
      expect(promptText(index).replace(/^.*? USER: ([^]*) ASSISTANT:$/, '$1')).toBe(words)
      if (grammar === null) expect(input.grammar).toBeNull()
      else expect(input.grammar).toMatch(grammar)
    }
    expect(engine.generated).toHaveLength(2)
  })

  test('stays with its question when the chat goes on', async () => {
    const chatId = services.chats.create().id
    await answered({ chatId, text: 'One?', format: { type: 'short' } })
    await answered({ chatId, text: 'Two?' })
    expect(promptText()).toContain('USER: One?\nAnswer the question using a single word or phrase. ASSISTANT: A b c</s>USER: Two? ASSISTANT:')
    expect(services.chats.open(chatId).messages.map((message) => 'format' in message)).toEqual([true, true, false, false])
  })
})

describe('a premise to be verified', () => {
  const text = "What's happening in the desert?"
  const ask = async (script: string, format?: AnswerFormat) => {
    engine.scripts = [[script], ['There is', ' none.']]
    return await answered({ chatId: services.chats.create().id, text, images: [await picture()], verifyPremise: true, ...(format === undefined ? {} : { format }) })
  }

  test('is asked for first, held to yes or no, whatever the parameters are', async () => {
    services.settings.change({ generation: { temperature: 2, maxTokens: 500 } })
    await ask('Yes')
    expect(engine.generated[0]).toMatchObject({ sampling: { temperature: 0 }, maxTokens: 8, grammar: expect.stringContaining('"Yes" | "No"') as string })
    expect(promptText(0)).toContain(`<image>\n${text}\nIs everything that this question takes for granted really in the image?\nAnswer the question using a single word or phrase. ASSISTANT:`)
    expect(engine.generated[1]).toMatchObject({ sampling: { temperature: 2 }, maxTokens: 500 })
  })

  test.each<[string, string]>([['Yes', 'holds'], ['yes', 'holds'], ['', 'unclear']])('that the check answers with %j: the question is asked as it is', async (script, verdict) => {
    const answer = await ask(script, { type: 'short' })
    expect(answer).toMatchObject({ premise: { verdict, milliseconds: 6 }, verifyPremise: true, text: 'There is none.' })
    expect(promptText()).toContain(`<image>\n${text}\nAnswer the question using a single word or phrase. ASSISTANT:`)
  })

  test('that does not hold: the question is asked in the words of the paper, free to say so, also in what follows', async () => {
    const answer = await ask('No', { type: 'letter', options: ['a', 'b'] })
    const tricky = `If there are factual errors in the questions, point it out; if not, proceed to answering the question. ${text}`
    expect(answer.premise?.verdict).toBe('fails')
    expect(engine.generated[1]?.grammar).toBeNull()
    expect(promptText()).toContain(`<image>\n${tricky} ASSISTANT:`)
    expect(services.chats.open(answer.chatId).messages.at(-1)?.premise?.verdict).toBe('fails')
    await answered({ chatId: answer.chatId, text: 'And now?' })
    expect(promptText()).toContain(`<image>\n${tricky} ASSISTANT: There is none.</s>USER: And now? ASSISTANT:`)
  })

  test('is verified anew when the answer is written again', async () => {
    const { id } = await ask('No')
    engine.scripts = [['Yes'], ['A camel.']]
    const { answer } = services.chats.retry(id)
    expect(answer.premise).toBeUndefined()
    expect(await ended(answer.id)).toMatchObject({ text: 'A camel.', premise: { verdict: 'holds' } })
  })

  test('is told from a question without a picture, which cannot be checked', async () => {
    const answer = await answered({ chatId: services.chats.create().id, text, verifyPremise: true })
    expect([answer.premise, engine.generated.length]).toEqual([{ verdict: 'noPicture', milliseconds: 0 }, 1])
  })

  test('is not looked for in a request that has none', async () => {
    const words = 'Provide a one-sentence caption for the provided image.'
    const answer = await answered({ chatId: services.chats.create().id, text: words, images: [await picture()], format: { type: 'caption' }, verifyPremise: true })
    expect([answer.premise?.verdict, engine.generated.length]).toEqual(['nothing', 1])
  })

  test('stops with the answer', async () => {
    engine.scripts = [[new Promise(() => undefined)]]
    const { answer } = services.chats.ask({ chatId: services.chats.create().id, text, images: [await picture()], verifyPremise: true })
    await expect.poll(() => engine.generated.length).toBe(1)
    expect(await services.chats.stop(answer.id)).toMatchObject({ status: 'stopped', text: '' })
    expect(engine.generated).toHaveLength(1)
  })
})

describe('how a question was asked, in branches', () => {
  const short = { type: 'short' } as const
  const words = 'What?\nAnswer the question using a single word or phrase.'
  const asked = () => promptText().replace(/^.*? USER: ([^]*) ASSISTANT:[^]*$/, '$1')

  test.each<[string, Partial<Question>, AnswerFormat | undefined]>([
    ['says nothing of how', {}, short],
    ['brings another format', { format: { type: 'detailed' } }, { type: 'detailed' }],
    ['is to be asked freely', { format: free }, undefined],
  ])('an edit that %s', async (_, more, format) => {
    const chatId = services.chats.create().id
    const { question } = services.chats.ask({ chatId, text: 'What?', images: [], format: short, options: { seed: 5 } })
    await ended(services.chats.open(chatId).messages[1]?.id ?? '')
    const edited = await answered({ chatId, text: 'What?', edits: question.id, ...more })
    expect(edited.format).toEqual(format)
    expect(asked()).toBe(format === undefined ? 'What?' : format.type === 'short' ? words : 'What?\nAnswer in detail.')
    expect(services.chats.open(chatId).messages.map((message) => message.format)).toEqual([format, format])
  })

  test('questions whose answers were removed keep their words; the last one is asked in its format', async () => {
    const chatId = services.chats.create().id
    const first = await answered({ chatId, text: 'One?', format: short })
    await services.chats.branches.remove(first.id)
    const second = await answered({ chatId, text: 'What?', format: short })
    expect(asked()).toBe(`One?\n${words}`)
    await answered({ chatId, text: 'Three?' })
    expect(promptText()).toContain(`USER: One?\n${words} ASSISTANT: A b c</s>USER: Three? ASSISTANT:`)
    expect(second.format).toEqual(short)
  })

  test('another answer to a question is asked for in its format, as is one that goes on, without a grammar', async () => {
    const chatId = services.chats.create().id
    const letter = { type: 'letter' as const, options: ['red', 'blue'] }
    engine.scripts = [['A'], ['B', new Promise(() => undefined)], [' it is']]
    const first = await answered({ chatId, text: 'What?', format: letter })
    const second = services.chats.retry(first.id).answer
    expect(second.siblings).toHaveLength(2)
    await expect.poll(() => services.chats.open(chatId).messages.at(-1)?.text).toBe('B')
    await services.chats.stop(second.id)
    const whole: Message = await ended(services.chats.continue(second.id, { seed: 3 }).answer.id)
    expect(whole).toMatchObject({ text: 'B it is', format: letter })
    expect(engine.generated.map(({ grammar }) => grammar === null)).toEqual([false, false, true])
    expect(engine.generated.at(-1)).toMatchObject({ continues: true, sampling: { seed: 3 } })
    expect(promptText()).toMatch(/USER: What\?\nA\. red\nB\. blue\n.* ASSISTANT: B$/)
  })

  test('going on keeps the verdict on the premise, and asks in the words it led to', async () => {
    engine.scripts = [['No'], ['There is', new Promise(() => undefined)], [' none.']]
    const chatId = services.chats.create().id
    const { answer } = services.chats.ask({ chatId, text: 'Why the camel?', images: [await picture()], verifyPremise: true })
    await expect.poll(() => services.chats.open(chatId).messages.at(-1)?.text).toBe('There is')
    const stopped = await services.chats.stop(answer.id)
    const on = services.chats.continue(answer.id).answer
    expect([stopped.premise?.verdict, on.premise]).toEqual(['fails', stopped.premise])
    expect(await ended(on.id)).toMatchObject({ text: 'There is none.', premise: stopped.premise })
    expect(engine.generated).toHaveLength(3)
    expect(asked()).toMatch(/If there are factual errors .* Why the camel\?$/)
    expect(services.chats.open(chatId).messages.at(-1)?.premise).toEqual(stopped.premise)
  })
})
