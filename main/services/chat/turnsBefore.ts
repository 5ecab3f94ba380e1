import { askedText, trickyQuestion } from '../../contract/answerWords.ts'
import type { Message } from '../../contract/domains/chat.ts'
import type { PictureSource } from '../images/pictureSource.ts'
import type { Turn } from '../prompt/buildPrompt.ts'

/**
 * The conversation up to the answer `answerId`, whose own text so far does not count; `lastWords` are those of its question. Earlier
 * questions are worded as they were asked then. Throws what `source` throws.
 */
export function turnsBefore(messages: readonly Message[], answerId: string, source: (imageId: string) => PictureSource, lastWords = asFormatted): Turn<PictureSource>[] {
  const turns: Turn<PictureSource>[] = []
  let question: Message | null = null
  for (const message of messages) {
    if (message.role === 'user') question = message
    else if (question !== null) {
      const answer = message.id === answerId ? null : message.text
      const words = message.id === answerId ? lastWords(question) : asAsked(question, message)
      turns.push({ question: words, images: question.images.map((image) => source(image.id)), answer })
      question = null
    }
    if (message.id === answerId) break
  }
  return turns
}

const asFormatted = (question: Message): string => askedText(question.text, question.format)

const asAsked = (question: Message, answer: Message): string => (answer.premise?.verdict === 'fails' ? trickyQuestion(question.text, question.format) : asFormatted(question))
