import type { MetadataValue } from '../gguf/format.ts'
import { readGguf, readTensor } from '../gguf/read.ts'
import type { ReadValue } from '../gguf/read.ts'
import { writeGguf } from '../gguf/write.ts'

/**
 * Writes a copy of a model whose weights are F32, and so is all that is computed with them: sums added up in another order then
 * differ by 1e-6, where the activations' rounding to F16 makes it 5e-3.
 */
export function writeInFullPrecision(path: string, modelPath: string): void {
  const model = readGguf(modelPath)
  const metadata = Object.fromEntries([...model.metadata].map(([key, value]) => [key, typed(key, value)]))
  const tensors = [...model.tensors].map(([name, { shape }]) => ({
    name,
    type: 'f32' as const,
    shape,
    chunks: () => {
      const values = readTensor(model, name)
      return [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]
    },
  }))
  writeGguf(path, metadata, tensors)
}

/** Reading a file forgets its number types; llama.cpp wants each key with its own. */
function typed(key: string, value: ReadValue): MetadataValue {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'boolean') return { type: 'bool', value }
  if (typeof value === 'number') return /epsilon|freq_base/.test(key) ? { type: 'f32', value } : { type: 'u32', value }
  if (typeof value === 'bigint') return { type: 'u64', value }
  if (value.every((item) => typeof item === 'string')) return { type: 'string[]', value }
  return { type: key.endsWith('.scores') ? 'f32[]' : 'i32[]', value: value.map(Number) }
}
