import { basename, dirname, join } from 'node:path'
import { AppError } from '../contract/errors/AppError.ts'
import { countAt } from './ggufHeader.ts'
import type { GgufTensor } from './ggufHeader.ts'
import { readGguf } from './readGguf.ts'
import type { GgufFile } from './readGguf.ts'

/**
 * Reads a language model; one in several files as a whole, from its first: its size and its tensors are then those of all
 * parts, each tensor's offset is within its own. Throws as `readGguf`, and `MODEL_PART_MISSING` or `MODEL_NOT_FIRST_PART`.
 */
export async function readModel(path: string): Promise<GgufFile> {
  const first = await readGguf(path, 'model')
  const count = countAt(first.header.metadata, 'split.count') ?? 1
  if (count < 2) return first
  const nameOf = partNames(path, count)
  await checkIsFirst(first, nameOf(1))
  const tensors = new Map(first.header.tensors)
  let { bytes } = first
  for (let number = 2; number <= count; number++) {
    const part = await readPart(path, nameOf(number))
    if (countAt(part.header.metadata, 'split.no') !== number - 1) throw damaged(part.path, `it is not part ${number} of the model`)
    addTensors(tensors, part)
    bytes += part.bytes
  }
  const expected = countAt(first.header.metadata, 'split.tensors.count')
  if (expected !== tensors.size) throw damaged(path, `its parts hold ${tensors.size} tensors, ${String(expected)} belong to it`)
  return { path, bytes, header: { ...first.header, tensors } }
}

/** Paths of a model's files, from one that `readModel` returned; a projector is one file. */
export function partPaths({ path, header }: GgufFile): string[] {
  const count = countAt(header.metadata, 'split.count') ?? 1
  if (count < 2) return [path]
  const nameOf = partNames(path, count)
  return Array.from({ length: count }, (_, index) => join(dirname(path), nameOf(index + 1)))
}

/** Names of the parts, counted from 1, as llama.cpp looks for them (`llama_split_path` of its `src/llama.cpp`). */
function partNames(path: string, count: number): (number: number) => string {
  const five = (number: number) => String(number).padStart(5, '0')
  const prefix = basename(path, '.gguf').replace(/-\d{5}-of-\d{5}$/, '')
  return (number) => `${prefix}-${five(number)}-of-${five(count)}.gguf`
}

async function checkIsFirst({ path, header }: GgufFile, part: string): Promise<void> {
  if (countAt(header.metadata, 'split.no') === 0 && basename(path) === part) return
  await readPart(path, part)
  throw new AppError('MODEL_NOT_FIRST_PART', { path, part })
}

async function readPart(path: string, part: string): Promise<GgufFile> {
  try {
    return await readGguf(join(dirname(path), part), 'model')
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'MODEL_MISSING') throw new AppError('MODEL_PART_MISSING', { path, part }, { cause })
    throw cause
  }
}

function addTensors(all: Map<string, GgufTensor>, { path, header }: GgufFile): void {
  for (const [name, tensor] of header.tensors) {
    if (all.has(name)) throw damaged(path, `another part holds tensor ${name} too`)
    all.set(name, tensor)
  }
}

function damaged(path: string, detail: string): AppError {
  return new AppError('MODEL_DAMAGED', { path, detail })
}
