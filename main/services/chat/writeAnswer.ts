import type { AnswerStats, GenerationOptions } from '../../contract/domains/chat.ts'
import type { EngineStatus, ModelFiles, ModelInfo } from '../../contract/domains/model.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { PromptTemplate } from '../../contract/promptTemplates.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { GenerateInput, GenerateStats, PromptPart, SampledToken } from '../../engine/protocol.ts'
import { Notifier } from '../../platform/Notifier.ts'
import { unreachable } from '../../platform/unreachable.ts'
import { preparePictures } from '../images/pictureSource.ts'
import type { PictureSource } from '../images/pictureSource.ts'
import type { DraftPart, Turn } from '../prompt/buildPrompt.ts'
import { DEFAULT_MAX_TOKENS, LEAST_MAX_TOKENS, samplingOf } from '../prompt/generation.ts'
import { writePrompt } from '../prompt/writePrompt.ts'

/** One answer to be written: the conversation so far, its last turn without an answer, or with the beginning of one that is to go on. */
export interface AnswerRequest {
  /** Requests of one conversation run one after the other. */
  readonly conversation: string
  readonly turns: readonly Turn<PictureSource>[]
  readonly options: GenerationOptions
  /** The conversation template chosen for a model; null leaves it to the model's family. */
  readonly templateOf: (files: ModelFiles) => PromptTemplate | null
  /** Whether the conversation goes on, perhaps after a restart. */
  readonly keep: boolean
  /** What the answer is held to; absent: any text. */
  readonly form?: AnswerForm
}

export interface AnswerForm {
  /** As of `generateInput`. */
  readonly grammar: string | null
  /** Texts that end the answer, beside those of the conversation template. */
  readonly stopTexts: readonly string[]
  /** Whether the end brings how likely each token was. */
  readonly probabilities: boolean
}

export type AnswerStep =
  | { readonly type: 'progress'; readonly phase: 'queued' | 'loading' | 'image' | 'prompt'; readonly fraction: number | null }
  /** The model that answers; before the first piece of text. */
  | { readonly type: 'model'; readonly model: ModelInfo }
  /** Text since the last one, and the token ids behind it. */
  | { readonly type: 'delta'; readonly text: string; readonly tokens: readonly number[] }
  | { readonly type: 'end'; readonly stop: 'end' | 'length'; readonly stats: AnswerStats; readonly tokens?: AnswerTokens }

/** The tokens of an answer, as `generateEvent` has them. */
export interface AnswerTokens {
  readonly sampled: readonly SampledToken[]
  /** Bytes of white space in front of the answer, which are of its tokens and not of its text. */
  readonly lead: number
}

/**
 * Writes one answer: waits for the model, decodes the pictures it does not know yet, checks that everything fits, and
 * streams. Rejects with the engine's errors (see `Engine`), `MODEL_HAS_NO_VISION`, `TEMPLATE_FAILED`, `CONTEXT_FULL`,
 * those of decoding a picture, and `ABORTED`. Leaving the loop stops the work.
 */
export async function* writeAnswer(engine: Engine, request: AnswerRequest, signal: AbortSignal): AsyncGenerator<AnswerStep, void, undefined> {
  for (let allPixels = false; ; ) {
    yield* waitForModel(engine, signal)
    const model = await engine.ready(signal)
    yield { type: 'model', model }
    const { turns } = request
    const written = await writePrompt(engine, model, { turns, systemPrompt: request.options.systemPrompt, template: request.templateOf(model.files) }, signal)
    const sources = written.parts.flatMap((part) => (part.type === 'image' ? [part.image] : []))
    if (sources.length > 0 && !model.vision) throw new AppError('MODEL_HAS_NO_VISION', { model: model.name })

    if (sources.length > 0) yield { type: 'progress', phase: 'image', fraction: null }
    const prepared = await preparePictures(sources, await neededPixels(engine, sources, allPixels, signal), signal)
    try {
      const prompt = written.parts.map((part) => toEnginePart(part, prepared.pictures))
      const maxTokens = await answerRoom(engine, prompt, request.options.maxTokens, signal)
      // Another model has taken its place meanwhile: this prompt is not written for that one.
      if ((await engine.ready(signal)) !== model) continue
      const { conversation, options, keep, form } = request
      const stopTexts = [...written.stopTexts, ...(form?.stopTexts ?? [])]
      const continues = (turns.at(-1)?.answer ?? '') !== ''
      yield* generate(engine, { conversation, prompt, maxTokens, sampling: samplingOf(options), stopTexts, keep, continues, ...(form === undefined ? {} : { grammar: form.grammar, probabilities: form.probabilities }) }, signal)
      return
    } catch (error) {
      // A picture that was cached when we asked had to make room for another chat's since, or the engine was reading it
      // for another chat's answer, which ended and took its file along: once more, with all pixels.
      if (allPixels || !(error instanceof AppError) || error.code !== 'FILE_MISSING') throw error
      allPixels = true
    } finally {
      await prepared.dispose()
    }
  }
}

