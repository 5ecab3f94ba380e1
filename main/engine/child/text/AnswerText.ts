/** Text and token ids that may be shown: nothing in it can still turn out to be part of a stop text. */
export interface ReleasedText {
  readonly text: string
  readonly tokens: number[]
}

/**
 * Turns sampled tokens into the answer's text: whole UTF-8 characters, stop texts found across token borders and left out,
 * white space at both ends left out (LLaVA's own scripts strip their output).
 */
export class AnswerText {
  readonly #stopTexts: readonly string[]
  readonly #decoder = new TextDecoder('utf-8')
  /** Decoded and not yet released. */
  #pending = ''
  /** Length of all decoded text in front of `#pending`. */
  #base = 0
  #begun: boolean
  #lead = 0
  #stopped = false
  /** Ids not yet released, each with the length of all text decoded before it. */
  #tokens: { id: number; start: number }[] = []

  /** @param continues The answer goes on from text that is there already: white space in front is part of it. */
  constructor(stopTexts: readonly string[], continues = false) {
    this.#begun = continues
    this.#stopTexts = stopTexts.filter((stop) => stop !== '')
  }

  /** Bytes of white space that were left out in front of the text. */
  get lead(): number {
    return this.#lead
  }

  /** Adds a token with its bytes. Returns true as soon as a stop text is complete; nothing may be added after that. */
  push(id: number, piece: Uint8Array): boolean {
    this.#tokens.push({ id, start: this.#base + this.#pending.length })
    return this.#add(this.#decoder.decode(piece, { stream: true }))
  }

  /** What may be shown by now and was not returned before. */
  release(): ReleasedText {
    return this.#cut(this.#pending.length - this.#heldLength())
  }

  /** What is left at the end of the answer; an incomplete character becomes U+FFFD. */
  finish(): ReleasedText {
    if (!this.#stopped) this.#add(this.#decoder.decode())
    const kept = this.#pending.trimEnd()
    this.#pending = kept
    const released = this.#cut(kept.length)
    const tokens = [...released.tokens, ...this.#tokens.map((token) => token.id)]
    this.#tokens = []
    return { text: released.text, tokens }
  }

  #add(text: string): boolean {
    this.#pending += text
    if (!this.#begun) {
      const trimmed = this.#pending.trimStart()
      this.#base += this.#pending.length - trimmed.length
      this.#lead += Buffer.byteLength(this.#pending.slice(0, this.#pending.length - trimmed.length))
      this.#pending = trimmed
      this.#begun = trimmed !== ''
    }
    const found = this.#stopTexts.map((stop) => this.#pending.indexOf(stop)).filter((index) => index >= 0)
    if (found.length === 0) return false
    const at = Math.min(...found)
    this.#stopped = true
    this.#tokens = this.#tokens.filter((token) => token.start < this.#base + at)
    this.#pending = this.#pending.slice(0, at)
    return true
  }

  /** Length of the end of `#pending` that is white space or may be the beginning of a stop text. */
  #heldLength(): number {
    let held = 0
    if (!this.#stopped) for (const stop of this.#stopTexts) held = Math.max(held, overlap(this.#pending, stop))
    const shown = this.#pending.slice(0, this.#pending.length - held)
    return held + (shown.length - shown.trimEnd().length)
  }

  #cut(length: number): ReleasedText {
    const text = this.#pending.slice(0, length)
    this.#pending = this.#pending.slice(length)
    this.#base += length
    const tokens: number[] = []
    while (this.#tokens[0] !== undefined && text !== '' && this.#tokens[0].start < this.#base) tokens.push(this.#tokens.shift()?.id ?? 0)
    return { text, tokens }
  }
}

/** Length of the longest end of `text` that begins `stop` without completing it. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) if (text.endsWith(stop.slice(0, length))) return length
  return 0
}
