import { basename } from 'node:path'
import type { ModelFacts } from '../contract/domains/library.ts'
import { countAt, numberAt, textAt } from './ggufHeader.ts'
import type { GgufHeader } from './ggufHeader.ts'
import { quantisationOf } from './quantisation.ts'
import type { GgufFile } from './readGguf.ts'
import { elementCount } from './tensorTypes.ts'

/** Name for people: `general.name`, else the file's name. */
export function modelName({ path, header }: Pick<GgufFile, 'path' | 'header'>): string {
  const name = textAt(header.metadata, 'general.name') ?? ''
  return name === '' ? basename(path, '.gguf') : name
}

/** `general.architecture`; empty where the header has none. */
export function architectureOf({ metadata }: GgufHeader): string {
  return textAt(metadata, 'general.architecture') ?? ''
}

/** Width of the vectors a model takes in place of a picture's tokens; null where the header does not say. */
export function inputWidth(header: GgufHeader): number | null {
  const architecture = architectureOf(header)
  const width = countAt(header.metadata, `${architecture}.embedding_length`)
  return width === null ? null : width * (1 + (countAt(header.metadata, `${architecture}.n_deepstack_layers`) ?? 0))
}

/** Sizes that no model has and over which llama.cpp ends the process, for a sentence; null where there are none. */
export function sizeProblem(header: GgufHeader): string | null {
  const { metadata, tensors } = header
  const key = (name: string) => `${architectureOf(header)}.${name}`
  const empty = ['context_length', 'embedding_length', 'block_count'].map(key).find((size) => numberAt(metadata, size) === 0)
  if (empty !== undefined) return `${empty} is 0`
  const blocks = countAt(metadata, key('block_count')) ?? 0
  if (blocks > tensors.size) return `${key('block_count')} is ${blocks}, more than the file holds`
  const negative = ['attention.layer_norm_epsilon', 'attention.layer_norm_rms_epsilon'].map(key).find((name) => !((numberAt(metadata, name) ?? 0) >= 0))
  return negative === undefined ? null : `${negative} is ${String(numberAt(metadata, negative))}`
}

/** What a language model's header says of it. */
export function modelFacts(file: GgufFile): ModelFacts {
  const { path, bytes, header } = file
  const architecture = architectureOf(header)
  const count = (key: string) => countAt(header.metadata, `${architecture}.${key}`)
  return {
    path,
    name: modelName(file),
    architecture,
    quantisation: quantisationOf(header),
    parameters: [...header.tensors.values()].reduce((sum, { dims }) => sum + elementCount(dims), 0),
    contextLength: count('context_length'),
    embeddingWidth: count('embedding_length'),
    layers: count('block_count'),
    hasTemplate: header.metadata.has('tokenizer.chat_template'),
    bytes,
  }
}
