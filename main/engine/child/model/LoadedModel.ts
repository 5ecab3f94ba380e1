import { AppError } from '../../../contract/errors/AppError.ts'
import type { ModelInfo } from '../../../contract/domains/model.ts'
import type { GenerateEvent, GenerateInput, Picture, PromptPart, Sampling, TemplateMessage } from '../../protocol.ts'
import type { NativeBinding, NativeContext, NativeModel, NativeSampler } from '../../native/binding.d.ts'
import { toEngineError } from '../engineError.ts'
import { readPpm, writeFloats, writePpm } from '../pictures/ppm.ts'
import { Scheduler } from '../scheduler/Scheduler.ts'
import { writeWithTemplate } from '../text/chatTemplate.ts'
import type { Ends } from '../text/chatTemplate.ts'
import { promptItems, tokenizeParts } from './promptItems.ts'
import type { PromptItems, Vision } from './promptItems.ts'

/** LLaVA's IMAGE_TOKEN_INDEX (llava/constants.py). */
const imageTokenIndex = -200
/** A prompt is refused unless at least this much of an answer fits behind it. */
const shortestAnswer = 64
/** llama.cpp's default. */
const repeatLastN = 64
/** `LLAMA_DEFAULT_SEED`: llama.cpp takes it for "any"; a person who names it wants the same answer again. */
const anySeed = 0xffffffff

/** The native parts of a loaded model; `LoadedModel` owns them. */
export interface ModelParts {
  readonly binding: NativeBinding
  readonly model: NativeModel
  readonly ends: Ends
  readonly vision: Vision | null
  readonly context: NativeContext
  readonly info: ModelInfo
  readonly maxActive: number
}

/** A model that can be asked. */
export class LoadedModel {
  readonly #parts: ModelParts
  readonly #scheduler: Scheduler

  constructor(parts: ModelParts) {
    this.#parts = parts
    this.#scheduler = new Scheduler(parts.context, parts.vision?.cache ?? null, { maxActive: parts.maxActive })
  }

  get info(): ModelInfo {
    return this.#parts.info
  }

  /** One answer. Rejects `CONTEXT_FULL` before anything is evaluated, and the errors of pictures and of llama.cpp. */
  async *generate(input: GenerateInput, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
    const { model, vision } = this.#parts
    const prompt = await promptItems(model, vision, input.prompt, signal)
    const maxTokens = this.#answerLength(prompt, input.maxTokens)
    const { conversation, stopTexts } = input
    yield* this.#scheduler.submit({ ...prompt, conversation, stopTexts, maxTokens, signal, createSampler: () => this.#createSampler(input.sampling, prompt) })
  }

  async count(prompt: readonly PromptPart[], signal: AbortSignal): Promise<{ tokens: number; imageTokens: number; contextSize: number }> {
    const { tokens, imageTokens } = await promptItems(this.#parts.model, this.#parts.vision, prompt, signal)
    return { tokens, imageTokens, contextSize: this.info.contextSize }
  }

  tokenize(prompt: readonly PromptPart[]): { tokens: number[] } {
    return { tokens: tokenizeParts(this.#parts.model, prompt).flatMap((ids) => (ids === null ? [imageTokenIndex] : [...ids])) }
  }

  template(): { embedded: boolean; projector: string | null } {
    const { model, vision } = this.#parts
    return { embedded: model.info.chatTemplate !== null, projector: vision?.projector.info.type ?? null }
  }

  /** Rejects `TEMPLATE_FAILED`. */
  render(messages: readonly TemplateMessage[]): { text: string; controls: string[] } {
    return writeWithTemplate(this.#parts.model, this.#parts.ends, this.info.name, messages)
  }

  /** Only embeddings count: KV cells of a picture serve a prompt with the same beginning, and no other. */
  missing(keys: readonly string[]): { keys: string[] } {
    const cache = this.#parts.vision?.cache
    return { keys: keys.filter((key) => cache?.peek(key) === undefined) }
  }

  async see(input: { picture: Picture; pixelsOut: string | null; embeddingsOut: string | null }, signal: AbortSignal): Promise<{ width: number; height: number; tokens: number; embeddingWidth: number }> {
    const { vision } = this.#parts
    if (vision === null) throw new AppError('MODEL_HAS_NO_VISION', { model: this.info.name })
    const pixels = await readPpm(input.picture.path)
    const { fixedSquare } = vision.projector.info
    const square = fixedSquare ? await vision.projector.square(pixels.rgb, pixels.width, pixels.height).catch((error: unknown) => Promise.reject(toEngineError(error))) : null
    const seen = square === null ? pixels : { rgb: square.rgb, width: square.size, height: square.size }
    if (input.pixelsOut !== null) await writePpm(input.pixelsOut, seen)
    const { embeddings } = await vision.cache.get(input.picture, signal)
    if (input.embeddingsOut !== null) await writeFloats(input.embeddingsOut, embeddings.data)
    return { width: seen.width, height: seen.height, tokens: embeddings.tokens, embeddingWidth: embeddings.width }
  }

  /** Fails what is in flight with `ENGINE_STOPPED` and frees all memory. */
  async dispose(): Promise<void> {
    const { context, vision, model } = this.#parts
    await this.#scheduler.close()
    await context.dispose()
    await vision?.cache.close()
    await vision?.projector.dispose()
    await model.dispose()
  }

  #answerLength(prompt: PromptItems, maxTokens: number): number {
    const available = this.info.contextSize
    const needed = prompt.tokens + Math.min(maxTokens, shortestAnswer)
    if (needed > available) throw new AppError('CONTEXT_FULL', { needed, available, images: prompt.imageTokens })
    return Math.min(maxTokens, available - prompt.tokens)
  }

  #createSampler(sampling: Sampling, prompt: PromptItems): NativeSampler {
    const { binding, model } = this.#parts
    const sampler = binding.createSampler(model, { ...sampling, seed: Math.min(sampling.seed, anySeed - 1), repeatLastN, frequencyPenalty: 0, presencePenalty: 0 })
    // Penalties look back over the prompt's end too, as in llama.cpp's own programs.
    if (sampling.repeatPenalty !== 1) for (const item of prompt.items.slice(-repeatLastN)) if (typeof item === 'number') sampler.accept(item)
    return sampler
  }
}
