import type { Message } from '../../../main/contract/domains/chat.ts'
import { isAbort, type AppError } from '../../../main/contract/errors/AppError.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { readError } from '../transport/errors.ts'
import { AnswerOptions } from './AnswerOptions.svelte.ts'
import { Draft, type Attachment } from './Draft.svelte.ts'
import { LiveAnswer } from './LiveAnswer.svelte.ts'
import { QuestionEdit } from './QuestionEdit.svelte.ts'
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

/** One chat on the screen: the messages of the path that is shown, the answer being written, and the draft of the next question. */
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
  /** How the next question is asked. */
  readonly options: AnswerOptions
  readonly busy = $derived(this.sending || this.live !== null)
  /** There is a question and nothing in its way; with pictures still to come, `send` waits for them. */
  readonly canSend = $derived.by(() => !this.busy && this.draft.text.trim() !== '' && !this.draft.failed && !this.draft.tooMany)
  /** The question as it stood when it was to be sent, while its pictures are still on their way. */
  #awaited = $state<string | null>(null)
  /** The question goes off by itself as soon as its pictures are there. Changing it calls that off. */
  readonly waiting = $derived.by(() => this.canSend && this.#awaited === this.draft.text)
  #edit = $state.raw<QuestionEdit | null>(null)
  /** The question that is being edited; it waits while another path is shown. */
  readonly editing = $derived.by(() => (this.messages.some(({ id }) => id === this.#edit?.message.id) ? this.#edit : null))
  readonly images = $derived(this.messages.flatMap((message) => message.images))
  readonly #host: ConversationHost
  /** The messages are those of the chat, so that a question can say which one it follows. */
  #taken = false
  /** Counts local changes, so that an older picture of the chat never replaces a newer one. */
  #revision = 0

  constructor(host: ConversationHost, chatId: string | null) {
    this.#host = host
    this.chatId = chatId
    this.options = new AnswerOptions(host.client, host.report)
    this.draft = new Draft(host.client, () => this.#sendAwaited())
  }

  /** Fetches the chat and takes up an answer that is being written. */
  async load(): Promise<void> {
    const { chatId } = this
    if (chatId === null || this.loading) return
    const revision = this.#revision
    this.loading = true
    try {
      const [{ messages }] = await Promise.all([this.#host.client.chats.open({ chatId }), this.options.load(chatId)])
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
      const isNew = this.chatId === null
      this.chatId ??= await this.#host.createChat()
      const asked = await this.options.settle(this.chatId, isNew)
      const images = taken.images.map(({ id }) => id)
      // What the person sees is what the question follows, also where the chat has changed meanwhile.
      const after = this.#taken ? { after: this.messages.at(-1)?.id ?? null } : {}
      const { question, answer } = await this.#host.client.chats.ask({ chatId: this.chatId, text: taken.text.trim(), images, ...asked, ...after })
      draft.release(taken)
      this.#begin(question.parentId, [question, answer])
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

  /** Answers a question again, given it or one of its answers. */
  async retry(messageId: string): Promise<void> {
    await this.#answer(() => this.#host.client.chats.retry({ messageId }))
  }

  /** Goes on with an answer that ended early. */
  async goOn(messageId: string): Promise<void> {
    await this.#answer(() => this.#host.client.chats.continue({ messageId }))
  }

  /** Shows the path through another version of a message. */
  async choose(messageId: string): Promise<boolean> {
    return await this.#reopen(() => this.#host.client.chats.choose({ messageId }))
  }

  /** Hides a message with all that follows it; true where that worked and `restore` can bring it back. */
  async remove(messageId: string): Promise<boolean> {
    return await this.#reopen(() => this.#host.client.chats.removeMessage({ messageId }))
  }

  async restore(messageId: string): Promise<void> {
    await this.#reopen(() => this.#host.client.chats.restoreMessage({ messageId }))
  }

  /** Begins another version of a question. One that was begun for another question is given up. */
  edit(message: Message): void {
    if (this.busy || this.#edit?.message.id === message.id) return
    this.#edit?.dispose()
    this.#edit = new QuestionEdit(this.#host.client, message)
  }

  /** Begins another version of the last question. Returns whether there is one. */
  editLast(): boolean {
    const last = this.messages.findLast(({ role }) => role === 'user')
    if (last === undefined || this.busy) return false
    this.edit(last)
    return true
  }

  cancelEdit(): void {
    this.#edit?.dispose()
    this.#edit = null
  }

  /** Asks the edited question beside the one it was made from. It stays on the screen where it is not taken. */
  async askEdited(): Promise<void> {
    const { editing, chatId } = this
    if (editing === null || chatId === null || this.busy || !editing.ready) return
    this.sending = true
    this.refusal = null
    try {
      const { draft, message } = editing
      const { question, answer } = await this.#host.client.chats.ask({ chatId, text: draft.text.trim(), images: draft.images.map(({ id }) => id), edits: message.id })
      if (this.#edit === editing) this.cancelEdit()
      this.#begin(question.parentId, [question, answer])
    } catch (thrown) {
      this.refusal = readError(thrown)
    } finally {
      this.sending = false
    }
  }

  async #answer(ask: () => Promise<{ answer: Message }>): Promise<void> {
    if (this.busy) return
    this.sending = true
    this.refusal = null
    try {
      const { answer } = await ask()
      this.#begin(answer.parentId, [answer])
    } catch (thrown) {
      this.refusal = readError(thrown)
    } finally {
      this.sending = false
    }
  }

  /** Shows what follows a message from now on, and the answer at its end as it is written. */
  #begin(parentId: string | null, following: readonly Message[]): void {
    const before = this.messages.slice(0, this.messages.findIndex(({ id }) => id === parentId) + 1)
    this.#taken = true
    this.#change([...before, ...following])
    const answer = following.at(-1)
    if (answer !== undefined) void this.#follow(answer)
  }

  async #reopen(ask: () => Promise<{ messages: readonly Message[] }>): Promise<boolean> {
    try {
      const { messages } = await ask()
      this.#revision++
      this.#take(messages)
      return true
    } catch (thrown) {
      this.#host.report(thrown)
      return false
    }
  }

  #sendAwaited(): void {
    if (this.waiting) void this.send()
    else this.#awaited = null
  }

  #take(messages: readonly Message[]): void {
    this.messages = messages
    this.#taken = true
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
