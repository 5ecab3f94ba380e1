import { imagesPerQuestion } from '../../contract/limits.ts'
import type { Turn } from '../prompt/buildPrompt.ts'
import { ApiError, invalidType, invalidValue, unsupported, unsupportedValue } from './ApiError.ts'
import { bytesOfDataUrl } from './dataUrl.ts'
import { listAt, objectAt, onlyMembers, textAt } from './values.ts'
import type { JsonObject } from './values.ts'

/** A picture of a message. */
export interface GivenPicture {
  readonly bytes: Uint8Array
  /** Where it stands, for errors. */
  readonly name: string
}

/** A conversation as the app has it. */
export interface Conversation {
  /** Undefined: no system message. */
  readonly system: string | undefined
  readonly turns: readonly Turn<GivenPicture>[]
}

interface Message {
  readonly role: 'user' | 'assistant'
  readonly text: string
  readonly images: readonly GivenPicture[]
}

/**
 * Reads `messages`. System messages stand at the beginning and are joined with an empty line, as are messages of the user that
 * follow one another; pictures go before their message's text, as the model was trained. Throws `ApiError`.
 */
export function readMessages(value: unknown): Conversation {
  const list = listAt('messages', value)
  if (list.length === 0) throw invalidValue('messages', 'expected at least one message.')
  const systems: string[] = []
  const messages: Message[] = []
  for (const [index, given] of list.entries()) {
    const param = `messages[${index}]`
    const message = onlyMembers(param, objectAt(param, given), ['role', 'content', 'name'])
    if (message['name'] !== undefined) throw unsupported(`${param}.name`, 'the model knows participants by their roles alone.')
    const role = roleOf(message['role'], `${param}.role`)
    if (role === 'user' || role === 'assistant') messages.push(readMessage(role, message['content'], `${param}.content`))
    else if (messages.length > 0) throw invalidValue(`${param}.role`, 'system messages stand at the beginning of the conversation here.')
    else systems.push(plainText(message['content'], `${param}.content`))
  }
  return { system: systems.length === 0 ? undefined : systems.join('\n\n'), turns: turnsOf(messages) }
}

function roleOf(value: unknown, param: string): 'system' | Message['role'] {
  const role = textAt(param, value)
  if (role === 'system' || role === 'developer') return 'system'
  if (role === 'user' || role === 'assistant') return role
  if (role === 'tool' || role === 'function') throw unsupportedValue(param, `does not support '${role}': there are no tools here.`)
  throw invalidValue(param, `'${role}' is not one of 'system', 'developer', 'user', 'assistant'.`)
}

function readMessage(role: Message['role'], content: unknown, param: string): Message {
  if (role === 'assistant') {
    const text = plainText(content, param)
    if (text.trim() === '') throw invalidValue(param, 'an answer without text cannot stand in the history.')
    return { role, text, images: [] }
  }
  const parts = partsOf(content, param)
  const texts = parts.flatMap((part) => ('text' in part ? [part.text] : []))
  const images = parts.flatMap((part) => ('bytes' in part ? [part] : []))
  if (images.length > imagesPerQuestion) throw invalidValue(param, `a message takes up to ${imagesPerQuestion} pictures, and this one has ${images.length}.`)
  return { role, text: texts.join('\n'), images }
}

function plainText(content: unknown, param: string): string {
  const parts = partsOf(content, param)
  return parts.map((part) => {
    if (!('text' in part)) throw invalidValue(param, 'pictures belong to messages of the user.')
    return part.text
  }).join('\n')
}

type Part = { readonly text: string } | GivenPicture

function partsOf(content: unknown, param: string): Part[] {
  if (typeof content === 'string') return [{ text: content }]
  if (!Array.isArray(content)) throw invalidType(param, 'a string or an array of parts', content)
  return content.map((part: unknown, index) => partOf(objectAt(`${param}[${index}]`, part), `${param}[${index}]`))
}

function partOf(part: JsonObject, param: string): Part {
  const type = textAt(`${param}.type`, part['type'])
  switch (type) {
    case 'text':
      return { text: textAt(`${param}.text`, onlyMembers(param, part, ['type', 'text'])['text']) }
    case 'image_url':
      return pictureOf(onlyMembers(param, part, ['type', 'image_url'])['image_url'], `${param}.image_url`)
    default:
      throw unsupportedValue(`${param}.type`, `does not support '${type}'. Parts are of the type 'text' or 'image_url'.`)
  }
}

function pictureOf(value: unknown, param: string): GivenPicture {
  const { url, detail } = onlyMembers(param, objectAt(param, value), ['url', 'detail'])
  if (detail !== undefined && detail !== 'auto') throw unsupportedValue(`${param}.detail`, "supports 'auto' alone: a model sees a picture in the one way it was trained for.")
  return { bytes: bytesOfDataUrl(textAt(`${param}.url`, url), `${param}.url`), name: param }
}

/** Questions, each with the answer that follows it. */
function turnsOf(messages: readonly Message[]): Turn<GivenPicture>[] {
  const turns: { question: string; images: GivenPicture[]; answer: string | null }[] = []
  for (const { role, text, images } of messages) {
    const last = turns.at(-1)
    const open = last?.answer === null ? last : undefined
    if (role === 'assistant') {
      if (open === undefined) throw invalidValue('messages', 'every message of the assistant follows one of the user.')
      open.answer = text
    } else if (open === undefined) turns.push({ question: text, images: [...images], answer: null })
    else {
      open.question = [open.question, text].filter((part) => part !== '').join('\n\n')
      open.images.push(...images)
    }
  }
  const last = turns.at(-1)
  if (last?.answer !== null) throw invalidValue('messages', 'the last message is one of the user: an answer cannot be begun here.')
  if (turns.some(({ question }) => question.trim() === '')) throw new ApiError(400, "Invalid value for 'messages': a message of the user has no text.", { param: 'messages', code: 'empty_message' })
  return turns
}
