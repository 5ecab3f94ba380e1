import type { SampledToken } from '../../../engine/protocol.ts'

/** Where the tokens of an answer stand in its text. */
export class TokenSpans {
  /** The byte at which each UTF-16 unit of the text begins. */
  readonly #bytes: Uint32Array
  readonly #tokens: { start: number; end: number; logProbability: number }[] = []

  /** `given`: how much of the text was no token of the answer, in UTF-16 units from its beginning. */
  constructor(text: string, given: number, sampled: readonly SampledToken[]) {
    this.#bytes = byteOffsets(text)
    let start = this.#bytes[given] ?? 0
    for (const { bytes, logProbability } of sampled) {
      this.#tokens.push({ start, end: start + bytes, logProbability })
      start += bytes
    }
  }

  /**
   * Log-probabilities of the tokens that make a part of the text (UTF-16 units). A token that goes on behind its end is
   * left out, where it is not the only one: how likely "," and "}" are behind a value says nothing about the value.
   */
  of(start: number, end: number): number[] {
    const [from, to] = [this.#bytes[start] ?? Infinity, this.#bytes[end] ?? Infinity]
    const touching = this.#tokens.filter((token) => token.end > from && token.start < to)
    const within = touching.filter((token) => token.end <= to)
    return (within.length > 0 ? within : touching).map(({ logProbability }) => logProbability)
  }
}

function byteOffsets(text: string): Uint32Array {
  const offsets = new Uint32Array(text.length + 1)
  let at = 0
  let bytes = 0
  for (const character of text) {
    for (let unit = 0; unit < character.length; unit++) offsets[at++] = bytes
    bytes += Buffer.byteLength(character)
  }
  offsets[at] = bytes
  return offsets
}
