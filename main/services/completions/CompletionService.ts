import { createHash, randomUUID } from 'node:crypto'
import type { AnswerStats, GenerationOptions } from '../../contract/domains/chat.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import { writeAnswer } from '../chat/writeAnswer.ts'
import type { AnswerRequest, AnswerTokens } from '../chat/writeAnswer.ts'
import { readHeader } from '../images/decode.ts'
import { checkFileSize } from '../images/limits.ts'
import type { PixelFiles } from '../images/PixelFiles.ts'
import { pictureSource } from '../images/pictureSource.ts'
import type { PictureSource } from '../images/pictureSource.ts'
import { recognise } from '../images/recognise.ts'
import { mergeOptions } from '../prompt/generation.ts'
import type { GivenPicture } from './readMessages.ts'
import type { CompletionRequest } from './readRequest.ts'
import { modelInUse, noSuchModel, servedModels } from './servedModels.ts'
import type { ServedModel, ServedModelPorts } from './servedModels.ts'
import { tokenTexts } from './tokenTexts.ts'
import type { TokenText } from './tokenTexts.ts'

export interface CompletionPorts extends Omit<ServedModelPorts, 'status'> {
  readonly engine: Engine
  readonly pixels: PixelFiles
  /** Options of requests that bring none, as the settings have them now: the same as those of chats. */
  readonly defaults: () => GenerationOptions
  readonly templateOf: AnswerRequest['templateOf']
  readonly version: string
}

export type CompletionStep =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'end'; readonly stop: 'end' | 'length'; readonly stats: AnswerStats; readonly logprobs: readonly TokenText[] | null }

/**
 * Answers for other programs: the same questions to the same engine as a chat's, with nothing stored. Each one is a conversation of
 * its own among the chats, which take turns.
 */
export class CompletionService {
  readonly #ports: CompletionPorts
  readonly #models: ServedModelPorts

  constructor(ports: CompletionPorts) {
    this.#ports = ports
    this.#models = { installed: ports.installed, demoModel: ports.demoModel, status: () => ports.engine.status }
  }

  get version(): string {
    return this.#ports.version
  }

  async models(): Promise<ServedModel[]> {
    return await servedModels(this.#models)
  }

  /** Rejects `ApiError`, 404 where none is called so. */
  async model(id: string): Promise<ServedModel> {
    const found = (await this.models()).find((model) => model.id === id)
    if (found === undefined) throw noSuchModel(id)
    return found
  }

  /**
   * One answer; the last step is `end`. Rejects `ApiError` where the model is not the one in use, and as `writeAnswer`; both before the
   * first step, as a picture's fault is, where nothing goes wrong in the middle. Leaving the loop stops the work.
   */
  async *complete(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionStep, void, undefined> {
    const wanted = modelInUse(await this.models(), request.model)
    const { engine, templateOf, defaults } = this.#ports
    const turns = []
    for (const turn of request.turns) turns.push({ ...turn, images: await this.#pictures(turn.images, signal) })
    const system = request.system === undefined ? {} : { systemPrompt: request.system }
    const options = mergeOptions(defaults(), {}, { ...request.options, ...system })
    const form = { grammar: request.grammar, stopTexts: request.stopTexts, probabilities: request.logprobs }
    let text = ''
    for await (const step of writeAnswer(engine, { conversation: `api-${randomUUID()}`, turns, options, templateOf, keep: false, form }, signal)) {
      // Another one was chosen while the request waited.
      if (step.type === 'model' && step.model.files.model !== wanted.files.model) modelInUse(await this.models(), request.model)
      if (step.type === 'delta' && step.text !== '') {
        text += step.text
        yield { type: 'text', text: step.text }
      }
      if (step.type === 'end') yield { type: 'end', stop: step.stop, stats: step.stats, logprobs: request.logprobs ? logprobsOf(text, step.tokens) : null }
    }
  }

  async #pictures(pictures: readonly GivenPicture[], signal: AbortSignal): Promise<PictureSource[]> {
    const sources = []
    for (const picture of pictures) {
      signal.throwIfAborted()
      sources.push(await this.#picture(picture, signal))
    }
    return sources
  }

  /** Judged by its header now, decoded into a file of its own when the engine wants its pixels. */
  async #picture({ bytes, name }: GivenPicture, signal: AbortSignal): Promise<PictureSource> {
    checkFileSize(bytes.byteLength, name)
    const format = await recognise(bytes, name)
    await readHeader(bytes, format, name, 0, signal)
    const id = createHash('sha256').update(bytes).digest('hex')
    return pictureSource(id, name, async () => await this.#ports.pixels.write(bytes, format, name))
  }
}

function logprobsOf(text: string, tokens: AnswerTokens | undefined): TokenText[] {
  if (tokens === undefined) throw new Error('The answer ended without its probabilities')
  return tokenTexts(text, tokens.sampled, tokens.lead)
}
