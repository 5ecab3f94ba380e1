import { AppError } from '../../../contract/errors/AppError.ts'
import type { Picture, PromptPart } from '../../protocol.ts'
import type { NativeEmbeddings, NativeModel, NativeProjector } from '../../native/binding.d.ts'
import type { EmbeddingCache } from '../pictures/EmbeddingCache.ts'
import { totalCells } from '../scheduler/items.ts'
import type { Item } from '../scheduler/items.ts'

/** A prompt as the scheduler takes it. */
export interface PromptItems {
  readonly items: readonly Item[]
  /** KV cells of the whole, and of its pictures alone. */
  readonly tokens: number
  readonly imageTokens: number
  readonly pictures: ReadonlyMap<string, Picture>
  /** Embeddings that are there already: held, so that they cannot leave the cache before they are used. */
  readonly embeddings: ReadonlyMap<string, NativeEmbeddings>
  /** Keys of those that were not cached. */
  readonly encoded: ReadonlySet<string>
}

/** What sees a model's pictures. */
export interface Vision {
  readonly projector: NativeProjector
  readonly cache: EmbeddingCache
}

/** Token ids of the text parts, `null` for a picture. BOS stands in front where the model wants one. */
export function tokenizeParts(model: NativeModel, prompt: readonly PromptPart[]): (Int32Array | null)[] {
  // A prompt that begins with a picture still begins with BOS, which only the tokenizer may add.
  const first = prompt[0]?.type === 'text' ? [] : [model.tokenize('', { special: false, bos: true })]
  return [...first, ...prompt.map((part, index) => (part.type === 'image' ? null : model.tokenize(part.text, { special: part.trusted, bos: index === 0 })))]
}

/**
 * Turns a prompt into items. Pictures whose size depends on their pixels are encoded for that.
 * Throws `MODEL_HAS_NO_VISION` for a picture without a projector, `BAD_INPUT` for a prompt that does not end with text.
 */
export async function promptItems(model: NativeModel, vision: Vision | null, prompt: readonly PromptPart[], signal?: AbortSignal): Promise<PromptItems> {
  const pictures = new Map<string, Picture>()
  for (const part of prompt) if (part.type === 'image') pictures.set(part.picture.key, part.picture)
  if (pictures.size > 0 && vision === null) throw new AppError('MODEL_HAS_NO_VISION', { model: model.info.name })
  const { embeddings, encoded } = await knownEmbeddings(vision, pictures, signal)
  const tokens = tokenizeParts(model, prompt)
  const images = prompt.filter((part) => part.type === 'image')
  const items: Item[] = []
  for (const ids of tokens) {
    if (ids !== null) items.push(...ids)
    else items.push(...imageItems(images.shift()?.picture.key ?? '', vision, embeddings))
  }
  if (typeof items.at(-1) !== 'number') throw new AppError('BAD_INPUT', { detail: 'a prompt ends with text' })
  return { items, tokens: totalCells(items), imageTokens: totalCells(items.filter((item) => typeof item !== 'number')), pictures, embeddings, encoded }
}

/** What is cached; where a picture's size depends on its pixels, all of them. */
async function knownEmbeddings(vision: Vision | null, pictures: ReadonlyMap<string, Picture>, signal?: AbortSignal): Promise<Pick<PromptItems, 'embeddings' | 'encoded'>> {
  const embeddings = new Map<string, NativeEmbeddings>()
  const encoded = new Set<string>()
  if (vision === null) return { embeddings, encoded }
  const sizeIsKnown = vision.projector.info.tokensPerImage !== null
  for (const picture of pictures.values()) {
    const kept = vision.cache.peek(picture.key)
    if (kept !== undefined) embeddings.set(picture.key, kept)
    if (kept !== undefined || sizeIsKnown) continue
    const result = await vision.cache.get(picture, signal)
    embeddings.set(picture.key, result.embeddings)
    if (!result.cached) encoded.add(picture.key)
  }
  return { embeddings, encoded }
}

function imageItems(key: string, vision: Vision | null, embeddings: ReadonlyMap<string, NativeEmbeddings>): Item[] {
  const known = embeddings.get(key)
  if (known !== undefined) return [...known.before, { key, tokens: known.tokens, positions: known.positions }, ...known.after]
  const tokens = vision?.projector.info.tokensPerImage ?? 0
  return [{ key, tokens, positions: tokens }]
}
