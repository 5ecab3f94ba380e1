import { readFileSync } from 'node:fs'
import OpenAI from 'openai'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { samplePath, sampleQuestions, samples } from '../../../bench/samples.ts'
import { bundleEngine, demoOptions, startEngine } from '../../engine/client/testing/realEngine.ts'
import type { RealEngine } from '../../engine/client/testing/realEngine.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../../services/createServices.ts'
import { OneShot } from '../../services/oneShot/OneShot.ts'
import { testServices } from '../../services/testing/testServices.ts'
import { openServer } from './openServer.ts'

// The client that OpenAI publishes, the real server, the real engine and the demo model.

const model = 'llava-desk-demo'
const receipt = 'receipt-1.png'
const dataUrl = (file: string) => `data:image/png;base64,${readFileSync(samplePath(file)).toString('base64')}`
const about = (file: string, text: string) => [{ role: 'user' as const, content: [{ type: 'image_url' as const, image_url: { url: dataUrl(file) } }, { type: 'text' as const, text }] }]

let folder: ReturnType<typeof temporaryFolder>
let real: RealEngine, services: Services, client: OpenAI, logged: string[]

beforeAll(async () => {
  await bundleEngine()
  folder = temporaryFolder()
  real = startEngine()
  const made = await testServices(folder.path, { engine: real.engine, demoModel: { ...demoOptions.files }, openServer, forcedServer: { port: 0, token: null } })
  ;({ services, logged } = made)
  await services.server.follow()
  const { state } = services.server
  if (state.state !== 'running') throw new Error(JSON.stringify(state))
  client = new OpenAI({ baseURL: state.address, apiKey: await services.server.token(), maxRetries: 0 })
  await real.engine.ready()
})
afterAll(async () => {
  await services.dispose()
  folder.remove()
})

/** The whole text of an answer to a question in a chat of the app. */
async function inChat(text: string, file: string): Promise<string> {
  const image = await services.images.add(readFileSync(samplePath(file)), file)
  const { id } = services.chats.create()
  const { answer } = services.chats.ask({ chatId: id, text, images: [image.id], options: { temperature: 0 } })
  for await (const event of services.chats.follow(answer.id)) if (event.type === 'end') return event.message.text
  throw new Error('The answer has no end')
}

async function onCommandLine(text: string, file: string): Promise<string> {
  const oneShot = OneShot.create(real.engine)
  try {
    let answer = ''
    for await (const step of oneShot.ask({ text, images: [samplePath(file)], options: { temperature: 0 }, template: null })) if (step.type === 'delta') answer += step.text
    return answer
  } finally {
    await oneShot.dispose()
  }
}

async function streamed(body: OpenAI.ChatCompletionCreateParamsNonStreaming): Promise<string> {
  let text = ''
  for await (const chunk of await client.chat.completions.create({ ...body, stream: true })) text += chunk.choices[0]?.delta.content ?? ''
  return text
}

