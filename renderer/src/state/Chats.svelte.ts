import type { ChatOrder, ChatSummary } from '../../../main/contract/domains/chat.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import type { Report } from './report.ts'

/** The list of chats, newest first, as the services hold it. */
export class Chats {
  list = $state.raw<readonly ChatSummary[]>([])
  loaded = $state(false)
  /** The label whose chats alone are shown; one that no chat has any more is none. */
  wantedTag = $state<string | null>(null)
  /** Whether the list of archived chats is unfolded. */
  archivedShown = $state(false)
  /** Every label in use, in the order of the alphabet. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew with the list
  readonly tags = $derived([...new Set(this.list.flatMap(({ tags }) => tags))].sort((a, b) => a.localeCompare(b)))
  readonly tag = $derived(this.wantedTag !== null && this.tags.includes(this.wantedTag) ? this.wantedTag : null)
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew with the list
  readonly #byId = $derived(new Map(this.list.map((chat) => [chat.id, chat])))
  readonly #client: Client
  readonly #report: Report

  constructor(client: Client, report: Report) {
    this.#client = client
    this.#report = report
  }

  async refresh(): Promise<void> {
    const list = await this.#client.chats.list()
    this.list = list.toSorted((a, b) => b.updatedAt - a.updatedAt)
    this.loaded = true
  }

  find(chatId: string | null): ChatSummary | null {
    return chatId === null ? null : (this.#byId.get(chatId) ?? null)
  }

  async create(): Promise<ChatSummary> {
    const chat = await this.#client.chats.create()
    this.list = [chat, ...this.list.filter((other) => other.id !== chat.id)]
    return chat
  }

  async rename(chatId: string, title: string): Promise<void> {
    const before = this.list
    this.list = before.map((chat) => (chat.id === chatId ? { ...chat, title } : chat))
    try {
      const renamed = await this.#client.chats.rename({ chatId, title })
      this.list = this.list.map((chat) => (chat.id === chatId ? renamed : chat))
    } catch (thrown) {
      this.list = before
      this.#report(thrown)
    }
  }

  /** Pins a chat, archives it or labels it; true where that worked. */
  async organise(chatId: string, order: ChatOrder): Promise<boolean> {
    const before = this.find(chatId)
    if (before === null) return false
    const put = (changed: ChatSummary) => {
      this.list = this.list.map((chat) => (chat.id === chatId ? changed : chat))
    }
    const { pinned = before.pinned, archived = before.archived, tags = before.tags } = order
    put({ ...before, pinned, archived, tags })
    try {
      put(await this.#client.chats.organise({ chatId, ...order }))
      return true
    } catch (thrown) {
      put(before)
      this.#report(thrown)
      return false
    }
  }

  /** Hides a chat; true where that worked and `restore` can bring it back. */
  async remove(chatId: string): Promise<boolean> {
    const before = this.list
    this.list = before.filter((chat) => chat.id !== chatId)
    try {
      await this.#client.chats.remove({ chatId })
      return true
    } catch (thrown) {
      this.list = before
      this.#report(thrown)
      return false
    }
  }

  async restore(chatId: string): Promise<void> {
    try {
      await this.#client.chats.restore({ chatId })
      await this.refresh()
    } catch (thrown) {
      this.#report(thrown)
    }
  }
}
