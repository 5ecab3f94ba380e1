import type { Message, Question } from '../../contract/domains/chat.ts'
import { AppError } from '../../contract/errors/AppError.ts'

/** Whether a second try is written in the place of this answer: one that gave no word. Any other stays beside it, broken off or not. */
export function isToBeReplaced({ role, text }: Message): boolean {
  return role === 'assistant' && text === ''
}

/** Whether an answer ended before the model ended it, with text to go on from. */
export function canGoOn({ role, status, stop, text }: Message): boolean {
  if (role !== 'assistant' || text.trim() === '') return false
  return status === 'stopped' || status === 'failed' || status === 'interrupted' || (status === 'done' && stop === 'length')
}

/** The message that a question is to follow. `last` is the end of the path that is shown. Throws `MESSAGE_MISSING`. */
export function placeAfter({ chatId, after }: Question, find: (id: string) => Message, last: () => string | null): string | null {
  if (after === undefined) return last()
  if (after !== null && find(after).chatId !== chatId) throw new AppError('MESSAGE_MISSING')
  return after
}
