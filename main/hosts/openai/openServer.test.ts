import { request } from 'node:http'
import { connect } from 'node:net'
import OpenAI from 'openai'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../../services/createServices.ts'
import type { ScriptedEngine } from '../../services/testing/ScriptedEngine.ts'
import { testServices } from '../../services/testing/testServices.ts'
import { openServer } from './openServer.ts'
import { MOST_REQUESTS } from './Room.ts'

const token = 'llava-' + 'T'.repeat(43)
const ask: OpenAI.ChatCompletionCreateParamsNonStreaming = { model: 'llava-desk-demo', messages: [{ role: 'user', content: 'SECRET QUESTION' }] }

let folder: ReturnType<typeof temporaryFolder>
let services: Services, engine: ScriptedEngine, logged: string[], client: OpenAI, port: number
beforeEach(async () => {
  folder = temporaryFolder()
  const made = await testServices(folder.path, { openServer, forcedServer: { port: 0, token } })
  ;({ services, engine, logged } = made)
  engine.model = { ...engine.model, files: { model: '/demo.gguf', projector: '/demo-mmproj.gguf' }, isDemo: true }
  engine.retry()
  await services.server.follow()
  const { state } = services.server
  if (state.state !== 'running') throw new Error(JSON.stringify(state))
  port = state.port
  client = new OpenAI({ baseURL: state.address, apiKey: token, maxRetries: 0 })
})
afterEach(async () => {
  await services.dispose()
  folder.remove()
})

/** A request exactly as written; resolves with its status and error code. */
function send(path: string, { method = 'POST', headers = {}, body = JSON.stringify(ask) }: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<{ status: number; code: unknown; cors: unknown }> {
  const all = { host: `127.0.0.1:${port}`, authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers }
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: all }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, code: (JSON.parse(text) as { error?: { code: unknown } }).error?.code, cors: response.headers['access-control-allow-origin'] }))
    })
    sent.on('error', reject)
    sent.end(method === 'GET' ? undefined : body)
  })
}

describe('an answer', () => {
  test('comes whole, with its usage', async () => {
    const completion = await client.chat.completions.create(ask)
    expect(completion).toMatchObject({ object: 'chat.completion', model: 'llava-desk-demo', choices: [{ message: { role: 'assistant', content: 'A b c' }, finish_reason: 'stop', logprobs: null }], usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13, prompt_tokens_details: { cached_tokens: 4 } } })
    expect(engine.generated[0]).toMatchObject({ keep: false, sampling: { temperature: 0 } })
    // Not behind batches.
    expect(engine.generated[0]?.priority ?? 'chat').toBe('chat')
  })

  test('comes in chunks that OpenAI would send', async () => {
    const found = []
    for await (const chunk of await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } })) found.push(chunk)
    expect(found.map(({ choices: [choice], usage }) => [choice?.delta, choice?.finish_reason, usage?.total_tokens])).toEqual([
      [{ role: 'assistant', content: '', refusal: null }, null, undefined],
      ...['A', ' b', ' c'].map((content) => [{ content }, null, undefined]),
      [{}, 'stop', undefined],
      [undefined, undefined, 13],
    ])
    expect(new Set(found.map(({ id }) => id)).size).toBe(1)
  })

  test('gets the options, the settings where it has none, and the stop texts', async () => {
    services.settings.change({ generation: { temperature: 0.3, systemPrompt: 'From the settings.' } })
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- clients still send it
    await client.chat.completions.create({ ...ask, stop: 'END', seed: 5, top_p: 0.5, max_completion_tokens: 7 })
    expect(engine.generated[0]).toMatchObject({ sampling: { temperature: 0.3, seed: 5, topP: 0.5 }, maxTokens: 7, stopTexts: ['END'] })
    expect(JSON.stringify(engine.generated[0]?.prompt)).toContain('From the settings.')
    await client.chat.completions.create({ ...ask, temperature: 0, messages: [{ role: 'system', content: 'From the request.' }, ...ask.messages] })
    expect(JSON.stringify(engine.generated[1]?.prompt)).not.toContain('From the settings.')
    expect(engine.generated[1]?.sampling.temperature).toBe(0)
  })

  test('is held to a form by a grammar, and to none without', async () => {
    await client.chat.completions.create({ ...ask, response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object', properties: { total: { type: 'number' } } } } } })
    await client.chat.completions.create(ask)
    expect(engine.generated[0]?.grammar).toContain('total')
    expect(engine.generated[1]?.grammar).toBeNull()
  })

  test('ends in the engine when the client leaves', async () => {
    engine.scripts = [['begun', new Promise(() => undefined), 'never']]
    const stream = await client.chat.completions.create({ ...ask, stream: true })
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'begun') break
    await expect.poll(() => logged.join('\n')).toContain('"status":499')
  })

  test('that breaks off in the middle says why', async () => {
    engine.scripts = [['begun', new AppError('ENGINE_CRASHED', { how: 'signal' })]]
    const read = async () => {
      for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) expect(chunk.object).toBe('chat.completion.chunk')
    }
    await expect(read()).rejects.toThrow(OpenAI.APIError)
  })
})

