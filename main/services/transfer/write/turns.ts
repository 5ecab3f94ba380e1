import type { ExportedChat, ExportedMessage } from '../../../contract/domains/transfer.ts'
import type { TransferWords } from '../words.ts'

/** A message as a reader meets it. */
export interface ShownTurn {
  readonly number: number
  readonly message: ExportedMessage
  readonly heading: string
  /** Where it does not follow what stands above it. */
  readonly branch: string | null
  /** How it ended, where that is worth a word. */
  readonly ending: string | null
}

/** All messages in their order; where a branch begins, it says what it follows. */
export function turnsOf({ messages }: ExportedChat, words: TransferWords): ShownTurn[] {
  const numbers = new Map(messages.map(({ id }, index) => [id, index + 1]))
  return messages.map((message, index) => {
    const follows = message.parent === null ? 0 : (numbers.get(message.parent) ?? index)
    return { number: index + 1, message, heading: headingOf(message, words), branch: follows === index ? null : words.another(follows), ending: endingOf(message, words) }
  })
}

function headingOf({ role, model }: ExportedMessage, words: TransferWords): string {
  if (role === 'user') return words.question
  return model === null ? words.answer : words.answerOf(model)
}

function endingOf({ status, stop }: ExportedMessage, words: TransferWords): string | null {
  if (status === 'stopped') return words.stopped
  if (status === 'failed') return words.failed
  if (status === 'interrupted') return words.interrupted
  return stop === 'length' ? words.cutOff : null
}

/** A time for readers, by the clock and in the language of who exports. */
export function shownTime(iso: string | number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))
}
