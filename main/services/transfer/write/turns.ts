import type { ExportedChat, ExportedMessage } from '../../../contract/domains/transfer.ts'
import type { TransferWords } from '../words.ts'

/** A message as a reader meets it. */
export interface ShownTurn {
  readonly message: ExportedMessage
  readonly heading: string
  /** How it ended, where that is worth a word. */
  readonly ending: string | null
}

/** The messages of a chat, of which one path is left. */
export function turnsOf({ messages }: ExportedChat, words: TransferWords): ShownTurn[] {
  return messages.map((message) => ({ message, heading: headingOf(message, words), ending: endingOf(message, words) }))
}

/** The path through a chat's messages that is shown, as `MessageTree.chosenPath` tells it. Parents stand before their children. */
export function shownPath(messages: readonly ExportedMessage[]): ExportedMessage[] {
  const shown = new Map<string | null, ExportedMessage>()
  for (const message of messages) {
    const best = shown.get(message.parent)
    if (best === undefined || message.chosen >= best.chosen) shown.set(message.parent, message)
  }
  const path: ExportedMessage[] = []
  for (let here = shown.get(null); here !== undefined; here = shown.get(here.id)) path.push(here)
  return path
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