/** Keys of the pictures the engine needs as pixels: those it has not cached, or all. */
async function neededPixels(engine: Engine, sources: readonly PictureSource[], all: boolean, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const keys = new Set(sources.map((source) => source.key))
  return all || keys.size === 0 ? keys : new Set((await engine.missing([...keys], signal)).keys)
}

/** Reports how far a load is while the request waits for it. */
async function* waitForModel(engine: Engine, signal: AbortSignal): AsyncGenerator<AnswerStep, void, undefined> {
  const changed = new Notifier()
  const end = engine.subscribe(() => changed.notify())
  try {
    let shown: EngineStatus | null = null
    while (!signal.aborted) {
      const { status } = engine
      if (status.state !== 'loading') return
      if (status === shown) await changed.next(signal)
      else {
        shown = status
        yield { type: 'progress', phase: 'loading', fraction: status.fraction }
      }
    }
  } finally {
    end()
  }
}

/**
 * How many tokens the answer may have: a limit larger than the context leaves is none (an answer that reaches the end of the
 * context says so by its stop reason). Rejects `CONTEXT_FULL`: nothing of a conversation is left out silently.
 */
async function answerRoom(engine: Engine, prompt: readonly PromptPart[], wanted: number | undefined, signal: AbortSignal): Promise<number> {
  const { tokens, imageTokens, contextSize } = await engine.count(prompt, signal)
  const room = contextSize - tokens
  const limit = wanted ?? DEFAULT_MAX_TOKENS
  const least = Math.min(limit, LEAST_MAX_TOKENS)
  if (room < least) throw new AppError('CONTEXT_FULL', { needed: tokens + least, available: contextSize, images: imageTokens })
  return Math.min(limit, room)
}

async function* generate(engine: Engine, input: GenerateInput, signal: AbortSignal): AsyncGenerator<AnswerStep, void, undefined> {
  for await (const event of engine.generate(input, signal)) {
    switch (event.type) {
      case 'progress':
        yield event
        break
      case 'delta':
        yield { type: 'delta', text: event.text, tokens: event.tokens }
        break
      case 'end':
        yield { type: 'end', stop: event.stop, stats: toAnswerStats(event.stats), ...(event.sampled === undefined ? {} : { tokens: { sampled: event.sampled, lead: event.lead ?? 0 } }) }
        break
      default:
        unreachable(event)
    }
  }
}

/** `pictures`: what `preparePictures` made. */
export function toEnginePart(part: DraftPart<PictureSource>, pictures: ReadonlyMap<PictureSource, { key: string; path: string }>): PromptPart {
  if (part.type === 'text') return part
  const picture = pictures.get(part.image)
  if (picture === undefined) throw new Error('A picture of the prompt was not prepared')
  return { type: 'image', picture }
}

function toAnswerStats(stats: GenerateStats): AnswerStats {
  const { reusedPromptTokens, reusedImages, ...same } = stats
  // The first token comes out of the prompt's evaluation; `generation` is the time of those after it.
  const seconds = stats.milliseconds.generation / 1000
  const tokensPerSecond = seconds > 0 ? Math.max(0, stats.generatedTokens - 1) / seconds : 0
  return { ...same, reused: { promptTokens: reusedPromptTokens, images: reusedImages }, tokensPerSecond }
}
