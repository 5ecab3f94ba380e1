import type { GenerationOptions, MessageOptions } from '../../contract/domains/chat.ts'
import { generationDefaults as DEFAULTS } from '../../contract/generationDefaults.ts'
import type { Sampling } from '../../engine/protocol.ts'

/** Tokens of an answer where nobody set a limit. */
export const DEFAULT_MAX_TOKENS = DEFAULTS.maxTokens
/** An answer may be shorter to fit the context, but where its limit allows as many, not shorter than this. */
export const LEAST_MAX_TOKENS = 64

/** The question's options over those of the chat, over those of the settings. What is absent in all stays absent. */
export function mergeOptions(settings: GenerationOptions, chat: GenerationOptions, question: MessageOptions): MessageOptions {
  return { ...settings, ...chat, ...question }
}

export function samplingOf(options: GenerationOptions): Sampling {
  return {
    temperature: options.temperature ?? DEFAULTS.temperature,
    topP: options.topP ?? DEFAULTS.topP,
    topK: options.topK ?? DEFAULTS.topK,
    minP: options.minP ?? DEFAULTS.minP,
    repeatPenalty: options.repeatPenalty ?? DEFAULTS.repeatPenalty,
    seed: options.seed ?? Math.floor(Math.random() * 2 ** 32),
  }
}
