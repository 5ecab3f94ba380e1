import { readGguf, readTensor } from '../gguf/read.ts'
import type { GgufHeader } from '../gguf/read.ts'
import { gelu, quickGelu } from './gelu.ts'
import { add, attention, each, layerNorm, linear, matrix } from './matrix.ts'
import type { Matrix } from './matrix.ts'
import type { Rgb } from './pillow.ts'
import { llavaSquare } from './square.ts'

/**
 * The features LLaVA-1.5 gives its language model for a picture, computed the official way (`llava/model/multimodal_encoder/clip_encoder.py`,
 * `llava/model/multimodal_projector/builder.py`, Hugging Face's `CLIPVisionTransformer`) from the weights of an mmproj file.
 * Written from those sources, not from llama.cpp, to be the judge of what we run.
 */
export interface VisionReference {
  /** Of a square as large as the tower sees: one row for each patch, as wide as the language model. */
  features(square: Rgb): Matrix
  /** Of any picture, as LLaVA-1.5 prepares it. */
  embeddings(image: Rgb): Matrix
}

/** `blocks`: how many vision blocks come before the features, counted from the input; 23 of CLIP-L's 24 in LLaVA-1.5 (`hidden_states[-2]`). */
export function visionReference(path: string, blocks: number): VisionReference {
  const file = readGguf(path)
  const tensor = (name: string): Float32Array => readTensor(file, name)
  const layers = Array.from({ length: blocks }, (_, i) => readBlock(file, i))
  const size = numberOf(file, 'clip.vision.image_size')
  const features = (square: Rgb): Matrix => {
    const tokens = embed(file, square)
    let hidden = layerNorm(tokens, tensor('v.pre_ln.weight'), tensor('v.pre_ln.bias'), epsilonOf(file))
    for (const layer of layers) hidden = layer(hidden)
    return project(file, withoutClass(file, hidden))
  }
  return { features, embeddings: (image) => features(llavaSquare(image, size)) }
}

function numberOf(file: GgufHeader, key: string): number {
  const value = file.metadata.get(key)
  if (typeof value !== 'number') throw new Error(`${file.path} has no number ${key}`)
  return value
}

function epsilonOf(file: GgufHeader): number {
  return numberOf(file, 'clip.vision.attention.layer_norm_epsilon')
}

function channels(file: GgufHeader, key: string): readonly number[] {
  return file.metadata.get(key) as readonly number[]
}

/** Patch embeddings (a convolution without overlap or bias), the class token in front, position embeddings added. */
function embed(file: GgufHeader, image: Rgb): Matrix {
  const patch = numberOf(file, 'clip.vision.patch_size')
  const side = image.width / patch
  const mean = channels(file, 'clip.vision.image_mean')
  const deviation = channels(file, 'clip.vision.image_std')
  const patches = matrix(side * side, 3 * patch * patch)
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const row = Math.floor(y / patch) * side + Math.floor(x / patch)
      for (let c = 0; c < 3; c++) {
        const pixel = (image.data[(y * image.width + x) * 3 + c] as number) / 255
        // A convolution's weight is [output][channel][y][x].
        const column = (c * patch + (y % patch)) * patch + (x % patch)
        patches.data[row * patches.columns + column] = (pixel - (mean[c] as number)) / (deviation[c] as number)
      }
    }
  }
  const embedded = linear(patches, readTensor(file, 'v.patch_embd.weight'), null)
  const positions = readTensor(file, 'v.position_embd.weight')
  const classToken = file.tensors.has('v.class_embd') ? readTensor(file, 'v.class_embd') : new Float32Array(0)
  const tokens = Float64Array.from([...classToken, ...embedded.data]).map((x, i) => x + (positions[i] as number))
  return matrix(tokens.length / embedded.columns, embedded.columns, tokens)
}

/** Patch features only (`mm_vision_select_feature = "patch"`). */
function withoutClass(file: GgufHeader, hidden: Matrix): Matrix {
  if (!file.tensors.has('v.class_embd')) return hidden
  return matrix(hidden.rows - 1, hidden.columns, hidden.data.subarray(hidden.columns))
}

/** One pre-norm transformer block of CLIP. */
function readBlock(file: GgufHeader, index: number): (hidden: Matrix) => Matrix {
  const tensor = (name: string): Float32Array => readTensor(file, `v.blk.${index}.${name}`)
  const heads = numberOf(file, 'clip.vision.attention.head_count')
  const apply = (name: string, input: Matrix): Matrix => linear(input, tensor(`${name}.weight`), tensor(`${name}.bias`))
  const norm = (name: string, input: Matrix): Matrix => layerNorm(input, tensor(`${name}.weight`), tensor(`${name}.bias`), epsilonOf(file))
  return (hidden) => {
    const before = norm('ln1', hidden)
    const mixed = attention(apply('attn_q', before), apply('attn_k', before), apply('attn_v', before), heads)
    const attended = add(hidden, apply('attn_out', mixed))
    // The converters name CLIP's fc1 "down" and its fc2 "up".
    return add(attended, apply('ffn_up', each(apply('ffn_down', norm('ln2', attended)), quickGelu)))
  }
}

/** `mlp2x_gelu`, or LLaVA-1.0's `linear` where there is no second layer. */
function project(file: GgufHeader, features: Matrix): Matrix {
  const layer = (name: string, input: Matrix): Matrix => linear(input, readTensor(file, `${name}.weight`), readTensor(file, `${name}.bias`))
  const first = layer('mm.0', features)
  return file.tensors.has('mm.2.weight') ? layer('mm.2', each(first, gelu)) : first
}
