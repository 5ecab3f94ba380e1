import { AppError } from '../../../contract/errors/AppError.ts'
import type { Picture, PromptPart } from '../../protocol.ts'
import type { NativeEmbeddings, NativeModel, NativePictureLayout, NativeProjector } from '../../native/binding.d.ts'
import { toEngineError } from '../engineError.ts'
import type { EmbeddingCache } from '../pictures/EmbeddingCache.ts'
import { readPpmSize } from '../pictures/ppm.ts'
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
 * Turns a prompt into items. What a picture takes is known from its size, without encoding it.
 * Throws `MODEL_HAS_NO_VISION` for a picture without a projector, `BAD_INPUT` for a prompt that does not end with text, and the
 * errors of reading a picture's size.
 */
export async function promptItems(model: NativeModel, vision: Vision | null, prompt: readonly PromptPart[]): Promise<PromptItems> {
  const pictures = new Map<string, Picture>()
  for (const part of prompt) if (part.type === 'image') pictures.set(part.picture.key, part.picture)
  if (pictures.size > 0 && vision === null) throw new AppError('MODEL_HAS_NO_VISION', { model: model.info.name })
  const embeddings = new Map<string, NativeEmbeddings>()
  const images = new Map<string, Item[]>()
  if (vision !== null) {
    for (const picture of pictures.values()) {
      // Where the size decides, its embeddings may be all there is of a picture: its file is written only if they are missing.
      const known = vision.projector.info.tokensPerImage === null ? await vision.cache.recall(picture.key) : vision.cache.peek(picture.key)
      if (known !== undefined) embeddings.set(picture.key, known)
      images.set(picture.key, imageItems(picture.key, known ?? (await layoutOf(vision.projector, picture))))
    }
  }
  const parts = prompt.flatMap((part) => (part.type === 'image' ? [images.get(part.picture.key) ?? []] : []))
  const items = tokenizeParts(model, prompt).flatMap((ids): Item[] => (ids === null ? (parts.shift() ?? []) : [...ids]))
  if (typeof items.at(-1) !== 'number') throw new AppError('BAD_INPUT', { detail: 'a prompt ends with text' })
  return { items, tokens: totalCells(items), imageTokens: totalCells(items.filter((item) => typeof item !== 'number')), pictures, embeddings }
}

/** The picture, with the tokens its model wants around it. */
function imageItems(key: string, { tokens, positions, before, after }: NativePictureLayout): Item[] {
  return [...before, { key, tokens, positions }, ...after]
}

/** What a picture takes, without encoding it; its file is opened only where that depends on its size. */
export async function layoutOf(projector: NativeProjector, { path }: Picture): Promise<NativePictureLayout> {
  const { tokensPerImage, imageSize } = projector.info
  const { width, height } = tokensPerImage === null ? await readPpmSize(path) : { width: imageSize, height: imageSize }
  try {
    return projector.layout(width, height)
  } catch (error) {
    throw toEngineError(error)
  }
}
