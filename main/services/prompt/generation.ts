import type { GenerationOptions } from '../../contract/domains/chat.ts'
import type { Sampling } from '../../engine/protocol.ts'

/**
 * What an option is where neither the question nor the settings say otherwise. Greedy, as in LLaVA's evaluation; with a
 * temperature the top-p of its demo (`llava/serve/gradio_web_server.py`), and no other filter.
 */
const DEFAULTS = { temperature: 0, topP: 0.7, topK: 0, minP: 0, repeatPenalty: 1 }

/** Tokens of an answer where nobody set a limit: LLaVA's evaluation allows as many. */
export const DEFAULT_MAX_TOKENS = 1024
/** An answer may be shorter to fit the context, but where its limit allows as many, not shorter than this. */
export const LEAST_MAX_TOKENS = 64

/** The question's options over those of the settings. What is absent in both stays absent. */
export function mergeOptions(settings: GenerationOptions, question: GenerationOptions): GenerationOptions {
  return { ...settings, ...question }
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
