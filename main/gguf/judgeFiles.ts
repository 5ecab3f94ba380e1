import { AppError } from '../contract/errors/AppError.ts'
import type { ModelFiles } from '../contract/domains/model.ts'
import { languageArchitectures } from './architectures.ts'
import { checkProjector, isLlava } from './checkProjector.ts'
import { kindOf } from './fileKind.ts'
import { architectureOf, inputWidth } from './model.ts'
import { namedType, outputWidth, projectorType } from './projector.ts'
import { readGguf } from './readGguf.ts'
import type { GgufFile } from './readGguf.ts'
import { readModel } from './readModel.ts'

/** A pair of files, what is wrong with each, and what is wrong with them together. */
export interface Judgement {
  /** Null where it is no sound GGUF file. */
  readonly model: GgufFile | null
  readonly projector: GgufFile | null
  readonly modelError: AppError | null
  readonly projectorError: AppError | null
  readonly pairError: AppError | null
}

/** Judges a model and its projector by their headers alone. Rejects only for what is a mistake of ours. */
export async function judgeFiles(files: ModelFiles): Promise<Judgement> {
  const model = await settled(readModel(files.model))
  const projector = files.projector === null ? { file: null, error: null } : await settled(readGguf(files.projector, 'projector'))
  return {
    model: model.file,
    projector: projector.file,
    modelError: model.file === null ? model.error : checkModel(model.file),
    projectorError: projector.file === null ? projector.error : checkProjector(projector.file),
    pairError: model.file === null || projector.file === null ? null : checkPair(model.file, projector.file),
  }
}

/** Whether a projector runs as it is, but names no kind, as those of 2023 do. */
export function isOld({ header }: GgufFile): boolean {
  return isLlava(projectorType(header)) && namedType(header) === null
}

/** Whether a projector makes vectors of the width a model takes, or of one its header does not tell. */
export function widthsMatch(model: GgufFile, projector: GgufFile): boolean {
  const [made, taken] = [outputWidth(projector.header), inputWidth(model.header)]
  return made === null || taken === null || made === taken
}

async function settled(reading: Promise<GgufFile>): Promise<{ file: GgufFile; error: null } | { file: null; error: AppError }> {
  try {
    return { file: await reading, error: null }
  } catch (error) {
    if (error instanceof AppError) return { file: null, error }
    throw error
  }
}

function checkModel({ path, header }: GgufFile): AppError | null {
  const architecture = architectureOf(header)
  switch (kindOf(header)) {
    case 'projector':
      return new AppError('MODEL_IS_PROJECTOR', { path })
    case 'adapter':
      return new AppError('MODEL_IS_ADAPTER', { path })
    case 'model':
    case 'other':
      if (architecture === '') return new AppError('MODEL_DAMAGED', { path, detail: 'general.architecture is missing' })
      return kindOf(header) === 'other' || !languageArchitectures.has(architecture) ? new AppError('MODEL_UNSUPPORTED', { path, architecture }) : null
  }
}

function checkPair(model: GgufFile, projector: GgufFile): AppError | null {
  if (kindOf(model.header) !== 'model' || kindOf(projector.header) !== 'projector' || widthsMatch(model, projector)) return null
  return new AppError('PROJECTOR_WIDTH_MISMATCH', {
    projector: projector.path,
    projectorWidth: outputWidth(projector.header) ?? 0,
    model: model.path,
    modelWidth: inputWidth(model.header) ?? 0,
  })
}
