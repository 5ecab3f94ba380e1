import type { MetadataValue } from '../gguf/format.ts'
import { writeGguf, writeSparseGguf } from '../gguf/write.ts'
import { randomTensor } from './randomTensor.ts'
import type { RandomTensor } from './randomTensor.ts'

/** The shape of a CLIP vision tower with LLaVA's projector (an `mmproj` file) with random weights. */
export interface ProjectorShape {
  readonly imageSize: number
  readonly patchSize: number
  /** Width of the vision tower. */
  readonly width: number
  readonly heads: number
  /** Must differ from `width`: the loader tells the two matrices of the feed-forward part apart by their row length. */
  readonly feedForward: number
  /** Vision blocks in the file: 23 in a LLaVA-1.5 file whose last block was dropped, 24 in a complete one. */
  readonly blocks: number
  /** Width of the language model. */
  readonly output: number
  /** `linear`: LLaVA-1.0's single layer (`mm.0` alone). `gemma3`: a family that libmtmd prepares pictures for; sixteen patches make a token. */
  readonly kind: 'mlp' | 'linear' | 'gemma3'
  readonly weights: 'f32' | 'f16'
  /** True unless given. */
  readonly classToken?: boolean
  /** False leaves `clip.projector_type` out, as files of 2023 did. True unless given. */
  readonly projectorType?: boolean
  /** Value of `clip.vision.feature_layer`; the key is absent unless given. */
  readonly featureLayer?: readonly number[]
  /** LLaVA-1.6: width and height of the pictures it may see in tiles; absent unless given. */
  readonly pinpoints?: readonly (readonly [width: number, height: number])[]
  /** Name of the tensor that ends a row of features; absent unless given. */
  readonly newline?: 'model.image_newline' | 'v.image_newline'
  /** Value of `clip.vision.image_aspect_ratio` and `clip.vision.mm_patch_merge_type`; the keys are absent unless given. */
  readonly aspectRatio?: string
  readonly mergeType?: string
  /**
   * The projector's units work in GELU's negative tail (inputs around -4, amplified by the second layer), where the erf and tanh
   * forms differ by half of their value. Needs F32 weights: the activations are too small for half precision.
   */
  readonly geluTail?: boolean
  /** Entries in place of the usual ones, or added to them; null leaves one out. */
  readonly entries?: Readonly<Record<string, MetadataValue | null>>
  /** 1 unless given. */
  readonly seed?: number
}

export const projectorShapes = {
  /** 4 image tokens and one block, some thousand bytes; loads with `textShapes.micro`. */
  micro: { imageSize: 28, patchSize: 14, width: 16, heads: 2, feedForward: 32, blocks: 1, output: 32, kind: 'mlp', weights: 'f16' },
  /** 16 image tokens; loads with `textShapes.tiny`. */
  tiny: { imageSize: 56, patchSize: 14, width: 64, heads: 4, feedForward: 128, blocks: 3, output: 64, kind: 'mlp', weights: 'f16' },
  /** LLaVA-1.5's depth and picture, small widths: quick enough for a reference in JavaScript; loads with `textShapes.tiny`. */
  deep: { imageSize: 336, patchSize: 14, width: 32, heads: 2, feedForward: 64, blocks: 23, output: 64, kind: 'mlp', weights: 'f16' },
  /** LLaVA-1.6 at a sixth of its size; loads with `textShapes.tiny`. */
  tiles: {
    imageSize: 56, patchSize: 14, width: 64, heads: 4, feedForward: 128, blocks: 3, output: 64, kind: 'mlp', weights: 'f16', newline: 'model.image_newline',
    mergeType: 'spatial_unpad', aspectRatio: 'anyres', pinpoints: [[56, 112], [112, 56], [112, 112], [168, 56], [56, 168]],
  },
  /** LLaVA-1.6's pictures and tokens, small widths; loads with `textShapes.tiny`. */
  fullTiles: {
    imageSize: 336, patchSize: 14, width: 32, heads: 2, feedForward: 64, blocks: 3, output: 64, kind: 'mlp', weights: 'f16', newline: 'model.image_newline',
    mergeType: 'spatial_unpad', aspectRatio: 'anyres', pinpoints: [[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]],
  },
  /** LLaVA-1.0's picture and projector, small widths; loads with `textShapes.tiny`. */
  linear: { imageSize: 224, patchSize: 14, width: 32, heads: 2, feedForward: 64, blocks: 23, output: 64, kind: 'linear', weights: 'f16' },
  /** Gemma 3 without its size: 4 image tokens that see each other, text around them; loads with `textShapes.tiny`. */
  gemma3: { imageSize: 112, patchSize: 14, width: 64, heads: 4, feedForward: 128, blocks: 2, output: 64, kind: 'gemma3', weights: 'f32', classToken: false },
  '7b': { imageSize: 336, patchSize: 14, width: 1024, heads: 16, feedForward: 4096, blocks: 23, output: 4096, kind: 'mlp', weights: 'f16' },
  '13b': { imageSize: 336, patchSize: 14, width: 1024, heads: 16, feedForward: 4096, blocks: 23, output: 5120, kind: 'mlp', weights: 'f16' },
} as const satisfies Record<string, ProjectorShape>

