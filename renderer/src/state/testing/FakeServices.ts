import type { Message } from '../../../../main/contract/domains/chat.ts'
import type { AddedImage } from '../../../../main/contract/domains/image.ts'
import { AppError, type ErrorData } from '../../../../main/contract/errors/AppError.ts'
import { Connection } from '../../transport/Connection.svelte.ts'
import { deferred, type Deferred } from '../../transport/deferred.ts'
import { Conversation } from '../Conversation.svelte.ts'

interface Asked {
  readonly chatId: string
  readonly text: string
  readonly images: readonly string[]
  readonly after?: string | null
  readonly edits?: string
}

/** Services in memory that answer pictures and questions only when the test says how. */
export class FakeServices {
  readonly asked: Asked[] = []
  readonly conversation: Conversation
  readonly #waiting = new Map<string, Deferred<() => unknown>>()

  constructor() {
    const link = { call: (path: readonly string[], input: unknown) => this.#call(path.join('.'), input) }
    const connection = new Connection(() => Promise.resolve({ link, closed: new Promise(() => undefined) }))
    void connection.run(new AbortController().signal)
    const { client } = connection
    this.conversation = new Conversation({ client, createChat: async () => (await client.chats.create()).id, report: () => undefined }, null)
  }

  /** Attaches a picture to the draft; its upload goes on until `added` or `refused`. */
  attach(name: string): void {
    this.conversation.draft.add([new File(['bytes'], name)])
  }

  /** Ends the upload of a picture; pictures of the same `id` are the same. */
  async added(name: string, id = name): Promise<void> {
    await this.#settle(`images.add ${name}`, () => ({ id, name, format: 'png', width: 1, height: 1, bytes: 5, frames: 1 }) satisfies AddedImage)
  }

  async refused(name: string): Promise<void> {
    await this.#fail(`images.add ${name}`, { code: 'IMAGE_EMPTY', params: { name } })
  }

  /** Takes the question. */
  async taken(): Promise<void> {
    const { chatId, text } = this.asked.at(-1) ?? { chatId: '', text: '' }
    const message: Message = { id: 'q', chatId, parentId: null, siblings: ['q'], role: 'user', text, images: [], status: 'done', stop: null, error: null, stats: null, model: null, createdAt: 0 }
    await this.#settle('chats.ask', () => ({ question: message, answer: { ...message, id: 'a', parentId: 'q', siblings: ['a'], role: 'assistant', text: 'Yes.' } }))
  }

  /** Answers the next call of a route. */
  async answers(route: string, answer: unknown): Promise<void> {
    await this.#settle(route, () => answer)
  }

  async notTaken(error: ErrorData): Promise<void> {
    await this.#fail('chats.ask', error)
  }

  #call(route: string, input: unknown): Promise<unknown> {
    if (route === 'chats.create') return Promise.resolve({ id: 'c' })
    if (route === 'chatOptions.get') return Promise.resolve({ generation: {}, format: { type: 'free' }, verifyPremise: false })
    if (route === 'chats.ask') this.asked.push(input as Asked)
    const outcome = deferred<() => unknown>()
    this.#waiting.set(route === 'images.add' ? `${route} ${(input as { name: string }).name}` : route, outcome)
    return outcome.promise.then((settle) => settle())
  }

  async #fail(call: string, { code, params }: ErrorData): Promise<void> {
    await this.#settle(call, () => {
      throw new AppError(code, params)
    })
  }

  /** Settles a call that was made, or is about to be, and lets the page take it in. */
  async #settle(call: string, outcome: () => unknown): Promise<void> {
    // A picture's first bytes are read before it is sent, which takes more than one turn.
    for (let turn = 0; turn === 0 || (turn < 50 && !this.#waiting.has(call)); turn += 1) await turns()
    const waiting = this.#waiting.get(call)
    if (waiting === undefined) throw new Error(`nobody waits for ${call}`)
    this.#waiting.delete(call)
    waiting.resolve(outcome)
    await turns()
  }
}

/** Lets every promise that can settle do so. */
async function turns(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve))
}
