import { AppError } from '../../../contract/errors/AppError.ts'
import type { Adapter, ModelInfo } from '../../../contract/domains/model.ts'
import type { GenerateEvent, GenerateRequest, Picture, PrefillRequest, PromptPart, TemplateMessage } from '../../protocol.ts'
import type { NativeBinding, NativeContext, NativeModel, NativeSampler } from '../../native/binding.d.ts'
import { AppliedAdapters } from '../adapters/AppliedAdapters.ts'
import type { Cores } from '../Cores.ts'
import { SnapshotKeeper } from '../disk/SnapshotKeeper.ts'
import type { KeeperParts } from '../disk/SnapshotKeeper.ts'
import { toEngineError } from '../engineError.ts'
import type { GgufFile } from '../../../gguf/readGguf.ts'
import { readPpm, writeFloats, writePpm } from '../pictures/ppm.ts'
import type { Pixels } from '../pictures/ppm.ts'
import type { Item } from '../scheduler/items.ts'
import { Scheduler } from '../scheduler/Scheduler.ts'
import type { Place } from '../scheduler/Changes.ts'
import { writeWithTemplate } from '../text/chatTemplate.ts'
import type { Ends } from '../text/chatTemplate.ts'
import { layoutOf, promptItems, tokenizeParts } from './promptItems.ts'
import type { PromptItems, Vision } from './promptItems.ts'
import { Tidying } from './Tidying.ts'
import type { WarmUp } from './WarmUp.ts'

/** LLaVA's IMAGE_TOKEN_INDEX (llava/constants.py). */
const imageTokenIndex = -200
/** A prompt is refused unless at least this much of an answer fits behind it. */
const shortestAnswer = 64
/** llama.cpp's default. */
const repeatLastN = 64
/** `LLAMA_DEFAULT_SEED`: llama.cpp takes it for "any"; a person who names it wants the same answer again. */
const anySeed = 0xffffffff

/** What a prefill asks for beside its prompt. */
const oneToken = {
  sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 0 },
  ...{ maxTokens: 1, stopTexts: [], grammar: null, priority: 'chat', continues: false, probabilities: false },
} satisfies Omit<GenerateRequest, keyof PrefillRequest>

/** The supervisor waits longer than this for a process that it tells to unload. */
const saveAtEndMs = 2000

/** The native parts of a loaded model; `LoadedModel` owns them. */
export interface ModelParts {
  readonly binding: NativeBinding
  readonly model: NativeModel
  readonly ends: Ends
  readonly vision: Vision | null
  readonly context: NativeContext
  readonly file: GgufFile
  readonly info: ModelInfo
  readonly maxActive: number
  /** What decode steps compute on. */
  readonly cores: Cores
  /** What keeps KV cells of chats on disk; null: nothing does. */
  readonly chats: Omit<KeeperParts, 'pool' | 'lending' | 'isPlain'> | null
}

/** A model that can be asked. */
export class LoadedModel {
  readonly #parts: ModelParts
  readonly #scheduler: Scheduler
  readonly #adapters: AppliedAdapters
  #warmUp: WarmUp | null = null
  readonly #keeper: SnapshotKeeper | null
  readonly #tidying: Tidying

  constructor(parts: ModelParts) {
    this.#parts = parts
    this.#adapters = new AppliedAdapters(parts)
    this.#scheduler = new Scheduler(parts.context, parts.vision?.cache ?? null, { maxActive: parts.maxActive, cores: parts.cores })
    this.#tidying = new Tidying(() => parts.binding.returnFreed())
    const { pool, lending } = this.#scheduler
    this.#keeper = parts.chats === null ? null : new SnapshotKeeper({ ...parts.chats, pool, lending, isPlain: () => this.#adapters.list.length === 0 })
  }

