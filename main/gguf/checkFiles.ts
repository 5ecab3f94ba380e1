import { AppError } from '../contract/errors/AppError.ts'
import type { ModelFiles } from '../contract/domains/model.ts'
import { numberAt, textAt } from './ggufHeader.ts'
import type { GgufHeader } from './ggufHeader.ts'
import { visionProjectorTypes } from './projectorTypes.ts'
import { readGguf } from './readGguf.ts'
import type { GgufFile } from './readGguf.ts'

/** A pair of files that may be handed to native code. */
export interface CheckedFiles {
  readonly model: GgufFile
  readonly projector: GgufFile | null
}

/** Keys without which libmtmd refuses a CLIP projector or reads past its tensors. */
const requiredByClip = ['image_size', 'patch_size', 'embedding_length', 'feed_forward_length', 'attention.head_count', 'block_count']

/**
 * Checks a model and its projector from their headers alone: each is what it is given as, and they belong together.
 * Throws the `MODEL_*` and `PROJECTOR_*` codes.
 */
export async function checkFiles(files: ModelFiles): Promise<CheckedFiles> {
  const model = await readGguf(files.model, 'model')
  checkModel(model)
  if (files.projector === null) return { model, projector: null }
  const projector = await readGguf(files.projector, 'projector')
  checkProjector(projector)
  checkPair(model, projector)
  return { model, projector }
}

function checkModel({ path, header }: GgufFile): void {
  if (isProjector(header)) throw new AppError('MODEL_IS_PROJECTOR', { path })
  const architecture = textAt(header.metadata, 'general.architecture')
  if (architecture === undefined) throw new AppError('MODEL_DAMAGED', { path, detail: 'general.architecture is missing' })
  // An adapter, an imatrix, a voice model: a GGUF, but nothing one can talk to.
  if (!isLanguageModel(header)) throw new AppError('MODEL_UNSUPPORTED', { path, architecture })
}

function checkProjector({ path, header }: GgufFile): void {
  if (!isProjector(header)) throw new AppError(isLanguageModel(header) ? 'PROJECTOR_IS_MODEL' : 'PROJECTOR_UNSUPPORTED', { path, type: textAt(header.metadata, 'general.architecture') ?? '' })
  const type = projectorType(header)
  if (type === null) throw new AppError('PROJECTOR_DAMAGED', { path, detail: 'clip.projector_type is missing' })
  if (!visionProjectorTypes.has(type) && type !== 'linear') throw new AppError('PROJECTOR_UNSUPPORTED', { path, type })
  const missing = requiredByClip.find((key) => numberAt(header.metadata, `clip.vision.${key}`) === undefined)
  if (missing !== undefined && (type === 'mlp' || type === 'linear')) throw new AppError('PROJECTOR_DAMAGED', { path, detail: `clip.vision.${missing} is missing` })
}

function checkPair(model: GgufFile, projector: GgufFile): void {
  const projectorWidth = outputWidth(projector.header)
  const architecture = textAt(model.header.metadata, 'general.architecture') ?? ''
  const modelWidth = numberAt(model.header.metadata, `${architecture}.embedding_length`)
  if (projectorWidth === null || modelWidth === undefined || projectorWidth === modelWidth) return
  throw new AppError('PROJECTOR_WIDTH_MISMATCH', { projector: projector.path, projectorWidth, model: model.path, modelWidth })
}

/** Whether a file holds a vision encoder and projector; the oldest ones are told by their tensors alone. */
function isProjector({ metadata, tensors }: GgufHeader): boolean {
  if (textAt(metadata, 'general.architecture') === 'clip' || metadata.has('clip.has_vision_encoder')) return true
  return !tensors.has('token_embd.weight') && (tensors.has('v.patch_embd.weight') || tensors.has('mm.0.weight'))
}

function isLanguageModel({ metadata, tensors }: GgufHeader): boolean {
  // Of a model in several files, the first may hold no tensor at all.
  return tensors.has('token_embd.weight') || (metadata.get('split.count') !== undefined && metadata.has('tokenizer.ggml.model'))
}

/** libmtmd's projector type; "mlp" or "linear" by the tensors where an old LLaVA file names none; null where nothing tells. */
function projectorType({ metadata, tensors }: GgufHeader): string | null {
  const named = textAt(metadata, 'clip.projector_type') ?? textAt(metadata, 'clip.vision.projector_type')
  if (named !== undefined && named !== '') return named
  if (!tensors.has('mm.0.weight')) return null
  return tensors.has('mm.2.weight') ? 'mlp' : 'linear'
}

/** Width of the vectors a LLaVA projector makes; null for other kinds, whose check is libmtmd's. */
function outputWidth(header: GgufHeader): number | null {
  const type = projectorType(header)
  if (type !== 'mlp' && type !== 'linear') return null
  const last = header.tensors.get('mm.2.weight') ?? header.tensors.get('mm.0.weight')
  return last?.dims[1] ?? null
}
