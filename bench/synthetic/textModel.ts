import type { MetadataValue, TensorType } from '../gguf/format.ts'
import { writeGguf } from '../gguf/write.ts'
import type { TensorSource } from '../gguf/write.ts'
import { randomTensor } from './randomTensor.ts'
import type { RandomTensor } from './randomTensor.ts'
import { firstPiece, llamaLikeVocabulary, smallVocabulary } from './vocabulary.ts'

/** The shape of a llama-architecture language model with random weights. */
export interface TextShape {
  readonly width: number
  readonly layers: number
  readonly heads: number
  /** Key and value heads; as many as `heads` unless given. */
  readonly headsKv?: number
  readonly feedForward: number
  /** Trained context; 4096 unless given. */
  readonly context?: number
  /** `llama`: 32000 tokens with LLaMA's ids for the words of the LLaVA prompts. A number: that many tokens, every ASCII character its own. */
  readonly vocabulary: 'llama' | number
  /** `q4_k_m` mixes Q4_K and Q6_K as llama.cpp's quantization of that name; it needs widths that are multiples of 256. */
  readonly weights: 'f32' | 'f16' | 'q8_0' | 'q4_k_m'
  /** 1 unless given. */
  readonly seed?: number
  readonly chatTemplate?: string
  /** `general.name`; tells the shape unless given. */
  readonly name?: string
}

/** Shapes in use; 7b and 13b are LLaMA-2's (see also `llava-v1.5-7b` and `-13b` in the LLaVA model zoo). */
export const textShapes = {
  micro: { width: 32, layers: 1, heads: 2, feedForward: 64, vocabulary: 384, weights: 'f16' },
  tiny: { width: 64, layers: 2, heads: 4, feedForward: 192, vocabulary: 512, weights: 'f16' },
  small: { width: 256, layers: 4, heads: 4, feedForward: 768, vocabulary: 'llama', weights: 'q4_k_m' },
  '7b': { width: 4096, layers: 32, heads: 32, feedForward: 11008, vocabulary: 'llama', weights: 'q4_k_m' },
  '13b': { width: 5120, layers: 40, heads: 40, feedForward: 13824, vocabulary: 'llama', weights: 'q4_k_m' },
} as const satisfies Record<string, TextShape>

/**
 * Writes the model as GGUF. The weights are scaled so that activations keep their size through the layers.
 * It never answers with a control or byte token (those rows of the output matrix are zero), so an answer only ends at its limit.
 */
export function writeTextModel(path: string, shape: TextShape): void {
  writeGguf(path, textMetadata(shape), textTensors(shape))
}

/** Writes the same model as `parts` files, `<prefix>-00001-of-0000N.gguf` and so on, and returns their paths; as llama.cpp's `gguf-split` does. */
export function writeTextModelParts(prefix: string, shape: TextShape, parts: number): string[] {
  const tensors = textTensors(shape)
  const each = Math.ceil(tensors.length / parts)
  const five = (number: number): string => String(number).padStart(5, '0')
  return Array.from({ length: parts }, (_, index) => {
    const path = `${prefix}-${five(index + 1)}-of-${five(parts)}.gguf`
    const split: Record<string, MetadataValue> = {
      'split.no': { type: 'u16', value: index },
      'split.count': { type: 'u16', value: parts },
      'split.tensors.count': { type: 'i32', value: tensors.length },
    }
    writeGguf(path, index === 0 ? { ...textMetadata(shape), ...split } : split, tensors.slice(index * each, (index + 1) * each))
    return path
  })
}

