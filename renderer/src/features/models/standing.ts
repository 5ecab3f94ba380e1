import type { ErrorData } from '../../../../main/contract/errors/AppError.ts'
import type { EngineStatus, ModelFiles } from '../../../../main/contract/domains/model.ts'

/** What the engine has to do with a model. */
export type Standing =
  | { readonly state: 'idle' }
  | { readonly state: 'loading'; readonly fraction: number }
  | { readonly state: 'inUse' }
  | { readonly state: 'failed'; readonly error: ErrorData }

/** What the engine is doing with these files of the person's; the demo model is an entry of its own, wherever its files lie. */
export function standingOf(status: EngineStatus | null, files: ModelFiles): Standing {
  if (status?.state === 'loading' && !status.isDemo && same(status.files, files)) return { state: 'loading', fraction: status.fraction }
  if (status?.state === 'ready' && !status.info.isDemo && same(status.info.files, files)) return { state: 'inUse' }
  if (status?.state === 'failed' && status.files !== null && same(status.files, files)) return { state: 'failed', error: status.error }
  return { state: 'idle' }
}

/** Files in use that are neither the demo model's nor in the list: a command or a settings file named them. */
export function unlistedFiles(status: EngineStatus | null, listed: readonly ModelFiles[]): ModelFiles | null {
  if (status?.state !== 'ready' || status.info.isDemo) return null
  const { files } = status.info
  return listed.some((other) => same(other, files)) ? null : files
}

function same(a: ModelFiles, b: ModelFiles): boolean {
  return a.model === b.model && a.projector === b.projector
}
