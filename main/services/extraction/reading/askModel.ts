import type { Engine } from '../../../engine/client/Engine.ts'
import type { GenerateInput, PromptPart, SampledToken } from '../../../engine/protocol.ts'
import { repeatsItself } from './repetition.ts'

/** Records are made of what the model holds likeliest, so that the same page gives the same record. */
export const TEMPERATURE = 0
export const SEED = 0
const sampling: GenerateInput['sampling'] = { temperature: TEMPERATURE, seed: SEED, topK: 0, topP: 1, minP: 0, repeatPenalty: 1 }

export interface ModelQuestion {
  readonly conversation: string
  readonly prompt: PromptPart[]
  readonly stopTexts: readonly string[]
  readonly grammar: string
  readonly maxTokens: number
  readonly priority: 'chat' | 'batch'
  /** Whether the answer holds many values, some of which may well be alike. */
  readonly isMany: boolean
}

export interface ModelAnswer {
  readonly text: string
  readonly sampled: readonly SampledToken[]
  /** The model repeated itself and was stopped. */
  readonly repeated: boolean
}

export type OnProgress = (fraction: number | null) => void

/**
 * Asks for one answer under a grammar and stops a model that repeats itself. An answer that is stopped brings no probabilities; where it
 * holds many values, so much of it is asked for once more, which gives the same text. Rejects the engine's errors.
 */
export async function askModel(engine: Engine, question: ModelQuestion, onProgress: OnProgress, signal: AbortSignal): Promise<ModelAnswer> {
  const answer = await ask(engine, question, onProgress, signal)
  if (answer.sampled !== null) return { text: answer.text, sampled: answer.sampled, repeated: false }
  if (!question.isMany) return { text: answer.text, sampled: [], repeated: true }
  const again = await ask(engine, { ...question, maxTokens: answer.tokens, watch: false }, onProgress, signal)
  return { text: again.text, sampled: again.sampled ?? [], repeated: true }
}

interface Asked {
  readonly text: string
  readonly tokens: number
  /** Null where it was stopped. */
  readonly sampled: readonly SampledToken[] | null
}

async function ask(engine: Engine, question: ModelQuestion & { readonly watch?: boolean }, onProgress: OnProgress, signal: AbortSignal): Promise<Asked> {
  const { isMany, stopTexts, watch = true, ...input } = question
  let text = ''
  let tokens = 0
  for await (const event of engine.generate({ ...input, stopTexts: [...stopTexts], sampling, probabilities: true }, signal)) {
    if (event.type === 'progress') onProgress(event.fraction)
    else if (event.type === 'delta') {
      text += event.text
      tokens += event.tokens.length
      if (watch && repeatsItself(text, isMany)) return { text, tokens, sampled: null }
    } else return { text, tokens, sampled: event.sampled ?? [] }
  }
  throw new Error('The answer ended without its end')
}
