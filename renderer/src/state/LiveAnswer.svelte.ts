import type { AnswerEvent } from '../../../main/contract/domains/chat.ts'
import { AnswerText } from './AnswerText.ts'

type Progress = Extract<AnswerEvent, { type: 'progress' }>

/** An answer being written. The text that components see changes at most once per frame, however fast events come. */
export class LiveAnswer {
  readonly messageId: string
  text = $state('')
  progress = $state.raw<Pick<Progress, 'phase' | 'fraction'> | null>(null)
  stopping = $state(false)
  readonly #assembled = new AnswerText()
  #frame: number | null = null

  constructor(messageId: string, text: string) {
    this.messageId = messageId
    this.text = text
  }

  apply(event: Exclude<AnswerEvent, { type: 'end' }>): void {
    if (event.type === 'progress') {
      this.progress = { phase: event.phase, fraction: event.fraction }
      return
    }
    this.#assembled.apply(event)
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null
      this.text = this.#assembled.text
    })
  }
}
