import { askedText, trickyQuestion } from '../../contract/answerWords.ts'
import type { Message } from '../../contract/domains/chat.ts'
import type { PictureSource } from '../images/pictureSource.ts'
import type { Turn } from '../prompt/buildPrompt.ts'

/**
 * The conversation of a path, which ends with the answer to be written. `begun` is the text with which that one goes on; null where it
 * begins anew, whatever text it still has. Questions whose answers were removed are asked together with the next one: what is on the
 * screen is what the model gets. Each turn's last question is worded as it was asked then; that of the answer to be written as
 * `lastWords` has it. Throws what `source` throws.
 */
export function turnsBefore(path: readonly Message[], begun: string | null, source: (imageId: string) => PictureSource, lastWords = asFormatted): Turn<PictureSource>[] {
  const turns: Turn<PictureSource>[] = []
  let questions: Message[] = []
  for (const [index, message] of path.entries()) {
    if (message.role === 'user') {
      questions.push(message)
      continue
    }
    const last = questions.pop()
    if (last === undefined) continue
    const isOpen = index === path.length - 1
    const texts = [...questions.map(({ text }) => text), isOpen ? lastWords(last) : asAsked(last, message)]
    const images = [...questions, last].flatMap((question) => question.images)
    turns.push({ question: texts.join('\n'), images: images.map((image) => source(image.id)), answer: isOpen ? begun : message.text })
    questions = []
  }
  return turns
}

const asFormatted = (question: Message): string => askedText(question.text, question.format)

const asAsked = (question: Message, answer: Message): string => (answer.premise?.verdict === 'fails' ? trickyQuestion(question.text, question.format) : asFormatted(question))
