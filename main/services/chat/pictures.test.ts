import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Message, Question } from '../../contract/domains/chat.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import type { Services } from '../createServices.ts'
import type { ScriptedEngine } from '../testing/ScriptedEngine.ts'
import { testServices } from '../testing/testServices.ts'

/** A turn as a person sees it: question, names of its pictures, answer. */
type Seen = readonly [question: string, pictures: readonly string[], answer: string | null]

/** One window: services of its own, and an engine that notes what comes to its door. */
class Window {
  readonly services: Services
  readonly #engine: ScriptedEngine
  readonly #names: Map<string, string>

  constructor(services: Services, engine: ScriptedEngine, names: Map<string, string>) {
    this.services = services
    this.#engine = engine
    this.#names = names
  }

  /** Ids of pictures by their names. */
  ids(names: readonly string[]): string[] {
    return names.map((name) => [...this.#names].find(([, known]) => known === name)?.[0] ?? name)
  }

  async asked(question: Omit<Question, 'images'> & { images: readonly string[] }, answer: string | Error): Promise<[Message, Message]> {
    this.says(answer)
    const { question: stored, answer: begun } = this.services.chats.ask({ ...question, images: this.ids(question.images) })
    return [stored, await this.ended(begun)]
  }

  async again(messageId: string, answer: string): Promise<Message> {
    this.says(answer)
    return await this.ended(this.services.chats.retry(messageId).answer)
  }

  /** What the next answer is; an error comes after half of it. */
  says(answer: string | Error): void {
    this.#engine.scripts = [typeof answer === 'string' ? [answer] : ['half an', answer]]
  }

  async ended({ id }: Message): Promise<Message> {
    for await (const event of this.services.chats.follow(id)) if (event.type === 'end') return event.message
    throw new Error('follow did not end')
  }

  /** What the engine was last given, in words: keys of pictures replaced by their names. */
  atTheDoor(): string {
    const parts = this.#engine.generated.at(-1)?.prompt ?? []
    return parts.map((part) => (part.type === 'text' ? part.text : `<${this.#names.get(part.picture.key.replace(/-v\d+$/, '')) ?? '?'}>`)).join('').replace(/^.*?USER: /, 'USER: ')
  }

  /** The path on the screen. */
  onScreen(chatId: string): Seen[] {
    const { messages } = this.services.chats.open(chatId)
    return messages.flatMap((message, index) => {
      if (message.role === 'assistant') return []
      const answer = messages[index + 1]
      return [[message.text, message.images.map(({ name }) => name), answer?.role === 'assistant' ? answer.text : null] as const]
    })
  }
}

/** The prompt of Vicuna for these turns, written here by hand; `begun` goes on with the last answer. */
function prompt(turns: readonly Seen[], begun = ''): string {
  const written = turns.map(([question, pictures, answer]) => `USER: ${pictures.map((name) => `<${name}>\n`).join('')}${question} ASSISTANT:${answer === null ? '' : ` ${answer}</s>`}`)
  return written.join('') + (begun === '' ? '' : ` ${begun}`)
}

interface Case {
  readonly first: readonly string[]
  readonly second: readonly string[]
  readonly chatId: string
  /** Two questions with their answers. */
  readonly messages: readonly [Message, Message, Message, Message]
  readonly window: Window
  readonly restart: () => Promise<Window>
  readonly another: () => Promise<Window>
}

/** What the model must be given, and what is on the screen afterwards, in which window. */
interface Outcome {
  readonly given: readonly Seen[]
  readonly begun?: string
  readonly answered: string
  readonly window?: Window
}

const crash = new AppError('ENGINE_CRASHED', { how: 'SIGKILL' })

const operations: Record<string, (given: Case) => Promise<Outcome>> = {
  'a third question': async ({ first, second, chatId, window }) => {
    await window.asked({ chatId, text: 'Third?', images: ['green'] }, 'three')
    return { given: [['First?', first, 'one'], ['Second?', second, 'two'], ['Third?', ['green'], null]], answered: 'three' }
  },
  'an edited text': async ({ first, chatId, messages: [question], window }) => {
    await window.asked({ chatId, text: 'Other?', images: first, edits: question.id }, 'other')
    return { given: [['Other?', first, null]], answered: 'other' }
  },
  'swapped pictures': async ({ chatId, messages: [question], window }) => {
    await window.asked({ chatId, text: 'First?', images: ['green'], edits: question.id }, 'other')
    return { given: [['First?', ['green'], null]], answered: 'other' }
  },
  'a picture added in front': async ({ first, chatId, messages: [question], window }) => {
    await window.asked({ chatId, text: 'First?', images: ['green', ...first], edits: question.id }, 'other')
    return { given: [['First?', ['green', ...first], null]], answered: 'other' }
  },
  'all pictures removed': async ({ chatId, messages: [question], window }) => {
    await window.asked({ chatId, text: 'First?', images: [], edits: question.id }, 'other')
    return { given: [['First?', [], null]], answered: 'other' }
  },
  'the second question edited': async ({ first, chatId, messages: [, , question], window }) => {
    await window.asked({ chatId, text: 'Other?', images: ['green'], edits: question.id }, 'other')
    return { given: [['First?', first, 'one'], ['Other?', ['green'], null]], answered: 'other' }
  },
  'the first answer again': async ({ first, messages: [, answer], window }) => {
    await window.again(answer.id, 'uno')
    return { given: [['First?', first, null]], answered: 'uno' }
  },
  'the last answer again': async ({ first, second, messages: [, , , answer], window }) => {
    await window.again(answer.id, 'due')
    return { given: [['First?', first, 'one'], ['Second?', second, null]], answered: 'due' }
  },
  'a question after another answer': async ({ first, chatId, messages: [, answer], window }) => {
    await window.again(answer.id, 'uno')
    await window.asked({ chatId, text: 'Third?', images: [] }, 'three')
    return { given: [['First?', first, 'uno'], ['Third?', [], null]], answered: 'three' }
  },
  'a question after an edited one': async ({ chatId, messages: [question], window }) => {
    await window.asked({ chatId, text: 'Other?', images: ['green'], edits: question.id }, 'other')
    await window.asked({ chatId, text: 'Third?', images: [] }, 'three')
    return { given: [['Other?', ['green'], 'other'], ['Third?', [], null]], answered: 'three' }
  },
  'a question back on the first branch': async ({ first, second, chatId, messages: [question, , , last], window }) => {
    await window.asked({ chatId, text: 'Other?', images: ['green'], edits: question.id }, 'other')
    window.services.chats.branches.choose(last.id)
    await window.asked({ chatId, text: 'Third?', images: [] }, 'three')
    return { given: [['First?', first, 'one'], ['Second?', second, 'two'], ['Third?', [], null]], answered: 'three' }
  },
  'a question after the second was deleted': async ({ first, chatId, messages: [, , question], window }) => {
    await window.services.chats.branches.remove(question.id)
    await window.asked({ chatId, text: 'Third?', images: ['green'] }, 'three')
    return { given: [['First?', first, 'one'], ['Third?', ['green'], null]], answered: 'three' }
  },
  'a question after a deletion was undone': async ({ first, second, chatId, messages: [, answer], window }) => {
    await window.services.chats.branches.remove(answer.id)
    window.services.chats.branches.restore(answer.id)
    await window.asked({ chatId, text: 'Third?', images: [] }, 'three')
    return { given: [['First?', first, 'one'], ['Second?', second, 'two'], ['Third?', [], null]], answered: 'three' }
  },
  'a question whose answer was deleted': async ({ first, second, messages: [, , question, answer], window }) => {
    await window.services.chats.branches.remove(answer.id)
    await window.again(question.id, 'due')
    return { given: [['First?', first, 'one'], ['Second?', second, null]], answered: 'due' }
  },
  'an answer that goes on': async ({ first, second, chatId, window }) => {
    const [, broken] = await window.asked({ chatId, text: 'Third?', images: ['green'] }, crash)
    window.says(' hour')
    await window.ended(window.services.chats.continue(broken.id).answer)
    return { given: [['First?', first, 'one'], ['Second?', second, 'two'], ['Third?', ['green'], null]], begun: 'half an', answered: 'half an hour' }
  },
  'a question after a restart': async ({ first, second, chatId, restart }) => {
    const window = await restart()
    await window.asked({ chatId, text: 'Third?', images: [] }, 'three')
    return { given: [['First?', first, 'one'], ['Second?', second, 'two'], ['Third?', [], null]], answered: 'three', window }
  },
  'a question on a branch chosen before a restart': async ({ chatId, messages: [question, , , last], window, restart }) => {
    const [other] = await window.asked({ chatId, text: 'Other?', images: ['green'], edits: question.id }, 'other')
    window.services.chats.branches.choose(last.id)
    window.services.chats.branches.choose(other.id)
    const again = await restart()
    await again.asked({ chatId, text: 'Third?', images: [] }, 'three')
    return { given: [['Other?', ['green'], 'other'], ['Third?', [], null]], answered: 'three', window: again }
  },
  'the first answer again after a restart': async ({ first, messages: [, answer], restart }) => {
    const window = await restart()
    await window.again(answer.id, 'uno')
    return { given: [['First?', first, null]], answered: 'uno', window }
  },
  'a question after another window edited': async ({ chatId, messages: [question], window, another }) => {
    await (await another()).asked({ chatId, text: 'Other?', images: ['green'], edits: question.id }, 'other')
    await window.asked({ chatId, text: 'Third?', images: [] }, 'three')
    return { given: [['Other?', ['green'], 'other'], ['Third?', [], null]], answered: 'three' }
  },
  'a question below what a window still shows, after another one edited': async ({ first, second, chatId, messages: [question, , , last], window, another }) => {
    await (await another()).asked({ chatId, text: 'Other?', images: ['green'], edits: question.id }, 'other')
    await window.asked({ chatId, text: 'Third?', images: [], after: last.id }, 'three')
    return { given: [['First?', first, 'one'], ['Second?', second, 'two'], ['Third?', [], null]], answered: 'three' }
  },
}

const chats: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['no picture', [], []],
  ['a picture at the beginning', ['red'], []],
  ['two pictures in one question', ['red', 'blue'], []],
  ['a picture in each question', ['red'], ['blue']],
  ['the same picture twice', ['red'], ['red']],
]

let folder: ReturnType<typeof temporaryFolder>
const opened = new Set<Services>()
const names = new Map<string, string>()

beforeEach(() => (folder = temporaryFolder()))
afterEach(async () => {
  for (const services of opened) await services.dispose()
  opened.clear()
  folder.remove()
})

async function openWindow(): Promise<Window> {
  const { services, engine } = await testServices(folder.path)
  opened.add(services)
  return new Window(services, engine, names)
}

async function prepare(first: readonly string[], second: readonly string[]): Promise<Case> {
  const window = await openWindow()
  for (const name of ['red', 'green', 'blue']) {
    const bytes = await sharp({ create: { width: 8, height: 6, channels: 3, background: name } }).png().toBuffer()
    names.set((await window.services.images.add(bytes, name)).id, name)
  }
  const { id: chatId } = window.services.chats.create()
  const messages = [...(await window.asked({ chatId, text: 'First?', images: first }, 'one')), ...(await window.asked({ chatId, text: 'Second?', images: second }, 'two'))] as const
  const restart = async () => {
    opened.delete(window.services)
    await window.services.dispose()
    return await openWindow()
  }
  return { first, second, chatId, messages, window, restart, another: openWindow }
}

describe.each(chats)('in a chat with %s, the model gets what is on the screen:', (_, first, second) => {
  test.each(Object.entries(operations))('%s', async (_name, operate) => {
    const given = await prepare(first, second)
    const outcome = await operate(given)
    const window = outcome.window ?? given.window
    expect(window.atTheDoor()).toBe(prompt(outcome.given, outcome.begun))
    expect(window.onScreen(given.chatId)).toEqual(outcome.given.map(([question, pictures, answer]) => [question, pictures, answer ?? outcome.answered]))
  })
})

test('a question whose answer was deleted is asked together with the next one', async () => {
  const { chatId, messages: [, answer], window } = await prepare(['red'], [])
  await window.services.chats.branches.remove(answer.id)
  await window.asked({ chatId, text: 'Third?', images: ['green'] }, 'three')
  expect(window.atTheDoor()).toBe(prompt([['First?\nThird?', ['red', 'green'], null]]))
})
