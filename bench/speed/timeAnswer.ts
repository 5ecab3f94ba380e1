import type { Engine } from '../../main/engine/client/Engine.ts'
import type { GenerateStats, PromptPart } from '../../main/engine/protocol.ts'

/** An answer as its reader sees it: milliseconds from the call, measured on this side of the process boundary. */
export interface TimedAnswer {
  readonly firstTokenMs: number
  readonly totalMs: number
  /** Per token after the first. */
  readonly tokenMs: number
  readonly stats: GenerateStats
}

let conversations = 0

/** Asks for `tokens` tokens, greedily. Throws where the model ends early. */
export async function timeAnswer(engine: Engine, prompt: readonly PromptPart[], tokens: number): Promise<TimedAnswer> {
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 1 }
  const start = performance.now()
  let firstTokenMs = 0
  for await (const event of engine.generate({ conversation: `speed ${++conversations}`, prompt: [...prompt], sampling, maxTokens: tokens, stopTexts: [] })) {
    const now = performance.now() - start
    if (event.type === 'delta' && firstTokenMs === 0) firstTokenMs = now
    if (event.type !== 'end') continue
    if (event.stats.generatedTokens !== tokens) throw new Error(`${event.stats.generatedTokens} tokens instead of ${tokens}`)
    return { firstTokenMs, totalMs: now, tokenMs: (now - firstTokenMs) / Math.max(1, tokens - 1), stats: event.stats }
  }
  throw new Error('the answer has no end')
}

/** Words that are one token each in the LLaMA-like vocabulary. */
const words = ['the', 'to', 'and', 'is', 'an', 'user', 'total', 'chat', 'human', 'gives', 'helpful', 'answers', 'curious', 'detailed', 'questions', 'assistant']

/**
 * A text prompt of `tokens` tokens with BOS, for a synthetic model with this vocabulary. Prompts of neighbouring seeds share
 * no more than their beginning, so that no cache helps.
 */
export function textPrompt(tokens: number, seed: number, vocabulary: 'words' | 'letters' = 'words'): PromptPart[] {
  const text =
    vocabulary === 'words'
      ? Array.from({ length: tokens - 1 }, (_, i) => words[(i * 5 + seed * 3) % words.length]!).join(' ')
      : // BOS and the space in front of the text are tokens, too.
        Array.from({ length: tokens - 2 }, (_, i) => String.fromCharCode(97 + ((i * 5 + seed * 3) % 26))).join('')
  return [{ type: 'text', text, trusted: true }]
}
