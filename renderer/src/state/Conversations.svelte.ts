import type { ChatSummary } from '../../../main/contract/domains/chat.ts'
import { Conversation, type ConversationHost } from './Conversation.svelte.ts'
import { changePlace, readPlace } from './place.ts'

/** The conversations this page has opened, and the one it shows. The shown chat's id stands in the address, so a reload keeps it. */
export class Conversations {
  current: Conversation = $state.raw() as Conversation
  readonly #host: ConversationHost
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no template reads it
  readonly #opened = new Set<Conversation>()

  constructor(host: ConversationHost) {
    this.#host = host
    this.current = this.#open(readPlace().chatId)
  }

  /** Shows a chat, as it was left. */
  show(chatId: string): void {
    const known = this.#find(chatId)
    this.current = known ?? this.#open(chatId)
    changePlace({ chatId })
    void this.#load(this.current)
  }

  /** Shows an empty conversation: the one that was begun and not sent, where there is one. */
  startNew(): void {
    this.current = [...this.#opened].find(({ chatId }) => chatId === null) ?? this.#open(null)
    changePlace({ chatId: null })
  }

  /** Forgets a chat that was removed; shows an empty one where it was on the screen. */
  forget(chatId: string): void {
    const known = this.#find(chatId)
    if (known === undefined) return
    this.#opened.delete(known)
    if (this.current === known) this.startNew()
  }

  /** A chat changed somewhere: another window, the command line, or the services themselves. */
  changed(chatId: string): void {
    const known = this.#find(chatId)
    if (known !== undefined) void this.#load(known)
  }

  /** The list of chats changed: the shown chat may have been removed somewhere else. */
  listChanged(chatIds: readonly string[]): void {
    const { chatId } = this.current
    if (chatId !== null && !chatIds.includes(chatId)) void this.#load(this.current)
  }

  /** Takes everything up again after the connection came back. */
  resume(): void {
    for (const conversation of this.#opened) void this.#load(conversation)
  }

  /** Notes the id that the conversation without one is given with its first question; another may be shown by then. */
  created(chat: ChatSummary): string {
    if (this.current.chatId === null) changePlace({ chatId: chat.id })
    return chat.id
  }

  async #load(conversation: Conversation): Promise<void> {
    await conversation.load()
    if (conversation.chatId !== null && conversation.loadError?.code === 'CHAT_MISSING') this.forget(conversation.chatId)
  }

  #find(chatId: string): Conversation | undefined {
    return [...this.#opened].find((conversation) => conversation.chatId === chatId)
  }

  #open(chatId: string | null): Conversation {
    const conversation = new Conversation(this.#host, chatId)
    this.#opened.add(conversation)
    return conversation
  }
}
