import { textAt } from './ggufHeader.ts'
import type { GgufHeader } from './ggufHeader.ts'

/** What a GGUF file holds; `other`: an importance matrix, a voice, a vocabulary, nothing at all. */
export type FileKind = 'model' | 'projector' | 'adapter' | 'other'

/** What a file is, whatever it is called; the oldest projectors are told by their tensors alone. */
export function kindOf({ metadata, tensors }: GgufHeader): FileKind {
  if (textAt(metadata, 'general.architecture') === 'clip' || metadata.has('clip.has_vision_encoder')) return 'projector'
  if (textAt(metadata, 'general.type') === 'adapter' || metadata.has('adapter.type')) return 'adapter'
  if (tensors.has('token_embd.weight')) return 'model'
  // Of a model in several files, the first may hold no tensor at all.
  if (metadata.has('split.count') && metadata.has('tokenizer.ggml.model')) return 'model'
  return tensors.has('v.patch_embd.weight') || tensors.has('mm.0.weight') ? 'projector' : 'other'
}
