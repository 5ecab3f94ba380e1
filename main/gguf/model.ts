import { basename } from 'node:path'
import type { ModelFacts } from '../contract/domains/library.ts'
import { countAt, textAt } from './ggufHeader.ts'
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