test('models are listed, that in use first, and found by their ids', async () => {
  const { data } = await client.models.list()
  expect(data).toMatchObject([{ id: 'llava-desk-demo', object: 'model', owned_by: 'llava-desk', in_use: true }])
  expect(await client.models.retrieve('llava-desk-demo')).toMatchObject({ id: 'llava-desk-demo' })
  await expect(client.models.retrieve('gpt-4o')).rejects.toThrow(OpenAI.NotFoundError)
  await expect(client.chat.completions.create({ ...ask, model: 'gpt-4o' })).rejects.toMatchObject({ status: 404, code: 'model_not_found', param: 'model' })
})

test('a model that is installed but not in use does not take the place of the one that is', async () => {
  engine.model = { ...engine.model, name: 'Other model', files: { model: '/other.gguf', projector: null }, isDemo: false }
  engine.retry()
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['Other-model', 'llava-desk-demo'])
  await expect(client.chat.completions.create(ask)).rejects.toThrow("is installed but not in use, and requests do not change which one is. The one in use is 'Other-model'.")
  expect(engine.used).toHaveLength(1)
})

describe('a sender', () => {
  test.each([
    [{ authorization: '' }, 401, 'missing_api_key'],
    [{ authorization: 'Basic eDp5' }, 401, 'missing_api_key'],
    [{ authorization: `Bearer ${token}x` }, 401, 'invalid_api_key'],
    [{ authorization: 'Bearer x' }, 401, 'invalid_api_key'],
    [{ host: 'evil.example' }, 403, 'wrong_host'],
    [{ host: '127.0.0.1' }, 403, 'wrong_host'],
    [{ origin: 'http://evil.example' }, 403, 'web_page'],
    [{ origin: 'null' }, 403, 'web_page'],
    [{ 'sec-fetch-site': 'cross-site' }, 403, 'web_page'],
    [{ 'content-type': 'text/plain' }, 415, 'unsupported_content_type'],
    [{ 'content-encoding': 'gzip' }, 415, 'unsupported_content_encoding'],
  ])('with %j gets %s, %s', async (headers, status, code) => {
    expect(await send('/v1/chat/completions', { headers })).toEqual({ status, code, cors: undefined })
    expect(engine.generated).toEqual([])
  })

  test.each([
    ['GET', '/v1/chat/completions', 405],
    ['POST', '/v1/models', 405],
    ['OPTIONS', '/v1/chat/completions', 405],
    ['GET', '/v1/files', 404],
    ['GET', '/', 404],
    ['GET', '/v1/models/%zz', 404],
    ['GET', '/v1/models/../../etc/passwd', 404],
  ])('that asks %s %s gets %s', async (method, path, status) => {
    expect((await send(path, { method })).status).toBe(status)
  })

  test('may call the server localhost', async () => {
    expect((await send('/v1/models', { method: 'GET', headers: { host: `localhost:${port}` } })).status).toBe(200)
  })

  test.each(['', '{', '[1', '\uFFFF'])('that sends %j for JSON gets 400', async (body) => {
    expect(await send('/v1/chat/completions', { body })).toMatchObject({ status: 400, code: 'invalid_json' })
  })

  test('with a body above the limit gets 413, said before or not', async () => {
    const large = ' '.repeat(65 * 1024 * 1024)
    await expect(client.chat.completions.create({ ...ask, messages: [{ role: 'user', content: large }] })).rejects.toMatchObject({ status: 413, code: 'request_too_large' })
    expect(await send('/v1/chat/completions', { body: large, headers: { 'transfer-encoding': 'chunked' } })).toMatchObject({ status: 413 })
    expect((await client.models.list()).data).toHaveLength(1)
  })
})

test('more requests than there is room for are told to come again; then there is room', async () => {
  let go = (): void => undefined
  const promise = new Promise<void>((resolve) => (go = resolve))
  engine.scripts = Array.from({ length: MOST_REQUESTS }, () => [promise, 'done'])
  const waiting = Array.from({ length: MOST_REQUESTS }, async () => await client.chat.completions.create(ask))
  await expect.poll(() => engine.generated.length).toBe(MOST_REQUESTS)
  await expect(client.chat.completions.create(ask)).rejects.toThrow(OpenAI.RateLimitError)
  go()
  expect((await Promise.all(waiting)).map(({ choices }) => choices[0]?.message.content)).toEqual(Array.from({ length: MOST_REQUESTS }, () => 'done'))
  expect((await client.chat.completions.create(ask)).choices[0]?.message.content).toBe('A b c')
})

test('the log has figures and neither texts nor the token', async () => {
  await client.chat.completions.create(ask)
  await client.chat.completions.create({ ...ask, model: 'SECRET MODEL' }).catch(() => undefined)
  const log = logged.join('\n')
  expect(log).toContain('"route":"chat/completions","status":200')
  expect(log).not.toMatch(/SECRET|T{43}/)
})

test('what fails in the engine has the status that tells a client what to do', async () => {
  engine.loadError = new AppError('MODEL_DAMAGED', { path: '/demo.gguf', detail: 'cut off' })
  engine.status = { state: 'failed', files: engine.model.files, error: { code: 'MODEL_DAMAGED', params: { path: '/demo.gguf', detail: 'cut off' } } }
  await expect(client.chat.completions.create(ask)).rejects.toMatchObject({ status: 503, code: 'model_damaged' })
})

test('listens on 127.0.0.1 alone', async () => {
  const reached = (host: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ host, port }, () => resolve(socket.destroy().destroyed))
      socket.on('error', () => resolve(false))
    })
  expect(await reached('127.0.0.1')).toBe(true)
  expect(await reached('::1')).toBe(false)
})