describe('an answer about a picture', () => {
  const questions = sampleQuestions.filter(({ check }) => check === 'exact').filter((_, index) => index % 9 === 0)

  test.each(questions.map(({ file, prompt, answer }) => [file, prompt, answer] as const))('is right, and that of a chat, of the command line and of a stream: %s, %s', async (file, prompt, answer) => {
    const body = { model, messages: about(file, prompt), temperature: 0 }
    const completion = await client.chat.completions.create(body)
    expect(completion.choices[0]?.message.content).toBe(answer)
    expect(completion.choices[0]?.finish_reason).toBe('stop')
    expect(completion.usage?.prompt_tokens).toBeGreaterThan(100)
    expect([await streamed(body), await inChat(prompt, file), await onCommandLine(prompt, file)]).toEqual([answer, answer, answer])
  })

  test('goes on with its history', async () => {
    const first = about(receipt, 'Who is the vendor?')
    await client.chat.completions.create({ model, temperature: 0, messages: first })
    const completion = await client.chat.completions.create({ model, temperature: 0, messages: [...first, { role: 'assistant', content: 'NULVAS SUPPLY' }, { role: 'user', content: 'What is the total?' }] })
    expect(completion.choices[0]?.message.content).toBe('$25.97')
    expect(completion.usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThan(100)
  })

  test('takes a system message and several pictures', async () => {
    const [one] = about(receipt, 'What is the total?'), [other] = about('shapes-1.png', '')
    const content = [...one!.content, ...other!.content.filter((part) => part.type === 'image_url')]
    const completion = await client.chat.completions.create({ model, temperature: 0, max_completion_tokens: 5, messages: [{ role: 'system', content: samples.system }, { role: 'user', content }] })
    const alone = await client.chat.completions.create({ model, temperature: 0, max_completion_tokens: 5, messages: about(receipt, 'What is the total?') })
    expect(completion.usage!.prompt_tokens - alone.usage!.prompt_tokens).toBeGreaterThan(100)
  })

  test('repeats itself with a seed, and ends where it is told to', async () => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- clients still send it
    const ask = async (seed: number) => await streamed({ model, messages: about(receipt, 'Describe the image.'), temperature: 1.5, top_p: 1, seed, max_completion_tokens: 30 })
    expect(await ask(7)).toBe(await ask(7))
    expect(new Set([await ask(1), await ask(2), await ask(3), await ask(4)]).size).toBeGreaterThan(1)
    const completion = await client.chat.completions.create({ model, temperature: 0, messages: about(receipt, 'Who is the vendor?'), stop: [' SUPPLY'] })
    expect(completion.choices[0]).toMatchObject({ message: { content: 'NULVAS' }, finish_reason: 'stop' })
    const cut = await client.chat.completions.create({ model, temperature: 0, messages: about(receipt, 'Who is the vendor?'), max_completion_tokens: 2 })
    expect([cut.choices[0]?.finish_reason, cut.usage?.completion_tokens]).toEqual(['length', 2])
  })
})

test.each([false, true])('the tokens of an answer make up its text, with probabilities of what was sure; streamed: %s', async (stream) => {
  const body = { model, messages: about(receipt, 'Who is the vendor?'), temperature: 0, logprobs: true }
  const choice = stream ? await client.chat.completions.stream(body).finalChatCompletion().then(({ choices }) => choices[0]) : (await client.chat.completions.create(body)).choices[0]
  const tokens = choice?.logprobs?.content ?? []
  expect(tokens.map(({ token }) => token).join('')).toBe('NULVAS SUPPLY')
  expect(Buffer.from(tokens.flatMap(({ bytes }) => bytes ?? [])).toString()).toBe('NULVAS SUPPLY')
  for (const { logprob } of tokens) expect(logprob).toBeLessThanOrEqual(0)
  expect(Math.exp(tokens.reduce((sum, { logprob }) => sum + logprob, 0))).toBeGreaterThan(0.5)
})

describe('an answer in a form', () => {
  const fieldsAsked = 'Extract the following fields as JSON: vendor, phone, due_date, subtotal, total.'
  const fieldsRead = { vendor: 'NULVAS SUPPLY', phone: '272-9369', due_date: null, subtotal: 23.61, total: 25.97 }
  const schema = {
    type: 'object',
    properties: { vendor: { type: 'string', maxLength: 40 }, total: { type: ['number', 'null'] }, kind: { enum: ['receipt', 'invoice', 'other'] }, items: { type: 'array', items: { $ref: '#/$defs/item' }, maxItems: 2 } },
    required: ['vendor', 'total', 'kind', 'items'],
    additionalProperties: false,
    $defs: { item: { type: 'object', properties: { name: { type: 'string', maxLength: 10 }, left: { anyOf: [{ $ref: '#/$defs/item' }, { type: 'null' }] } }, required: ['name'], additionalProperties: false } },
  }

  test('conforms to its schema', async () => {
    const format = { type: 'json_schema' as const, json_schema: { name: 'receipt', strict: true, schema } }
    const completion = await client.chat.completions.create({ model, temperature: 0, messages: about(receipt, 'Read the document as JSON.'), response_format: format })
    const text = completion.choices[0]?.message.content ?? ''
    const value = JSON.parse(text) as object
    expect([text, new Ajv({ strict: false }).compile(schema)(value)]).toEqual([text, true])
    expect(Object.keys(value)).toEqual(['vendor', 'total', 'kind', 'items'])
  })

  test('holds what the picture says', async () => {
    const type = { vendor: 'string', phone: ['string', 'null'], due_date: ['string', 'null'], subtotal: ['number', 'null'], total: 'number' }
    const properties = Object.fromEntries(Object.entries(type).map(([name, types]) => [name, { type: types }]))
    const format = { type: 'json_schema' as const, json_schema: { name: 'receipt', strict: true, schema: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false } } }
    const messages = about(receipt, fieldsAsked)
    const answers = [await client.chat.completions.create({ model, temperature: 0, messages, response_format: format }).then(({ choices }) => choices[0]?.message.content ?? ''), await streamed({ model, temperature: 0, messages, response_format: format })]
    for (const answer of answers) expect(JSON.parse(answer)).toEqual(fieldsRead)
  })

  test('is an object where it is asked for one', async () => {
    const completion = await client.chat.completions.create({ model, temperature: 0, messages: about(receipt, fieldsAsked), response_format: { type: 'json_object' } })
    expect(JSON.parse(completion.choices[0]?.message.content ?? '')).toEqual(fieldsRead)
  })

  test('is refused where the schema cannot be held to, or leads nowhere', async () => {
    const ask = async (given: Record<string, unknown>) => await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'x' }], response_format: { type: 'json_schema', json_schema: { name: 'x', schema: given } } })
    const refused = ask({ type: 'string', pattern: '^a' })
    await expect(refused).rejects.toThrow(OpenAI.BadRequestError)
    await expect(refused).rejects.toMatchObject({ status: 400, param: 'response_format', code: 'invalid_json_schema' })
    // It refers to itself before it has written anything.
    await expect(ask({ anyOf: [{ $ref: '#' }, { type: 'null' }] })).rejects.toMatchObject({ status: 400, param: 'response_format' })
  })
})

