import type { AppEvent } from '../../contract/domains/app.ts'
import type { ChatSummary, Message } from '../../contract/domains/chat.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Store } from '../../storage/Store.ts'
import type { LiveAnswer } from './LiveAnswer.ts'

/** A chat and the path of it that is shown. */
export interface OpenedChat {
  readonly chat: ChatSummary
  readonly messages: Message[]
}

export interface BranchDependencies {
  readonly store: Store
  readonly emit: (event: AppEvent) => void
  readonly now: () => number
  /** The answer where this process is writing it. */
  readonly live: (messageId: string) => LiveAnswer | null
  readonly open: (chatId: string) => OpenedChat
}

/** The tree of a chat as a person goes through it: which path is shown, and what was removed from it. */
export class Branches {
  readonly #deps: BranchDependencies

  constructor(deps: BranchDependencies) {
    this.#deps = deps
  }

  /** Shows the path through a message. Throws `MESSAGE_MISSING`, `CHAT_MISSING`, `CHAT_BUSY`. */
  choose(messageId: string): OpenedChat {
    const { store } = this.#deps
    const chatId = store.transaction(() => {
      const chat = this.#chatOf(messageId)
      if (chat.busy) throw new AppError('CHAT_BUSY', { chat: chat.title })
      store.messages.tree.choose(messageId)
      return chat.id
    })
    return this.#changed(chatId)
  }

  /** Stops what is being written there, then hides a message with all that follows it. Rejects `MESSAGE_MISSING`, `CHAT_MISSING`. */
  async remove(messageId: string): Promise<OpenedChat> {
    const { id: chatId } = this.#chatOf(messageId)
    for (let writing = this.#removeUnlessWriting(messageId); writing.length > 0; writing = this.#removeUnlessWriting(messageId)) {
      for (const answer of writing) {
        answer.stopping.abort()
        await answer.ended()
      }
    }
    return this.#changed(chatId)
  }

  /** Throws `MESSAGE_MISSING` where it was deleted for good, `CHAT_MISSING`. */
  restore(messageId: string): OpenedChat {
    const { store } = this.#deps
    const chatId = store.transaction(() => {
      if (!store.messages.tree.restore(messageId)) throw new AppError('MESSAGE_MISSING')
      const chat = this.#chatOf(messageId)
      // An answer that is being written meanwhile stays on the screen.
      if (!chat.busy) store.messages.tree.choose(messageId)
      return chat.id
    })
    return this.#changed(chatId)
  }

  /** Returns the answers this process is writing there, if any; then nothing was removed. Another process is asked to stop its own. */
  #removeUnlessWriting(messageId: string): LiveAnswer[] {
    const { store, now, live } = this.#deps
    return store.transaction(() => {
      const writing = store.messages.tree.writingFrom(messageId)
      const own = writing.flatMap((id) => live(id) ?? [])
      if (own.length > 0) return own
      for (const id of writing) store.messages.requestStop(id)
      store.messages.tree.remove(messageId, store.lock.token, now())
      return []
    })
  }

  #chatOf(messageId: string): ChatSummary {
    const message = this.#deps.store.messages.find(messageId)
    if (message === null) throw new AppError('MESSAGE_MISSING')
    const chat = this.#deps.store.chats.find(message.chatId)
    if (chat === null) throw new AppError('CHAT_MISSING')
    return chat
  }

  #changed(chatId: string): OpenedChat {
    const { emit, open } = this.#deps
    emit({ type: 'chatChanged', chatId })
    return open(chatId)
  }
}
