import type { ConversationTemplate } from './templates.ts'

/** One question and the answer it got; null for the question to be answered now. */
export interface Turn<Image> {
  readonly question: string
  readonly images: readonly Image[]
  readonly answer: string | null
}

/** A prompt before pictures have keys and paths. */
export type DraftPart<Image> = { type: 'text'; text: string; trusted: boolean } | { type: 'image'; image: Image }

/**
 * Writes a conversation for a model, as a list of parts that are tokenized one by one.
 *
 * [Note: Parts and tokens] LLaMA's tokenizer puts a space before the text of every call, so where one part ends and the
 * next begins decides the token ids. LLaVA's `tokenizer_image_token` calls it once per stretch between pictures, and the
 * tokenizer itself starts anew after a control token such as `</s>`. Hence one part per stretch of ordinary text, from
 * picture or control token to picture or control token, with template words and the person's words in it together; and
 * one part for each control token. Only those are `trusted`: a "</s>" typed by a person lies inside ordinary text, whose
 * control tokens are never parsed.
 */
export function buildPrompt<Image>(template: ConversationTemplate, systemText: string, turns: readonly Turn<Image>[]): DraftPart<Image>[] {
  const writer = new PartWriter<Image>(template)
  for (const [index, turn] of answered(turns).entries()) {
    writer.write(index === 0 ? template.first : template.next, { system: systemText.trim(), question: turn.question.trim(), images: turn.images, answer: '' })
    // Replies come back with a space in front, and every official script strips it.
    if (turn.answer !== null) writer.write(template.answer, { system: '', question: '', images: [], answer: turn.answer.trim() })
  }
  return writer.parts()
}

/** A question that got no text as an answer cannot stand in the history; its pictures belong to the next question then. */
export function answered<Image>(turns: readonly Turn<Image>[]): Turn<Image>[] {
  const kept: Turn<Image>[] = []
  let carried: readonly Image[] = []
  for (const turn of turns) {
    const images = [...carried, ...turn.images]
    if (turn.answer === null || turn.answer.trim() !== '') {
      kept.push({ ...turn, images })
      carried = []
    } else carried = images
  }
  return kept
}

interface Fillings<Image> {
  readonly system: string
  readonly question: string
  readonly images: readonly Image[]
  readonly answer: string
}

class PartWriter<Image> {
  readonly #template: ConversationTemplate
  readonly #parts: DraftPart<Image>[] = []
  #text = ''

  constructor(template: ConversationTemplate) {
    this.#template = template
  }

  write(pattern: string, fillings: Fillings<Image>): void {
    for (const piece of pattern.split(/(\{system\}|\{question\}|\{images\}|\{answer\})/)) {
      if (piece === '{system}') this.#system(fillings.system)
      else if (piece === '{question}') this.#text += fillings.question
      else if (piece === '{answer}') this.#text += fillings.answer
      else if (piece === '{images}') for (const image of fillings.images) this.#image(image)
      else this.#own(piece)
    }
  }

  parts(): DraftPart<Image>[] {
    this.#endText()
    return this.#parts
  }

  #system(text: string): void {
    if (text === '') return
    const [before = '', after = ''] = this.#template.system.split('{system}')
    this.#own(before)
    this.#text += text
    this.#own(after)
  }

  /** Words of the template: its control tokens become parts of their own. */
  #own(words: string): void {
    let rest = words
    while (rest !== '') {
      const found = this.#nextControl(rest)
      if (found === null) break
      this.#text += rest.slice(0, found.at)
      this.#endText()
      this.#parts.push({ type: 'text', text: found.token, trusted: true })
      rest = rest.slice(found.at + found.token.length)
    }
    this.#text += rest
  }

  #nextControl(words: string): { token: string; at: number } | null {
    let first: { token: string; at: number } | null = null
    for (const token of this.#template.controls) {
      const at = words.indexOf(token)
      if (at >= 0 && (first === null || at < first.at)) first = { token, at }
    }
    return first
  }

  #image(image: Image): void {
    this.#endText()
    this.#parts.push({ type: 'image', image })
    this.#text += this.#template.afterImage
  }

  #endText(): void {
    if (this.#text !== '') this.#parts.push({ type: 'text', text: this.#text, trusted: false })
    this.#text = ''
  }
}
