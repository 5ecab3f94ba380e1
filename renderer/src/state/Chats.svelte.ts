import type { ChatSummary } from '../../../main/contract/domains/chat.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import type { Report } from './report.ts'

/** The list of chats, newest first, as the services hold it. */
export class Chats {
  list = $state.raw<readonly ChatSummary[]>([])
  loaded = $state(false)
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
    return this.list.find((chat) => chat.id === chatId) ?? null
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
