import type { ModelFiles } from '../contract/domains/model.ts'
import { judgeFiles } from './judgeFiles.ts'
import type { GgufFile } from './readGguf.ts'

/** A pair of files that may be handed to native code. */
export interface CheckedFiles {
  readonly model: GgufFile
  readonly projector: GgufFile | null
}

/**
 * Checks a model and its projector from their headers alone: each is what it is given as, and they belong together.
 * Throws the first error that `inspectFiles` finds: the `MODEL_*` and `PROJECTOR_*` codes, `GGUF_VERSION_UNKNOWN`, `FILE_UNREADABLE`.
 */
export async function checkFiles(files: ModelFiles): Promise<CheckedFiles> {
  const { model, projector, modelError, projectorError, pairError } = await judgeFiles(files)
  const error = modelError ?? projectorError ?? pairError
  if (error !== null) throw error
  // Without an error there is a model.
  if (model === null) throw new Error('a model that could not be read has no error')
  return { model, projector }
}
