import { countAt, numbersAt } from './ggufHeader.ts'
import type { GgufHeader, GgufTensor } from './ggufHeader.ts'
import { tensorTypes } from './tensorTypes.ts'

/** A tensor LLaVA's graph takes for granted. A vector is added to or multiplied with F32 numbers, which ggml does in F32 alone. */
interface Expected {
  readonly name: string
  readonly dims: readonly number[]
  readonly types: 'f32' | 'float' | 'weights'
  /** Nothing is wrong where it is absent. */
  readonly optional?: boolean
}

const optional = true

/**
 * What is missing or misshapen in the tensors of a projector of LLaVA's kind, for a sentence; null where nothing is. All its
 * required keys must be there. The same is checked once more by the engine (`main/engine/native/patches/06-load-errors.patch`),
 * but for the types and the vectors, over which ggml ends the process.
 */
export function llavaProblem(header: GgufHeader): string | null {
  const { metadata, tensors } = header
  const count = (key: string) => countAt(metadata, `clip.vision.${key}`) ?? 0
  const [width, heads, blocks] = [count('embedding_length'), count('attention.head_count'), count('block_count')]
  if (width % heads !== 0) return `its width of ${width} is no multiple of its ${heads} heads`
  const layers = numbersAt(metadata, 'clip.vision.feature_layer') ?? []
  if (new Set(layers).size !== layers.length || layers.some((layer) => layer < 0 || layer > blocks)) return `clip.vision.feature_layer is ${layers.slice(0, 8).join(', ')}`
  return gridProblem(header) ?? firstProblem(tensors, towerTensors(header)) ?? blockProblem(tensors, blocks, width) ?? firstProblem(tensors, layerTensors(tensors, width * Math.max(1, layers.length)))
}

/** LLaVA-1.6: sizes a picture is fitted to, as pairs. */
function gridProblem({ metadata }: GgufHeader): string | null {
  const sides = numbersAt(metadata, 'clip.vision.image_grid_pinpoints') ?? []
  const most = 32 * (countAt(metadata, 'clip.vision.image_size') ?? 0)
  return sides.length % 2 === 0 && sides.every((side) => side > 0 && side <= most) ? null : 'clip.vision.image_grid_pinpoints are no sizes'
}

function towerTensors({ metadata, tensors }: GgufHeader): Expected[] {
  const count = (key: string) => countAt(metadata, `clip.vision.${key}`) ?? 0
  const [width, patch] = [count('embedding_length'), count('patch_size')]
  const positions = Math.floor(count('image_size') / patch) ** 2 + (tensors.has('v.class_embd') ? 1 : 0)
  return [
    { name: 'v.class_embd', dims: [width], types: 'f32', optional },
    { name: 'v.patch_embd.weight', dims: [patch, patch, 3, width], types: 'float' },
    { name: 'v.patch_embd.bias', dims: [width], types: 'f32', optional },
    { name: 'v.position_embd.weight', dims: [width, positions], types: 'weights' },
    ...norm('v.pre_ln', width),
    ...norm('v.post_ln', width),
  ]
}

function norm(name: string, width: number): Expected[] {
  return ['weight', 'bias'].map((part) => ({ name: `${name}.${part}`, dims: [width], types: 'f32', optional }))
}

/** One by one: the count is the file's word until the first block is missing. */
function blockProblem(tensors: GgufHeader['tensors'], blocks: number, width: number): string | null {
  for (let index = 0; index < blocks; index++) {
    const problem = firstProblem(tensors, blockTensors(tensors, `v.blk.${index}`, width))
    if (problem !== null) return problem
  }
  return null
}

function blockTensors(tensors: GgufHeader['tensors'], block: string, width: number): Expected[] {
  // The legacy converter calls the first matrix "down", others call it "up"; libmtmd takes both.
  const [first, second] = tensors.get(`${block}.ffn_down.weight`)?.dims[0] === width ? ['ffn_down', 'ffn_up'] : ['ffn_up', 'ffn_down']
  const inner = tensors.get(`${block}.${first}.weight`)?.dims[1] ?? 0
  return [
    ...norm(`${block}.ln1`, width),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_out'].flatMap((name) => layer(`${block}.${name}`, width, width, optional)),
    ...norm(`${block}.ln2`, width),
    ...layer(`${block}.${first}`, width, inner, optional),
    ...layer(`${block}.${second}`, inner, width, optional),
  ]
}

function layer(name: string, from: number, to: number, biasOptional = false): Expected[] {
  return [
    { name: `${name}.weight`, dims: [from, to], types: 'weights' },
    { name: `${name}.bias`, dims: [to], types: 'f32', optional: biasOptional },
  ]
}

/** The projector proper: one layer, two, or Yi-VL's two with a norm behind each. */
function layerTensors(tensors: GgufHeader['tensors'], features: number): Expected[] {
  const rows = (name: string) => tensors.get(name)?.dims[1] ?? 0
  const [inner, yi, output] = [rows('mm.0.weight'), rows('mm.3.weight'), rows('mm.2.weight')]
  if (tensors.has('mm.3.weight')) {
    const norms = [['mm.1', inner] as const, ['mm.4', yi] as const].flatMap(([name, width]) => norm(name, width).map((part) => ({ ...part, optional: false })))
    return [...layer('mm.0', features, inner), ...layer('mm.3', inner, yi), ...norms]
  }
  if (!tensors.has('mm.2.weight')) return layer('mm.0', features, inner, optional)
  return [...layer('mm.0', features, inner), ...layer('mm.2', inner, output)]
}

function firstProblem(tensors: GgufHeader['tensors'], expected: readonly Expected[]): string | null {
  for (const one of expected) {
    const tensor = tensors.get(one.name)
    if (tensor === undefined && one.optional !== true) return `it lacks the tensor ${one.name}`
    const problem = tensor === undefined ? null : misfit(tensor, one)
    if (problem !== null) return problem
  }
  return null
}

function misfit({ name, dims, type }: GgufTensor, expected: Expected): string | null {
  const whole = (sides: readonly number[]) => Array.from({ length: 4 }, (_, index) => sides[index] ?? 1).join(' × ')
  if (whole(dims) !== whole(expected.dims) || expected.dims.includes(0)) return `the tensor ${name} has another shape than LLaVA's`
  return allows(expected.types, type) ? null : `the tensor ${name} is of the type ${tensorTypes.get(type)?.name ?? type}`
}

function allows(types: Expected['types'], type: number): boolean {
  const name = tensorTypes.get(type)?.name ?? ''
  if (types === 'f32') return name === 'F32'
  if (types === 'float') return ['F32', 'F16'].includes(name)
  // Plain integers and doubles, and types ggml keeps for what it computes on the way.
  return !/^I\d|^F64$|^Q8_1$|^Q8_K$/.test(name)
}
