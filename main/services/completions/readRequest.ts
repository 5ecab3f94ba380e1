import type { GenerationOptions } from '../../contract/domains/chat.ts'
import { ApiError, invalidType, invalidValue, unsupported, unsupportedValue } from './ApiError.ts'
import { readFormat } from './readFormat.ts'
import { readMessages } from './readMessages.ts'
import type { Conversation } from './readMessages.ts'
import { flagAt, isObject, numberAt, objectAt, onlyMembers, textAt } from './values.ts'
import type { JsonObject } from './values.ts'

/** A request for a chat completion, checked. */
export interface CompletionRequest extends Conversation {
  readonly model: string
  readonly options: GenerationOptions
  readonly stopTexts: readonly string[]
  /** Null: any text. */
  readonly grammar: string | null
  readonly logprobs: boolean
  readonly stream: boolean
  /** Whether a stream ends with its usage. */
  readonly includeUsage: boolean
}

const READ = ['model', 'messages', 'temperature', 'top_p', 'max_tokens', 'max_completion_tokens', 'stop', 'seed', 'response_format', 'logprobs', 'stream', 'stream_options']
/** Change nothing in an answer. */
const HARMLESS = ['user', 'metadata', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_retention', 'parallel_tool_calls']
const isEmpty = (value: unknown): boolean => (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0)

/** OpenAI's parameters that cannot be had: the values under which they change nothing, and why no other. */
const WITHOUT: Readonly<Record<string, { readonly neutral: (value: unknown) => boolean; readonly why: string }>> = {
  n: { neutral: (value) => value === 1, why: 'one answer comes of one request.' },
  store: { neutral: (value) => value === false, why: 'nothing is stored.' },
  top_logprobs: { neutral: (value) => value === 0, why: 'the engine gives the probability of each token it chose, not those of the others.' },
  presence_penalty: { neutral: (value) => value === 0, why: 'the engine has no such penalty.' },
  frequency_penalty: { neutral: (value) => value === 0, why: 'the engine has no such penalty.' },
  logit_bias: { neutral: isEmpty, why: 'the engine has no such bias.' },
  tools: { neutral: isEmpty, why: 'there are no tools here.' },
  tool_choice: { neutral: (value) => value === 'none' || value === 'auto', why: 'there are no tools here.' },
  functions: { neutral: isEmpty, why: 'there are no functions here.' },
  function_call: { neutral: (value) => value === 'none' || value === 'auto', why: 'there are no functions here.' },
  modalities: { neutral: (value) => Array.isArray(value) && value.length === 1 && value[0] === 'text', why: 'answers are text.' },
  audio: { neutral: () => false, why: 'answers are text.' },
  prediction: { neutral: () => false, why: 'the engine takes no predicted text.' },
  reasoning_effort: { neutral: (value) => value === 'none', why: 'the model does not reason before it answers.' },
  verbosity: { neutral: (value) => value === 'medium', why: 'the model has no such setting.' },
  web_search_options: { neutral: () => false, why: 'nothing is fetched.' },
  service_tier: { neutral: (value) => value === 'auto' || value === 'default', why: 'there is one kind of service.' },
}

const MOST_STOPS = 4
const MOST_STOP_CHARACTERS = 1000

/** Reads the body of a request for a chat completion. Throws `ApiError` at the first thing that is wrong or cannot be had; nothing is ignored that would change the answer. */
export function readRequest(body: unknown): CompletionRequest {
  if (!isObject(body)) throw new ApiError(400, 'The body of the request must be a JSON object.', { code: 'invalid_body' })
  const given = known(body)
  const stream = flagAt('stream', given['stream'])
  return {
    ...readMessages(given['messages']),
    model: textAt('model', given['model']),
    options: readOptions(given),
    stopTexts: readStop(given['stop']),
    grammar: readFormat(given['response_format']),
    logprobs: flagAt('logprobs', given['logprobs']),
    stream,
    includeUsage: readStreamOptions(given['stream_options'], stream),
  }
}

/** The members that are read; null counts as absent, as OpenAI has it. */
function known(body: JsonObject): JsonObject {
  const given = Object.entries(body).filter(([, value]) => value !== null)
  for (const [name, value] of given) {
    if (READ.includes(name) || HARMLESS.includes(name)) continue
    const without = Object.hasOwn(WITHOUT, name) ? WITHOUT[name] : undefined
    if (without === undefined) throw new ApiError(400, `Unknown parameter: '${name}'.`, { param: name, code: 'unknown_parameter' })
    if (without.neutral(value)) continue
    throw name === 'n' ? unsupportedValue(name, `does not support ${JSON.stringify(value)}: ${without.why}`) : unsupported(name, without.why)
  }
  return Object.fromEntries(given)
}

function readOptions(given: JsonObject): GenerationOptions {
  const values = {
    temperature: numberAt('temperature', given['temperature'], { least: 0, most: 2 }),
    topP: numberAt('top_p', given['top_p'], { least: 0, most: 1 }),
    seed: numberAt('seed', given['seed'], { least: 0, most: 4294967295, whole: true }),
    maxTokens: readMaxTokens(given),
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function readMaxTokens(given: JsonObject): number | undefined {
  const range = { least: 1, most: 2 ** 31 - 1, whole: true } as const
  const old = numberAt('max_tokens', given['max_tokens'], range)
  const present = numberAt('max_completion_tokens', given['max_completion_tokens'], range)
  if (old !== undefined && present !== undefined && old !== present) throw invalidValue('max_tokens', "'max_completion_tokens' says otherwise. Give one of them.")
  return present ?? old
}

function readStop(value: unknown): readonly string[] {
  if (value === undefined) return []
  const stops = typeof value === 'string' ? [value] : value
  if (!Array.isArray(stops)) throw invalidType('stop', 'a string or an array of strings', value)
  if (stops.length > MOST_STOPS) throw invalidValue('stop', `expected up to ${MOST_STOPS} texts, but got ${stops.length}.`)
  return stops.map((stop: unknown, index) => {
    const text = textAt(`stop[${index}]`, stop)
    if (text === '' || text.length > MOST_STOP_CHARACTERS) throw invalidValue(`stop[${index}]`, `expected a text of 1 to ${MOST_STOP_CHARACTERS} characters.`)
    return text
  })
}

function readStreamOptions(value: unknown, stream: boolean): boolean {
  if (value === undefined) return false
  if (!stream) throw new ApiError(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", { param: 'stream_options', code: 'invalid_value' })
  const options = onlyMembers('stream_options', objectAt('stream_options', value), ['include_usage', 'include_obfuscation'])
  // Padding against listeners on the way; there is no way here.
  flagAt('stream_options.include_obfuscation', options['include_obfuscation'])
  return flagAt('stream_options.include_usage', options['include_usage'])
}
