import type { Message } from '../../../../main/contract/domains/chat.ts'
import type { ImageRef } from '../../../../main/contract/domains/image.ts'

/** The question that a message answers, and the pictures it may speak of, each once: those of the question, or else the last ones before it. */
export function askedBefore(messages: readonly Message[], answerId: string): { text: string; images: readonly ImageRef[] } | null {
  let question: Message | null = null
  for (let index = messages.findIndex(({ id }) => id === answerId) - 1; index >= 0; index--) {
    const message = messages[index]
    if (message?.role !== 'user') continue
    question ??= message
    if (message.images.length > 0) return { text: question.text, images: [...new Map(message.images.map((image) => [image.id, image])).values()] }
  }
  return question === null ? null : { text: question.text, images: [] }
}
