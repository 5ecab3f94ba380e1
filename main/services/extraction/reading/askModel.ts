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
  /** Null where the model was stopped since it repeated itself. */
  readonly sampled: readonly SampledToken[] | null
}

export type OnProgress = (fraction: number | null) => void

/** Asks for one answer under a grammar and stops a model that repeats itself. Rejects the engine's errors. */
export async function askModel(engine: Engine, question: ModelQuestion, onProgress: OnProgress, signal: AbortSignal): Promise<ModelAnswer> {
  const { isMany, stopTexts, ...input } = question
  let text = ''
  for await (const event of engine.generate({ ...input, stopTexts: [...stopTexts], sampling, probabilities: true }, signal)) {
    if (event.type === 'progress') onProgress(event.fraction)
    else if (event.type === 'delta') {
      text += event.text
      if (repeatsItself(text, isMany)) return { text, sampled: null }
    } else return { text, sampled: event.sampled ?? [] }
  }
  throw new Error('The answer ended without its end')
}
