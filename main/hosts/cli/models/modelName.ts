import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ModelFiles } from '../../../contract/domains/model.ts'
import { fittingProjectors } from '../../../gguf/fittingProjectors.ts'
import type { ModelLibrary } from '../../../services/models/ModelLibrary.ts'

/** Whether a person means a file with this, and not the name of a model at hand. */
export function isPath(model: string): boolean {
  return /[\\/]|\.gguf$/i.test(model) || statSync(model, { throwIfNoEntry: false })?.isFile() === true
}

/** The files of a path; without a projector, the only one beside it that fits. */
export async function filesAt(model: string, mmproj: string | undefined): Promise<ModelFiles> {
  const path = resolve(model)
  if (mmproj !== undefined) return { model: path, projector: resolve(mmproj) }
  const [only = null, ...more] = await fittingProjectors(path).catch(() => [])
  return { model: path, projector: more.length === 0 ? only : null }
}

/** The files a person means: a path's, or those of a model at hand. Rejects `MODEL_UNKNOWN`, `MODEL_NAME_AMBIGUOUS`. */
export async function filesOf(model: string, mmproj: string | undefined, library: ModelLibrary): Promise<ModelFiles> {
  if (isPath(model)) return await filesAt(model, mmproj)
  const { files } = library.named(model)
  return mmproj === undefined ? files : { ...files, projector: resolve(mmproj) }
}