describe('a wrong request', () => {
  const ask = async (more: object, by = client) => await by.chat.completions.create({ model, messages: [{ role: 'user', content: 'x' }], ...more })
  const picture = (url: string) => ({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }, { type: 'text', text: 'x' }] }] })
  const cut = () => `data:image/png;base64,${readFileSync(samplePath(receipt)).subarray(0, 3000).toString('base64')}`

  test('throws what the client has for it', async () => {
    await expect(ask({}, client.withOptions({ apiKey: 'wrong' }))).rejects.toThrow(OpenAI.AuthenticationError)
    await expect(ask({ model: 'gpt-4o' })).rejects.toThrow(OpenAI.NotFoundError)
    await expect(ask({ n: 2 })).rejects.toThrow(OpenAI.BadRequestError)
    await expect(ask(picture('https://example.com/cat.png'))).rejects.toMatchObject({ status: 400, code: 'unsupported_image_url' })
    await expect(ask({ messages: [{ role: 'user', content: ' '.repeat(65 * 1024 * 1024) }] })).rejects.toMatchObject({ status: 413, code: 'request_too_large' })
  })

  test('names the picture that is none, or is damaged', async () => {
    const param = 'messages[0].content[0].image_url'
    await expect(ask(picture(`data:image/png;base64,${Buffer.from('no picture').toString('base64')}`))).rejects.toMatchObject({ status: 400, code: 'image_not_an_image', param })
    await expect(ask(picture(cut()))).rejects.toMatchObject({ status: 400, code: 'image_damaged', param })
  })

  test('says how many tokens fit where it is too long', async () => {
    const refused = ask({ messages: [{ role: 'user', content: 'word '.repeat(20_000) }] })
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'messages' })
  })

  test('stops the work when its client leaves', async () => {
    const before = logged.length
    const leaving = new AbortController()
    // Hundreds of tokens, whatever the model would rather say.
    const schema = { type: 'array', items: { type: 'string', enum: ['a long text that has to be written again and again'] }, minItems: 60 }
    const format = { type: 'json_schema' as const, json_schema: { name: 'long', schema: schema as Record<string, unknown> } }
    const stream = await client.chat.completions.create({ model, messages: about(receipt, 'x'), max_completion_tokens: 1200, stream: true, response_format: format }, { signal: leaving.signal })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) leaving.abort()
    await expect.poll(() => logged.slice(before).join('\n')).toMatch(/"status":499/)
    expect((await client.chat.completions.create({ model, temperature: 0, messages: about(receipt, 'What is the total?') })).choices[0]?.message.content).toBe('$25.97')
  })
})
