import type { ErrorData } from '../../../../main/contract/errors/AppError.ts'
import type { EngineStatus, ModelFiles } from '../../../../main/contract/domains/model.ts'

/** What the engine has to do with a model. */
export type Standing =
  | { readonly state: 'idle' }
  | { readonly state: 'loading'; readonly fraction: number }
  | { readonly state: 'inUse' }
  /** It gave its memory back; the next question loads it again. */
  | { readonly state: 'resting' }
  | { readonly state: 'failed'; readonly error: ErrorData }

/** What the engine is doing with these files of the person's; the demo model is an entry of its own, wherever its files lie. */
export function standingOf(status: EngineStatus | null, files: ModelFiles): Standing {
  if (status?.state === 'loading' && !status.isDemo && same(status.files, files)) return { state: 'loading', fraction: status.fraction }
  if (status?.state === 'ready' && !status.info.isDemo && same(status.info.files, files)) return { state: 'inUse' }
  if (status?.state === 'resting' && !status.isDemo && same(status.files, files)) return { state: 'resting' }
  if (status?.state === 'failed' && status.files !== null && same(status.files, files)) return { state: 'failed', error: status.error }
  return { state: 'idle' }
}

/** What the engine is doing with the demo model. A failed load names files only, so `chosen` tells whether the demo model was wanted. */
export function demoStanding(status: EngineStatus | null, chosen: boolean): Standing {
  if (status?.state === 'loading' && status.isDemo) return { state: 'loading', fraction: status.fraction }
  if (status?.state === 'ready' && status.info.isDemo) return { state: 'inUse' }
  if (status?.state === 'resting' && status.isDemo) return { state: 'resting' }
  if (status?.state === 'failed' && chosen) return { state: 'failed', error: status.error }
  return { state: 'idle' }
}

/** A model in use, or resting, that is neither the demo model nor in the list: a command or a settings file named its files. */
export function unlistedModel(status: EngineStatus | null, listed: readonly ModelFiles[]): { readonly name: string; readonly files: ModelFiles } | null {
  const used = status?.state === 'ready' ? status.info : status?.state === 'resting' ? status : null
  if (used === null || used.isDemo || listed.some((other) => same(other, used.files))) return null
  return { name: used.name, files: used.files }
}

/** Whether the model is the one that answers, even if it must be loaded again first. */
export function isCurrent({ state }: Standing): boolean {
  return state === 'inUse' || state === 'resting'
}

function same(a: ModelFiles, b: ModelFiles): boolean {
  return a.model === b.model && a.projector === b.projector
}
