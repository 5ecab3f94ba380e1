import type { ReleasedText } from './AnswerText.ts'

/** Gathers text for one frame, so that a fast model does not send a message a token. */
export class Deltas {
  readonly #emit: (seq: number, text: string, tokens: number[]) => void
  readonly #everyMs: number
  #text = ''
  #tokens: number[] = []
  #seq = 0
  #lastAt = -Infinity
  #timer: NodeJS.Timeout | null = null

  /** `everyMs`: the shortest time between two deltas; one frame of a 60 Hz screen unless said otherwise. */
  constructor(emit: (seq: number, text: string, tokens: number[]) => void, everyMs = 16) {
    this.#emit = emit
    this.#everyMs = everyMs
  }

  /** Adds text; sends at once if the last delta is a frame ago, else at the end of the frame. */
  add(released: ReleasedText): void {
    if (released.text === '' && released.tokens.length === 0) return
    this.#text += released.text
    for (const token of released.tokens) this.#tokens.push(token)
    const wait = this.#lastAt + this.#everyMs - performance.now()
    if (wait <= 0) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), wait)
  }

  /** Sends what was gathered. */
  flush(): void {
    this.cancel()
    if (this.#text === '' && this.#tokens.length === 0) return
    this.#emit(this.#seq++, this.#text, this.#tokens)
    this.#text = ''
    this.#tokens = []
    this.#lastAt = performance.now()
  }

  /** Ends the wait for the next frame without sending. */
  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
