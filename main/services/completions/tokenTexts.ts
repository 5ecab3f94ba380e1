import type { SampledToken } from '../../engine/protocol.ts'

/** A token of an answer, as OpenAI's `logprobs.content` has it. */
export interface TokenText {
  readonly token: string
  readonly logprob: number
  readonly bytes: number[]
  readonly top_logprobs: never[]
}

/** What OpenAI gives for a token that was all but impossible; JSON has no minus infinity. */
const IMPOSSIBLE = -9999

/**
 * Cuts an answer's text into its tokens, whose bytes together are those of the text: white space that was left out at either end, a
 * stop text and end tokens are not among them. `lead`: bytes left out in front of the text.
 */
export function tokenTexts(text: string, sampled: readonly SampledToken[], lead: number): TokenText[] {
  const all = Buffer.from(text, 'utf8')
  const found: TokenText[] = []
  let start = -lead
  for (const { bytes, logProbability } of sampled) {
    const own = all.subarray(Math.max(0, start), Math.max(0, start + bytes))
    start += bytes
    if (own.length > 0) found.push({ token: own.toString('utf8'), logprob: Math.max(IMPOSSIBLE, logProbability), bytes: [...own], top_logprobs: [] })
  }
  return found
}