function textTensors(shape: TextShape): TensorSource[] {
  const { width, layers, feedForward } = shape
  const seed = shape.seed ?? 1
  const headWidth = width / shape.heads
  const kvWidth = headWidth * (shape.headsKv ?? shape.heads)
  const vocabularySize = shape.vocabulary === 'llama' ? 32000 : shape.vocabulary
  const type = (name: string, layer: number): TensorType => weightType(shape.weights, name, layer, layers)
  // Two additions to the residual per layer: this keeps their sum at the size of the embeddings.
  const residual = 1 / Math.sqrt(2 * layers)
  const matrix = (name: string, layer: number, from: number, to: number, gain = 1): RandomTensor => {
    const full = layer < 0 ? name : `blk.${layer}.${name}`
    return { name: `${full}.weight`, type: type(name, layer), shape: [from, to], deviation: gain / Math.sqrt(from) }
  }
  const norm = (name: string): RandomTensor => ({ name: `${name}.weight`, type: 'f32', shape: [width], mean: 1, deviation: 0.1 })
  const block = (i: number): RandomTensor[] => [
    norm(`blk.${i}.attn_norm`),
    matrix('attn_q', i, width, width),
    matrix('attn_k', i, width, kvWidth),
    matrix('attn_v', i, width, kvWidth),
    matrix('attn_output', i, width, width, residual),
    norm(`blk.${i}.ffn_norm`),
    matrix('ffn_gate', i, width, feedForward),
    matrix('ffn_up', i, width, feedForward),
    matrix('ffn_down', i, feedForward, width, 2 * residual),
  ]
  const tensors: RandomTensor[] = [
    matrix('token_embd', -1, width, vocabularySize, Math.sqrt(width)),
    ...Array.from({ length: layers }, (_, i) => block(i)).flat(),
    norm('output_norm'),
    { ...matrix('output', -1, width, vocabularySize, 2), zeroRows: firstPiece },
  ]
  return tensors.map((tensor): TensorSource => randomTensor(seed, tensor))
}

function textMetadata(shape: TextShape): Record<string, MetadataValue> {
  const vocabulary = shape.vocabulary === 'llama' ? llamaLikeVocabulary() : smallVocabulary(shape.vocabulary)
  const headWidth = shape.width / shape.heads
  return {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: shape.name ?? `synthetic ${shape.width}x${shape.layers}` },
    'general.file_type': { type: 'u32', value: { f32: 0, f16: 1, q8_0: 7, q4_k_m: 15 }[shape.weights] },
    'llama.context_length': { type: 'u32', value: shape.context ?? 4096 },
    'llama.embedding_length': { type: 'u32', value: shape.width },
    'llama.block_count': { type: 'u32', value: shape.layers },
    'llama.feed_forward_length': { type: 'u32', value: shape.feedForward },
    'llama.attention.head_count': { type: 'u32', value: shape.heads },
    'llama.attention.head_count_kv': { type: 'u32', value: shape.headsKv ?? shape.heads },
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
    'llama.rope.dimension_count': { type: 'u32', value: headWidth },
    'llama.vocab_size': { type: 'u32', value: vocabulary.tokens.length },
    'tokenizer.ggml.model': { type: 'string', value: 'llama' },
    'tokenizer.ggml.tokens': { type: 'string[]', value: vocabulary.tokens },
    'tokenizer.ggml.scores': { type: 'f32[]', value: vocabulary.scores },
    'tokenizer.ggml.token_type': { type: 'i32[]', value: vocabulary.types },
    'tokenizer.ggml.bos_token_id': { type: 'u32', value: 1 },
    'tokenizer.ggml.eos_token_id': { type: 'u32', value: 2 },
    'tokenizer.ggml.unknown_token_id': { type: 'u32', value: 0 },
    ...(shape.chatTemplate === undefined ? {} : { 'tokenizer.chat_template': { type: 'string', value: shape.chatTemplate } as const }),
  }
}

/** llama.cpp's choice for LLAMA_FTYPE_MOSTLY_Q4_K_M (`llama_tensor_get_type`): the output and half of v and down in Q6_K. */
function weightType(weights: TextShape['weights'], name: string, layer: number, layers: number): TensorType {
  if (weights !== 'q4_k_m') return weights
  if (name === 'output') return 'q6_k'
  const eighth = Math.floor(layers / 8)
  const moreBits = layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2
  return (name === 'attn_v' || name === 'ffn_down') && moreBits ? 'q6_k' : 'q4_k'
}