/** Mean and deviation of CLIP's training pictures, per channel (`CLIPImageProcessor`). */
export const clipMean = [0.48145466, 0.4578275, 0.40821073] as const
export const clipDeviation = [0.26862954, 0.26130258, 0.27577711] as const

/** Writes the projector as GGUF, with the key and tensor names of llama.cpp's LLaVA converters. */
export function writeProjector(path: string, shape: ProjectorShape): void {
  writeGguf(path, projectorMetadata(shape), tensorsOf(shape).map((tensor) => randomTensor(shape.seed ?? 1, tensor)))
}

/** The same with a hole for the weights; see `writeSparseGguf`. */
export function writeSparseProjector(path: string, shape: ProjectorShape): void {
  writeSparseGguf(path, projectorMetadata(shape), tensorsOf(shape))
}

function tensorsOf(shape: ProjectorShape): RandomTensor[] {
  if (shape.feedForward === shape.width) throw new Error('feedForward must differ from width')
  return [...towerTensors(shape), ...blockTensors(shape), ...projectorTensors(shape)]
}

function projectorMetadata(shape: ProjectorShape): Record<string, MetadataValue> {
  const all: Record<string, MetadataValue | null> = { ...usualMetadata(shape), ...shape.entries }
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, MetadataValue] => entry[1] !== null))
}

function usualMetadata(shape: ProjectorShape): Record<string, MetadataValue> {
  return {
    'general.architecture': { type: 'string', value: 'clip' },
    'general.name': { type: 'string', value: `synthetic vision ${shape.width}x${shape.blocks}` },
    'general.file_type': { type: 'u32', value: shape.weights === 'f16' ? 1 : 0 },
    'clip.has_vision_encoder': { type: 'bool', value: true },
    'clip.has_text_encoder': { type: 'bool', value: false },
    'clip.has_llava_projector': { type: 'bool', value: true },
    ...((shape.projectorType ?? true) ? { 'clip.projector_type': { type: 'string', value: shape.kind === 'gemma3' ? 'gemma3' : 'mlp' } as const } : {}),
    'clip.use_gelu': { type: 'bool', value: false },
    'clip.vision.image_size': { type: 'u32', value: shape.imageSize },
    'clip.vision.patch_size': { type: 'u32', value: shape.patchSize },
    'clip.vision.embedding_length': { type: 'u32', value: shape.width },
    'clip.vision.feed_forward_length': { type: 'u32', value: shape.feedForward },
    'clip.vision.projection_dim': { type: 'u32', value: 768 },
    'clip.vision.attention.head_count': { type: 'u32', value: shape.heads },
    'clip.vision.attention.layer_norm_epsilon': { type: 'f32', value: 1e-5 },
    'clip.vision.block_count': { type: 'u32', value: shape.blocks },
    'clip.vision.image_mean': { type: 'f32[]', value: clipMean },
    'clip.vision.image_std': { type: 'f32[]', value: clipDeviation },
    ...(shape.pinpoints === undefined ? {} : { 'clip.vision.image_grid_pinpoints': { type: 'i32[]', value: shape.pinpoints.flat() } as const }),
    ...(shape.aspectRatio === undefined ? {} : { 'clip.vision.image_aspect_ratio': { type: 'string', value: shape.aspectRatio } as const }),
    ...(shape.mergeType === undefined ? {} : { 'clip.vision.mm_patch_merge_type': { type: 'string', value: shape.mergeType } as const }),
    ...(shape.featureLayer === undefined ? {} : { 'clip.vision.feature_layer': { type: 'i32[]', value: shape.featureLayer } as const }),
  }
}

