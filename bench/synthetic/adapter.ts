import { closeSync, copyFileSync, openSync, writeSync } from 'node:fs'
import type { MetadataValue } from '../gguf/format.ts'
import { toHalf } from '../gguf/half.ts'
import { readGguf, readTensor } from '../gguf/read.ts'
import { writeGguf } from '../gguf/write.ts'
import type { TensorSource } from '../gguf/write.ts'
import { Random } from './random.ts'

/** A LoRA adapter with random factors: `W + alpha / rank * B * A` for some weights of a model. */
export interface AdapterShape {
  readonly rank: number
  readonly alpha: number
  /** Names of the model's matrices it changes, e.g. `blk.0.attn_q.weight`. */
  readonly weights: readonly string[]
  /** Size of the change, as its standard deviation over the deviation 1 / sqrt(row length) of a usual weight. */
  readonly strength: number
  /** 1 unless given. */
  readonly seed?: number
}

interface Factors {
  /** `rank` rows as long as the weight's. */
  readonly a: Float32Array
  /** As many rows as the weight, each of `rank` numbers. */
  readonly b: Float32Array
  readonly length: number
  readonly rows: number
}

/** Writes the adapter for the model at `modelPath`, with the keys and names of llama.cpp's `convert_lora_to_gguf.py`. `metadata` replaces or adds keys. */
export function writeAdapter(path: string, modelPath: string, shape: AdapterShape, metadata: Readonly<Record<string, MetadataValue>> = {}): void {
  const model = readGguf(modelPath)
  const tensors = shape.weights.flatMap((name): TensorSource[] => {
    const { a, b, length, rows } = factors(model.tensors.get(name)?.shape, name, shape)
    return [tensorOf(`${name}.lora_a`, [length, shape.rank], a), tensorOf(`${name}.lora_b`, [shape.rank, rows], b)]
  })
  const keys: Record<string, MetadataValue> = {
    'general.type': { type: 'string', value: 'adapter' },
    'general.architecture': { type: 'string', value: String(model.metadata.get('general.architecture')) },
    'general.name': { type: 'string', value: 'synthetic adapter' },
    'adapter.type': { type: 'string', value: 'lora' },
    'adapter.lora.alpha': { type: 'f32', value: shape.alpha },
  }
  writeGguf(path, { ...keys, ...metadata }, tensors)
}

/**
 * A copy of a model (F32 or F16) with adapters merged into its weights: `W + scale * alpha / rank * B * A` in double precision,
 * rounded once to the weight's own type.
 */
export function writeMerged(path: string, modelPath: string, adapters: readonly { readonly shape: AdapterShape; readonly scale: number }[]): void {
  copyFileSync(modelPath, path)
  const model = readGguf(modelPath)
  const file = openSync(path, 'r+')
  try {
    for (const name of new Set(adapters.flatMap(({ shape }) => shape.weights))) {
      const tensor = model.tensors.get(name)
      if (tensor?.type !== 'f32' && tensor?.type !== 'f16') throw new Error(`${name} is neither F32 nor F16`)
      const merged = Float64Array.from(readTensor(model, name))
      for (const { shape, scale } of adapters) if (shape.weights.includes(name)) addProduct(merged, factors(tensor.shape, name, shape), shape, scale)
      const bytes = Buffer.alloc(merged.length * (tensor.type === 'f32' ? 4 : 2))
      merged.forEach((value, index) => (tensor.type === 'f32' ? bytes.writeFloatLE(value, index * 4) : bytes.writeUInt16LE(toHalf(value), index * 2)))
      writeSync(file, bytes, 0, bytes.length, tensor.offset)
    }
  } finally {
    closeSync(file)
  }
}

function factors(shape: readonly number[] | undefined, name: string, { rank, strength, alpha, seed = 1 }: AdapterShape): Factors {
  const [length, rows] = shape ?? []
  if (length === undefined || rows === undefined) throw new Error(`${name} is no matrix of the model`)
  const random = new Random(seed * 7919 + Buffer.from(name).reduce((sum, byte) => Math.imul(sum, 31) + byte, 0))
  const numbers = (count: number, deviation: number) => Float32Array.from({ length: count }, () => deviation * random.normal())
  // An element of B * A is a sum of `rank` products.
  const deviation = Math.sqrt((strength * rank) / (alpha * Math.sqrt(length * rank)))
  return { a: numbers(rank * length, deviation), b: numbers(rows * rank, deviation), length, rows }
}

function addProduct(weight: Float64Array, { a, b, length, rows }: Factors, { rank, alpha }: AdapterShape, scale: number): void {
  for (let row = 0; row < rows; row++) {
    for (let r = 0; r < rank; r++) {
      const factor = ((scale * alpha) / rank) * (b[row * rank + r] ?? NaN)
      for (let column = 0; column < length; column++) weight[row * length + column] = (weight[row * length + column] ?? NaN) + factor * (a[r * length + column] ?? NaN)
    }
  }
}

function tensorOf(name: string, shape: readonly number[], values: Float32Array): TensorSource {
  return { name, type: 'f32', shape, chunks: () => [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)] }
}
