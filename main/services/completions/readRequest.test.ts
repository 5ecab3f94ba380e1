import { expect, test } from 'vitest'
import { ApiError } from './ApiError.ts'
import { readRequest } from './readRequest.ts'
import { tokenTexts } from './tokenTexts.ts'

const PNG = 'iVBORw0KGgo='
const user = (content: unknown) => ({ role: 'user', content })
const image = (url: string, more: object = {}) => ({ type: 'image_url', image_url: { url, ...more } })
const body = (more: object = {}) => ({ model: 'm', messages: [user('What?')], ...more })

function refusal(given: unknown): { status: number; param: string | null; code: string | null; message: string } {
  try {
    readRequest(given)
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, param: error.param, code: error.code, message: error.message }
    throw error
  }
  throw new Error('It was not refused')
}

test('reads a whole conversation', () => {
  const { system, turns } = readRequest(
    body({
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'developer', content: [{ type: 'text', text: 'And kind.' }] },
        user([{ type: 'text', text: 'Compare' }, image(`data:image/png;base64,${PNG}`), image(`data:;base64,${PNG}`, { detail: 'auto' }), { type: 'text', text: 'these.' }]),
        { role: 'assistant', content: 'Same.', refusal: null, tool_calls: null },
        user('Sure?'),
        user('Look again.'),
      ],
    }),
  )
  expect(system).toBe('Be short.\n\nAnd kind.')
  expect(turns.map(({ question, answer, images }) => [question, answer, images.map(({ name }) => name)])).toEqual([
    ['Compare\nthese.', 'Same.', ['messages[2].content[1].image_url', 'messages[2].content[2].image_url']],
    ['Sure?\n\nLook again.', null, []],
  ])
  expect(Buffer.from(turns[0]!.images[0]!.bytes).toString('base64')).toBe(PNG)
})

test('reads the options, and null as absent', () => {
  const given = { temperature: 0.5, top_p: 0.9, seed: 7, max_completion_tokens: 50, stop: ['a', 'b'], logprobs: true, top_logprobs: 0, stream: true, stream_options: { include_usage: true }, response_format: { type: 'text' }, tools: null, n: 1, user: 'u', metadata: { a: 'b' }, store: false, presence_penalty: 0, logit_bias: {} }
  expect(readRequest(body(given))).toMatchObject({ options: { temperature: 0.5, topP: 0.9, seed: 7, maxTokens: 50 }, stopTexts: ['a', 'b'], grammar: null, logprobs: true, stream: true, includeUsage: true })
  expect(readRequest(body({ temperature: null, max_tokens: 9, stop: 'x' }))).toMatchObject({ options: { maxTokens: 9 }, stopTexts: ['x'], logprobs: false, stream: false, includeUsage: false })
  expect(readRequest(body()).options).toEqual({})
})