function towerTensors({ imageSize, patchSize, width, weights, classToken = true }: ProjectorShape): RandomTensor[] {
  const positions = (imageSize / patchSize) ** 2 + (classToken ? 1 : 0)
  const patch = [patchSize, patchSize, 3, width]
  return [
    ...(classToken ? [{ name: 'v.class_embd', type: 'f32', shape: [width], deviation: 1 } as const] : []),
    { name: 'v.patch_embd.weight', type: weights, shape: patch, deviation: 1 / Math.sqrt(3 * patchSize ** 2) },
    // As large as the patch embeddings, so that a token with another token's position shows.
    { name: 'v.position_embd.weight', type: weights, shape: [width, positions], deviation: 1 },
    ...norm('v.pre_ln', width),
  ]
}

function blockTensors({ width, feedForward, blocks, weights }: ProjectorShape): RandomTensor[] {
  const block = (i: number): RandomTensor[] => [
    ...norm(`v.blk.${i}.ln1`, width),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_out'].flatMap((name) => layer(`v.blk.${i}.${name}`, weights, width, width)),
    ...norm(`v.blk.${i}.ln2`, width),
    // The converters call the first matrix "down" and the second "up".
    ...layer(`v.blk.${i}.ffn_down`, weights, width, feedForward),
    ...layer(`v.blk.${i}.ffn_up`, weights, feedForward, width),
  ]
  return Array.from({ length: blocks }, (_, i) => block(i)).flat()
}

function projectorTensors({ width, output, kind, weights, newline, geluTail = false }: ProjectorShape): RandomTensor[] {
  if (kind === 'gemma3') {
    const norm: RandomTensor = { name: 'mm.soft_emb_norm.weight', type: 'f32', shape: [width], mean: 1, deviation: 0.1 }
    return [norm, { name: 'mm.input_projection.weight', type: weights, shape: [output, width], deviation: 1 / Math.sqrt(width) }]
  }
  const rowEnd: RandomTensor[] = newline === undefined ? [] : [{ name: newline, type: 'f32', shape: [output], deviation: 1 }]
  // Features grow with the depth of the tower (no final norm); a gain below one brings them back to pre-activations of about one.
  const first = layer('mm.0', weights, width, output, geluTail ? { gain: 0.1, bias: -4 } : { gain: 0.25 })
  if (kind === 'linear') return [...first, ...rowEnd]
  return [...first, ...rowEnd, ...layer('mm.2', weights, output, output, geluTail ? { gain: 200, spread: 0.02 } : {})]
}

function norm(name: string, width: number): RandomTensor[] {
  return [
    { name: `${name}.weight`, type: 'f32', shape: [width], mean: 1, deviation: 0.1 },
    { name: `${name}.bias`, type: 'f32', shape: [width], deviation: 0.1 },
  ]
}

function layer(name: string, type: 'f32' | 'f16', from: number, to: number, { gain = 1, bias = 0, spread = 0.1 } = {}): RandomTensor[] {
  return [
    { name: `${name}.weight`, type, shape: [from, to], deviation: gain / Math.sqrt(from) },
    { name: `${name}.bias`, type: 'f32', shape: [to], mean: bias, deviation: spread },
  ]
}
