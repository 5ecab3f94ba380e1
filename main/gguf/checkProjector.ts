import { AppError } from '../contract/errors/AppError.ts'
import { keyProblem, missingKeys } from './clipKeys.ts'
import { kindOf } from './fileKind.ts'
import type { GgufHeader } from './ggufHeader.ts'
import { llavaProblem } from './llavaTensors.ts'
import { architectureOf } from './model.ts'
import { namedType, projectorType } from './projector.ts'
import { audioProjectorTypes, visionProjectorTypes } from './projectorTypes.ts'
import type { GgufFile } from './readGguf.ts'

/** Why a file cannot serve as a vision projector, whatever the model; null where it can. */
export function checkProjector({ path, header }: GgufFile): AppError | null {
  if (kindOf(header) === 'model') return new AppError('PROJECTOR_IS_MODEL', { path })
  if (kindOf(header) !== 'projector') return new AppError('PROJECTOR_UNSUPPORTED', { path, type: architectureOf(header) })
  const type = projectorType(header)
  if (type === null) return new AppError('PROJECTOR_DAMAGED', { path, detail: 'clip.projector_type is missing' })
  if (hearsOnly(header, type)) return new AppError('PROJECTOR_AUDIO_ONLY', { path })
  const named = namedType(header)
  if (named !== null && !visionProjectorTypes.has(named)) return new AppError('PROJECTOR_UNSUPPORTED', { path, type })
  const missing = missingKeys(header)
  if (missing.length > 0) return new AppError('PROJECTOR_INCOMPLETE', { path, keys: missing.join(', ') })
  const detail = keyProblem(header) ?? (isLlava(type) ? llavaProblem(header) : null)
  return detail === null ? null : new AppError('PROJECTOR_DAMAGED', { path, detail })
}

/** Types whose tensors are checked here, since libmtmd runs them through LLaVA's own graph. */
export function isLlava(type: string | null): boolean {
  return type === 'mlp' || type === 'linear'
}

function hearsOnly({ metadata }: GgufHeader, type: string): boolean {
  return audioProjectorTypes.has(type) || (metadata.get('clip.has_audio_encoder') === true && metadata.get('clip.has_vision_encoder') !== true)
}
