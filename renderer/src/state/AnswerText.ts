import type { AnswerEvent } from '../../../main/contract/domains/chat.ts'

type TextEvent = Extract<AnswerEvent, { type: 'snapshot' | 'delta' }>

/**
 * Puts the text of an answer together from the events of `follow`. A snapshot replaces everything; a delta whose number
 * is not above the last delta's was seen before and is left out.
 */
export class AnswerText {
  #text = ''
  #lastDelta = -1

  get text(): string {
    return this.#text
  }

  apply(event: TextEvent): void {
    if (event.type === 'snapshot') {
      this.#text = event.text
      this.#lastDelta = -1
      return
    }
    if (event.seq <= this.#lastDelta) return
    this.#lastDelta = event.seq
    this.#text += event.text
  }
}
