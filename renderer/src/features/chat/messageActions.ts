import type { Message } from '../../../../main/contract/domains/chat.ts'

/** What a person can do with a message of the conversation on the screen, and what the screen does with it. */
export interface MessageActions {
  /** Shows another version of a message; what is read stays where it is. */
  readonly choose: (messageId: string) => void
  /** Answers a question again, given it or one of its answers. */
  readonly retry: (messageId: string) => void
  readonly goOn: (messageId: string) => void
  /** Deletes a message with all that follows it, and offers the way back. */
  readonly remove: (message: Message) => void
  readonly askEdited: () => void
}
