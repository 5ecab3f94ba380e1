import type { Message } from '../../contract/domains/chat.ts'
import type { PictureSource } from '../images/pictureSource.ts'
import type { Turn } from '../prompt/buildPrompt.ts'

/** The conversation up to the answer `answerId`, whose own text so far does not count. Throws what `source` throws. */
export function turnsBefore(messages: readonly Message[], answerId: string, source: (imageId: string) => PictureSource): Turn<PictureSource>[] {
  const turns: Turn<PictureSource>[] = []
  let question: Message | null = null
  for (const message of messages) {
    if (message.role === 'user') question = message
    else if (question !== null) {
      const answer = message.id === answerId ? null : message.text
      turns.push({ question: question.text, images: question.images.map((image) => source(image.id)), answer })
      question = null
    }
    if (message.id === answerId) break
  }
  return turns
}
