import { AppError } from '../../contract/errors/AppError.ts'
import type { TemplateMessage } from '../../engine/protocol.ts'
import { answered } from './buildPrompt.ts'
import type { DraftPart, Turn } from './buildPrompt.ts'
import { picturePlace } from './picturePlaces.ts'
import type { PicturePlace } from './picturePlaces.ts'
import { pictureMark, renderedParts, textMark } from './renderedParts.ts'

/** What is asked of the engine and known of its model. */
export interface EmbeddedTemplate {
  /** The engine's `render`. */
  readonly render: (messages: readonly TemplateMessage[]) => Promise<{ text: string; controls: string[] }>
  readonly projector: string | null
  /** The model's name, for the error. */
  readonly model: string
}

/**
 * A way to put the messages. Templates differ in what they take: pictures as parts of a message or only as text, contents as strings
 * or only as parts, a system message or none.
 */
interface Form {
  readonly pictures: 'parts' | 'marks'
  readonly texts: 'strings' | 'parts'
  readonly system: 'message' | 'question'
}

/**
 * Writes a conversation with the chat template inside the model's file. An empty system text gives no system message; the
 * template then writes its own, where it has one.
 *
 * The forms are tried in turn, and the first one counts in which the template wrote every text and every picture once. A template
 * that takes no system message gets the system text before the first question with an empty line between, as Gemma's authors write
 * it (`first_user_prefix` in Gemma 3's template). Where no form succeeds, rejects with `TEMPLATE_FAILED` of the plainest one.
 */
export async function embeddedPrompt<Image>(template: EmbeddedTemplate, systemText: string, turns: readonly Turn<Image>[]): Promise<DraftPart<Image>[]> {
  const place = picturePlace(template.projector)
  const conversation = new MarkedConversation(systemText.trim(), answered(turns), place)
  const { texts, images, hasSystem } = conversation
  let failure = new AppError('INTERNAL', { detail: 'no form to try' })
  for (const form of formsFor(conversation, place)) {
    try {
      const { text, controls } = await template.render(conversation.messages(form))
      const placeholder = form.pictures === 'parts' ? (place?.placeholder ?? null) : null
      const parts = renderedParts({ text, controls, texts, images, hasSystem, placeholder, around: place?.around ?? ['', ''] })
      if (parts !== null) return parts
      throw new AppError('TEMPLATE_FAILED', { model: template.model, detail: 'it leaves out a text or a picture' })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'TEMPLATE_FAILED') throw error
      if (form.texts === 'strings') failure = error
    }
  }
  throw failure
}

function formsFor({ hasSystem, images }: MarkedConversation<unknown>, place: PicturePlace | null): Form[] {
  const pictures = images.length > 0 && place !== null ? (['parts', 'marks'] as const) : (['marks'] as const)
  const systems = hasSystem ? (['message', 'question'] as const) : (['message'] as const)
  // The plainest form of all comes last among those with strings.
  return systems.flatMap((system) => pictures.flatMap((kind) => (['strings', 'parts'] as const).map((texts) => ({ system, pictures: kind, texts }))))
}

/** A conversation with a mark in place of each text and picture. */
class MarkedConversation<Image> {
  readonly texts: readonly string[]
  readonly images: readonly Image[]
  readonly hasSystem: boolean
  readonly #turns: readonly Turn<Image>[]
  readonly #betweenTexts: string

  constructor(system: string, turns: readonly Turn<Image>[], place: PicturePlace | null) {
    this.hasSystem = system !== ''
    this.texts = [...(this.hasSystem ? [system] : []), ...turns.flatMap(({ question, answer }) => [question.trim(), ...(answer === null ? [] : [answer.trim()])])]
    this.images = turns.flatMap((turn) => turn.images)
    this.#turns = turns
    this.#betweenTexts = place?.betweenTexts ?? ''
  }

  messages(form: Form): TemplateMessage[] {
    const texts = this.texts.map((_, index) => textMark(index))
    const pictures = this.images.map((_, index) => pictureMark(index))
    const system = this.hasSystem ? (texts.shift() ?? '') : ''
    const messages: TemplateMessage[] = []
    if (form.system === 'message' && system !== '') messages.push({ role: 'system', content: contentOf('', [], system, form) })
    for (const [index, turn] of this.#turns.entries()) {
      const before = form.system === 'question' && index === 0 ? `${system}\n\n` : ''
      const own = pictures.splice(0, turn.images.length)
      const asText = own.map((mark) => mark + this.#betweenTexts).join('')
      const question = texts.shift() ?? ''
      messages.push({ role: 'user', content: form.pictures === 'parts' ? contentOf(before, own, question, form) : contentOf(before + asText, [], question, form) })
      if (turn.answer !== null) messages.push({ role: 'assistant', content: contentOf('', [], texts.shift() ?? '', form) })
    }
    return messages
  }
}

/** Pictures come before the question's own text, as they do in training. */
function contentOf(before: string, pictures: readonly string[], text: string, { texts }: Form): TemplateMessage['content'] {
  if (pictures.length === 0) return texts === 'strings' ? before + text : [{ type: 'text', text: before + text }]
  return [...(before === '' ? [] : [{ type: 'text' as const, text: before }]), ...pictures.map(() => ({ type: 'image' as const })), { type: 'text', text }]
}
