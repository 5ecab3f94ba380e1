import type { Message } from '../../../main/contract/domains/chat.ts'
import { isAbort, type AppError } from '../../../main/contract/errors/AppError.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'
import { Draft, type Attachment } from './Draft.svelte.ts'
import { LiveAnswer } from './LiveAnswer.svelte.ts'
import type { Report } from './report.ts'

/** Milliseconds before asking how a broken-off answer went on; keeps a failing stream from being retried in a tight loop. */
const lookAgainAfter = 500

/** The least a conversation needs from the list of chats. */
export interface ConversationHost {
  readonly client: Client
  /** Creates the chat on the services; asked for with the first question, so that no empty chats pile up. */
  createChat(): Promise<string>
  report: Report
}

/** One chat on the screen: its messages, the answer being written, and the draft of the next question. */
export class Conversation {
  /** Null until the first question is asked. */
  chatId = $state<string | null>(null)
  messages = $state.raw<readonly Message[]>([])
  loading = $state(false)
  loadError = $state.raw<AppError | null>(null)
  live = $state.raw<LiveAnswer | null>(null)
  /** A question is on its way to the services. */
  sending = $state(false)
  /** Why the last question was not taken; it stands in the draft again. */
  refusal = $state.raw<AppError | null>(null)
  /** The message to be brought into view as soon as it is there. */
  revealed = $state<string | null>(null)
  readonly draft: Draft
  readonly busy = $derived(this.sending || this.live !== null)
  /** There is a question and nothing in its way; with pictures still to come, `send` waits for them. */
  readonly canSend = $derived.by(() => !this.busy && this.draft.text.trim() !== '' && !this.draft.failed && !this.draft.tooMany)
  /** The question as it stood when it was to be sent, while its pictures are still on their way. */
  #awaited = $state<string | null>(null)
  /** The question goes off by itself as soon as its pictures are there. Changing it calls that off. */
  readonly waiting = $derived.by(() => this.canSend && this.#awaited === this.draft.text)
  readonly images = $derived(this.messages.flatMap((message) => message.images))
  readonly #host: ConversationHost
  /** Counts local changes, so that an older picture of the chat never replaces a newer one. */
  #revision = 0

  constructor(host: ConversationHost, chatId: string | null) {
    this.#host = host
    this.chatId = chatId
    this.draft = new Draft(host.client, () => this.#sendAwaited())
  }

  /** Fetches the chat and takes up an answer that is being written. */
  async load(): Promise<void> {
    const { chatId } = this
    if (chatId === null || this.loading) return
    const revision = this.#revision
    this.loading = true
    try {
      const { messages } = await this.#host.client.chats.open({ chatId })
      this.loadError = null
      if (revision === this.#revision) this.#take(messages)
    } catch (thrown) {
      const error = readError(thrown)
      if (error.code !== 'CONNECTION_LOST') this.loadError = error
    } finally {
      this.loading = false
    }
    if (revision !== this.#revision && this.live === null) await this.load()
  }

  /** Brings a message into view; the transcript does so once it has drawn it. */
  reveal(messageId: string): void {
    this.revealed = messageId
  }

  /** Asks what stands in the draft, once its pictures are there. */
  async send(): Promise<void> {
    if (!this.canSend) return
    const { draft } = this
    this.#awaited = draft.uploading ? draft.text : null
    if (draft.uploading) return
    // What is typed or attached from here on, until the reply comes, must survive it.
    const taken = draft.take()
    this.sending = true
    this.refusal = null
    try {
      this.chatId ??= await this.#host.createChat()
      const images = taken.images.map(({ id }) => id)
      const { question, answer } = await this.#host.client.chats.ask({ chatId: this.chatId, text: taken.text.trim(), images })
      draft.release(taken)
      this.#change([...this.messages.filter(({ id }) => id !== question.id && id !== answer.id), question, answer])
      void this.#follow(answer)
    } catch (thrown) {
      draft.putBack(taken)
      this.refusal = readError(thrown)
    } finally {
      this.sending = false
    }
  }

  /** Takes a picture out of the draft. A question that waited for it is not sent without it. */
  detach(attachment: Attachment): void {
    this.#awaited = null
    this.draft.remove(attachment)
  }

  async stop(): Promise<void> {
    const { live } = this
    if (live === null || live.stopping) return
    live.stopping = true
    try {
      const stopped = await this.#host.client.chats.stop({ messageId: live.messageId })
      if (stopped.status !== 'writing') this.#end(stopped)
    } catch (thrown) {
      live.stopping = false
      this.#host.report(thrown)
    }
  }

  /** Answers the last question again in place of this answer. */
  async retry(messageId: string): Promise<void> {
    if (this.busy) return
    this.sending = true
    this.refusal = null
    try {
      const { answer } = await this.#host.client.chats.retry({ messageId })
      this.#change([...this.messages.filter(({ id }) => id !== messageId && id !== answer.id), answer])
      void this.#follow(answer)
    } catch (thrown) {
      this.refusal = readError(thrown)
    } finally {
      this.sending = false
    }
  }

  #sendAwaited(): void {
    if (this.waiting) void this.send()
    else this.#awaited = null
  }

  #take(messages: readonly Message[]): void {
    this.messages = messages
    const last = messages.at(-1)
    if (last?.status !== 'writing') this.live = null
    else if (this.live?.messageId !== last.id) void this.#follow(last)
  }

  #change(messages: readonly Message[]): void {
    this.#revision++
    this.messages = messages
  }

  async #follow(answer: Message): Promise<void> {
    if (answer.status !== 'writing') return
    const live = new LiveAnswer(answer.id, answer.text)
    this.live = live
    try {
      for await (const event of await this.#host.client.chats.follow({ messageId: answer.id })) {
        if (this.live !== live) return
        if (event.type === 'end') {
          this.#end(event.message)
          return
        }
        live.apply(event)
      }
    } catch (thrown) {
      if (!isAbort(thrown) && readError(thrown).code !== 'CONNECTION_LOST') this.#host.report(thrown)
    }
    this.#letGo(live)
    await new Promise((resolve) => setTimeout(resolve, lookAgainAfter))
    await this.load()
  }

  /** The stream broke off without an end: keeps what was seen until the services tell how it went on. */
  #letGo(live: LiveAnswer): void {
    if (this.live !== live) return
    this.live = null
    this.#change(this.messages.map((other) => (other.id === live.messageId ? { ...other, text: live.text } : other)))
  }

  #end(message: Message): void {
    if (this.live?.messageId === message.id) this.live = null
    this.#change(this.messages.map((other) => (other.id === message.id ? message : other)))
  }
}
