import { AppError } from '../../../contract/errors/AppError.ts'
import { textAt } from '../../../gguf/ggufHeader.ts'
import type { GgufHeader, GgufTensor } from '../../../gguf/ggufHeader.ts'
import { readGguf } from '../../../gguf/readGguf.ts'
import type { GgufFile } from '../../../gguf/readGguf.ts'

/** Numbers of `enum ggml_type` that adapters come in and every backend multiplies with: F32, F16, BF16, Q4_0 to Q8_0. */
const factorTypes: ReadonlySet<number> = new Set([0, 1, 30, 2, 3, 6, 7, 8])

/**
 * Checks from the headers that a file is a LoRA adapter for `model`: llama.cpp would refuse some of what is checked here, and
 * crash on the rest in the middle of an answer. Throws `ADAPTER_MISSING`, `ADAPTER_NOT_GGUF`, `ADAPTER_MISMATCH`, `FILE_UNREADABLE`.
 */
export async function checkAdapter(path: string, model: GgufFile): Promise<GgufFile> {
  const file = await readAdapter(path)
  const problem = kindProblem(file.header, model.header) ?? factorProblem(file.header, model.header)
  if (problem !== null) throw new AppError('ADAPTER_MISMATCH', { path, detail: problem })
  return file
}

async function readAdapter(path: string): Promise<GgufFile> {
  try {
    return await readGguf(path, 'model')
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, params } = error
    if (code === 'MODEL_MISSING') throw new AppError('ADAPTER_MISSING', { path }, { cause: error })
    if (code === 'MODEL_NOT_GGUF') throw new AppError('ADAPTER_NOT_GGUF', params, { cause: error })
    if (code === 'MODEL_DAMAGED') throw new AppError('ADAPTER_MISMATCH', params, { cause: error })
    throw error
  }
}

function kindProblem({ metadata, tensors }: GgufHeader, model: GgufHeader): string | null {
  const type = textAt(metadata, 'general.type')
  if (type !== 'adapter') return `general.type is ${type ?? 'missing'}`
  const kind = textAt(metadata, 'adapter.type')
  if (kind !== 'lora') return `adapter.type is ${kind ?? 'missing'}`
  const [architecture, wanted] = [textAt(metadata, 'general.architecture'), textAt(model.metadata, 'general.architecture')]
  if (architecture !== wanted) return `made for ${architecture ?? 'no architecture'}, the model is ${wanted ?? 'unknown'}`
  return tensors.size === 0 ? 'no tensors' : null
}

/** Every changed weight has both factors, exists in the model, and has its shape. */
function factorProblem({ tensors }: GgufHeader, model: GgufHeader): string | null {
  for (const tensor of tensors.values()) {
    // llama.cpp passes over changed norms; converters write them, and adapters work without.
    if (tensor.name.endsWith('_norm.weight')) continue
    const weight = /^(.*)\.lora_[ab]$/.exec(tensor.name)?.[1]
    if (weight === undefined) return `an unknown tensor ${tensor.name.slice(0, 64)}`
    const [a, b] = [tensors.get(`${weight}.lora_a`), tensors.get(`${weight}.lora_b`)]
    if (a === undefined || b === undefined) return `half of ${weight.slice(0, 64)}`
    if (!factorTypes.has(tensor.type)) return `${tensor.name.slice(0, 64)} is of type ${tensor.type}`
    const base = model.tensors.get(weight)
    // Of a model in several files, only the first one's tensors are known here; llama.cpp looks at the others.
    if (base === undefined && !model.metadata.has('split.count')) return `the model has no ${weight.slice(0, 64)}`
    if (base !== undefined && !fits(base, a, b)) return `${weight.slice(0, 64)} has another shape`
  }
  return null
}

/** Rows of A are as long as the weight's, B has as many rows as it, both have the same rank; behind that, one pair per expert. */
function fits(base: GgufTensor, a: GgufTensor, b: GgufTensor): boolean {
  const [length = 1, rows = 1, ...experts] = base.dims
  const sameExperts = [a, b].every(({ dims }) => dims.length === base.dims.length && experts.every((count, index) => dims[index + 2] === count))
  // llama.cpp looks rows of the token embedding up in A, so there both factors stand the other way round.
  const isLookup = base.name === 'token_embd.weight'
  if (isLookup) return sameExperts && a.dims[1] === rows && b.dims[1] === length && a.dims[0] === b.dims[0]
  return sameExperts && a.dims[0] === length && b.dims[1] === rows && a.dims[1] === b.dims[0]
}