  get info(): ModelInfo {
    return { ...this.#parts.info, adapters: [...this.#adapters.list] }
  }

  /** Warms up until the first request comes; see `WarmUp`. */
  warmUp(warmUp: WarmUp): void {
    this.#warmUp = warmUp
    // It never fails, and a model that is closed needs none.
    void this.#scheduler.change(async () => await warmUp.run()).catch(() => undefined)
  }

  /** Applies these adapters to the requests that come from now on. Rejects `ADAPTER_*`, `OUT_OF_MEMORY`, `ABORTED`; then nothing has changed. */
  async setAdapters(adapters: readonly Adapter[], signal: AbortSignal): Promise<ModelInfo> {
    await this.#adapters.check(adapters)
    this.#warmUp?.leave()
    await this.#scheduler.change(async () => await this.#adapters.apply(adapters), signal)
    return this.info
  }

  /** One answer. Rejects `CONTEXT_FULL` and `GRAMMAR_INVALID` before anything is evaluated, and the errors of pictures and of llama.cpp. */
  async *generate(input: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
    this.#warmUp?.leave()
    // Until all of it is read, a change of adapters that is asked for meanwhile would be made before it.
    const place = this.#scheduler.takePlace()
    const kept = this.#keeper?.begin()
    const tidied = this.#tidying.begin()
    try {
      for await (const event of await this.#submit(input, place, signal)) {
        if (event.type === 'end') this.#keeper?.measured(event.stats)
        yield event
      }
    } finally {
      place.leave()
      kept?.()
      tidied()
    }
  }

  /** One token is sampled and thrown away: that is what ends a request. Rejects like `generate`. */
  async prefill(input: PrefillRequest, signal: AbortSignal): Promise<{ evaluatedTokens: number }> {
    for await (const event of this.generate({ ...input, ...oneToken }, signal)) {
      if (event.type === 'end') return { evaluatedTokens: event.stats.evaluatedTokens }
    }
    throw new AppError('ABORTED')
  }

  async count(prompt: readonly PromptPart[]): Promise<{ tokens: number; imageTokens: number; contextSize: number }> {
    const { tokens, imageTokens } = await promptItems(this.#parts.model, this.#parts.vision, prompt)
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
  async missing(keys: readonly string[]): Promise<{ keys: string[] }> {
    const missing: string[] = []
    // Those on disk are read now: should a file be damaged, the pixels are still to be had.
    for (const key of keys) if ((await this.#parts.vision?.cache.recall(key)) === undefined) missing.push(key)
    return { keys: missing }
  }

  async see(input: { picture: Picture; pixelsOut: string | null; embeddingsOut: string | null }, signal: AbortSignal): Promise<{ width: number; height: number; tokens: number; embeddingWidth: number }> {
    const { vision } = this.#parts
    if (vision === null) throw new AppError('MODEL_HAS_NO_VISION', { model: this.info.name })
    this.#warmUp?.leave()
    const pixels = await readPpm(input.picture.path)
    if (input.embeddingsOut === null && input.pixelsOut !== null) return await this.#show(vision, input.picture, pixels, input.pixelsOut)
    // Both at once: who waits for the square first would not be counted among those who wait for the embeddings.
    const [square, { embeddings }] = await Promise.all([squareOf(vision, pixels), vision.cache.get(input.picture, signal)])
    const seen = square === null ? pixels : { rgb: square.rgb, width: square.size, height: square.size }
    if (input.pixelsOut !== null) await writePpm(input.pixelsOut, seen)
    if (input.embeddingsOut !== null) await writeFloats(input.embeddingsOut, embeddings.data)
    return { width: seen.width, height: seen.height, tokens: embeddings.tokens, embeddingWidth: embeddings.width }
  }

  /** The square alone: nothing is encoded for it. */
  async #show(vision: Vision, picture: Picture, pixels: Pixels, path: string) {
    const { tokens } = await layoutOf(vision.projector, picture)
    const square = await squareOf(vision, pixels)
    const seen = square === null ? pixels : { rgb: square.rgb, width: square.size, height: square.size }
    await writePpm(path, seen)
    return { width: seen.width, height: seen.height, tokens, embeddingWidth: vision.projector.info.embeddingWidth }
  }

  /** What model and context take on all devices, in bytes. */
  async contextMemory(): Promise<{ model: number; kv: number; compute: number }> {
    const { modelBytes, kvBytes, computeBytes } = await this.#parts.context.memory()
    return { model: modelBytes, kv: kvBytes, compute: computeBytes }
  }

  /** Bytes of the embeddings that are kept. */
  get embeddingBytes(): number {
    return this.#parts.vision?.cache.bytes ?? 0
  }

  /** Fails what is in flight with `ENGINE_STOPPED` and frees all memory. */
  async dispose(): Promise<void> {
    const { context, vision, model } = this.#parts
    this.#warmUp?.leave()
    await this.#scheduler.close()
    await this.#keeper?.close(saveAtEndMs)
    await context.dispose()
    await this.#adapters.dispose()
    await vision?.cache.close()
    await vision?.projector.dispose()
    await model.dispose()
  }

  async #submit(input: GenerateRequest, place: Place, signal: AbortSignal): Promise<AsyncIterable<GenerateEvent>> {
    const { model, vision } = this.#parts
    const prompt = await promptItems(model, vision, input.prompt)
    const maxTokens = this.#answerLength(prompt, input.maxTokens)
    const { conversation, stopTexts, priority, probabilities, continues } = input
    const keeper = input.keep ? this.#keeper : null
    await keeper?.bringBack(conversation, prompt.items, signal)
    const onLeave = (items: readonly Item[]) => keeper?.answered(conversation, items)
    return this.#scheduler.submit({ ...prompt, conversation, stopTexts, priority, probabilities, continues, maxTokens, signal, createSampler: () => this.#createSampler(input, prompt), onLeave }, place)
  }

  #answerLength(prompt: PromptItems, maxTokens: number): number {
    const available = this.info.contextSize
    const needed = prompt.tokens + Math.min(maxTokens, shortestAnswer)
    if (needed > available) throw new AppError('CONTEXT_FULL', { needed, available, images: prompt.imageTokens })
    return Math.min(maxTokens, available - prompt.tokens)
  }

  #createSampler({ sampling, grammar }: GenerateRequest, prompt: PromptItems): NativeSampler {
    const { binding, model } = this.#parts
    const options = { ...sampling, seed: Math.min(sampling.seed, anySeed - 1), repeatLastN, frequencyPenalty: 0, presencePenalty: 0 }
    if (grammar !== null) return binding.createSampler(model, { ...options, grammar })
    const sampler = binding.createSampler(model, options)
    // Penalties look back over the prompt's end too, as in llama.cpp's own programs.
    if (sampling.repeatPenalty !== 1) for (const item of prompt.items.slice(-repeatLastN)) if (typeof item === 'number') sampler.accept(item)
    return sampler
  }
}

/** The square the model sees of a picture; null where libmtmd prepares it. */
async function squareOf({ projector }: Vision, { rgb, width, height }: Pixels): Promise<{ rgb: Uint8Array; size: number } | null> {
  if (projector.info.preparation === 'libmtmd') return null
  return await projector.square(rgb, width, height).catch((error: unknown) => Promise.reject(toEngineError(error)))
}
