import type { ChatOptions } from '../../contract/domains/chat.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { Store } from '../../storage/Store.ts'

/** What each chat keeps for its next questions. A chat's questions take its parameters from here; see `mergeOptions`. */
export class ChatOptionsService {
  readonly #store: Pick<Store, 'chats'>

  constructor(store: Pick<Store, 'chats'>) {
    this.#store = store
  }

  /** Throws `CHAT_MISSING`. */
  get(chatId: string): ChatOptions {
    if (this.#store.chats.find(chatId) === null) throw new AppError('CHAT_MISSING')
    return this.#store.chats.optionsOf(chatId) ?? { generation: {}, format: { type: 'free' }, verifyPremise: false }
  }

  /** Throws `CHAT_MISSING`, `DISK_FULL`. */
  save(chatId: string, options: ChatOptions): void {
    if (!this.#store.chats.saveOptions(chatId, options)) throw new AppError('CHAT_MISSING')
  }
}