test.each([
  [{ n: 2 }, 'n', 'unsupported_value'],
  [{ tools: [{ type: 'function' }] }, 'tools', 'unsupported_parameter'],
  [{ top_logprobs: 3 }, 'top_logprobs', 'unsupported_parameter'],
  [{ presence_penalty: 0.5 }, 'presence_penalty', 'unsupported_parameter'],
  [{ frequency_penalty: -1 }, 'frequency_penalty', 'unsupported_parameter'],
  [{ logit_bias: { 5: 1 } }, 'logit_bias', 'unsupported_parameter'],
  [{ store: true }, 'store', 'unsupported_parameter'],
  [{ temprature: 1 }, 'temprature', 'unknown_parameter'],
  [{ constructor: 1 }, 'constructor', 'unknown_parameter'],
  [{ temperature: 3 }, 'temperature', 'invalid_value'],
  [{ temperature: '1' }, 'temperature', 'invalid_type'],
  [{ seed: 1.5 }, 'seed', 'invalid_type'],
  [{ seed: -1 }, 'seed', 'invalid_value'],
  [{ max_tokens: 0 }, 'max_tokens', 'invalid_value'],
  [{ max_tokens: 5, max_completion_tokens: 6 }, 'max_tokens', 'invalid_value'],
  [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop', 'invalid_value'],
  [{ stop: '' }, 'stop[0]', 'invalid_value'],
  [{ stream: 'yes' }, 'stream', 'invalid_type'],
  [{ stream_options: { include_usage: true } }, 'stream_options', 'invalid_value'],
  [{ response_format: { type: 'grammar' } }, 'response_format.type', 'unsupported_value'],
  [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema', 'missing_required_parameter'],
  [{ response_format: { type: 'json_schema', json_schema: { name: 'a b', schema: {} } } }, 'response_format.json_schema.name', 'invalid_value'],
  [{ response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'string', pattern: 'x' } } } }, 'response_format', 'invalid_json_schema'],
  [{ model: undefined }, 'model', 'missing_required_parameter'],
  [{ messages: undefined }, 'messages', 'missing_required_parameter'],
  [{ messages: [] }, 'messages', 'invalid_value'],
  [{ messages: ['x'] }, 'messages[0]', 'invalid_type'],
  [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role', 'invalid_value'],
  [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role', 'unsupported_value'],
  [{ messages: [{ ...user('x'), name: 'Ann' }] }, 'messages[0].name', 'unsupported_parameter'],
  [{ messages: [{ ...user('x'), colour: 'red' }] }, 'messages[0].colour', 'invalid_value'],
  [{ messages: [user('x'), { role: 'system', content: 'late' }] }, 'messages[1].role', 'invalid_value'],
  [{ messages: [{ role: 'assistant', content: 'x' }] }, 'messages', 'invalid_value'],
  [{ messages: [user('x'), { role: 'assistant', content: 'y' }] }, 'messages', 'invalid_value'],
  [{ messages: [user('x'), { role: 'assistant', content: '' }, user('y')] }, 'messages[1].content', 'invalid_value'],
  [{ messages: [user(' ')] }, 'messages', 'empty_message'],
  [{ messages: [user([image(`data:image/png;base64,${PNG}`)])] }, 'messages', 'empty_message'],
  [{ messages: [user([{ type: 'input_audio' }])] }, 'messages[0].content[0].type', 'unsupported_value'],
  [{ messages: [user([image('data:image/png;base64,' + PNG, { detail: 'high' })])] }, 'messages[0].content[0].image_url.detail', 'unsupported_value'],
  [{ messages: [user([image('https://example.com/a.png')])] }, 'messages[0].content[0].image_url.url', 'unsupported_image_url'],
  [{ messages: [user([image('file:///etc/passwd')])] }, 'messages[0].content[0].image_url.url', 'unsupported_image_url'],
  [{ messages: [user([image('/etc/passwd')])] }, 'messages[0].content[0].image_url.url', 'unsupported_image_url'],
  [{ messages: [user([image('data:image/svg+xml,<svg/>')])] }, 'messages[0].content[0].image_url.url', 'invalid_image_url'],
  [{ messages: [user([image('data:image/png;base64,***')])] }, 'messages[0].content[0].image_url.url', 'invalid_base64'],
  [{ messages: [user([image('data:image/png;base64,')])] }, 'messages[0].content[0].image_url.url', 'empty_image'],
  [{ messages: [user(Array.from({ length: 17 }, () => image(`data:image/png;base64,${PNG}`)))] }, 'messages[0].content', 'invalid_value'],
])('%j is refused: %s, %s', (more, param, code) => {
  expect(refusal(body(more))).toMatchObject({ status: 400, param, code })
})

test('what is no object is refused', () => {
  for (const given of [null, [], 'x', 1]) expect(refusal(given)).toMatchObject({ status: 400, code: 'invalid_body' })
})

test('tokens make up the text, without what was left out around it', () => {
  const sampled = [3, 4, 2, 5, 0].map((bytes, index) => ({ bytes, logProbability: index === 1 ? -Infinity : -index }))
  const tokens = tokenTexts('abcdeé', sampled, 1)
  expect(tokens.map(({ token, logprob }) => [token, logprob])).toEqual([
    ['ab', -0],
    ['cde\uFFFD', -9999],
    ['\uFFFD', -2],
  ])
  expect(Buffer.from(tokens.flatMap(({ bytes }) => bytes)).toString()).toBe('abcdeé')
})
