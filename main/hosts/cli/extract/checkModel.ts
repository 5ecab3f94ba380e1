import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../../../contract/errors/AppError.ts'
import { unlessAborted } from '../../../platform/unlessAborted.ts'
import type { RecordOrigin } from '../../../services/runs/RunPorts.ts'
import type { Reading } from './withReading.ts'

type Begun = Pick<RecordOrigin, 'model' | 'projector' | 'adapters' | 'conversation'>

/**
 * Rejects `RUN_OTHER_MODEL` where the first record of a run was read by another model, projector, adapters or conversation template than
 * read now: a table of two models says nothing of either. Where nothing was read yet, there is nothing to compare. Rejects also what
 * keeps the model from being ready, and `ABORTED`.
 */
export async function checkModel(runId: string, { runs, origin }: Pick<Reading, 'runs' | 'origin'>, signal: AbortSignal): Promise<void> {
  const [first] = runs.records.list(runId, 0, 1).records
  if (first === undefined) return
  // A model may take minutes to be ready; who leaves meanwhile is not kept.
  const now = await unlessAborted(origin(), signal)
  const differs = differences(first.provenance, now)
  if (differs.size > 0) throw new AppError('RUN_OTHER_MODEL', { begun: named(first.provenance, differs), now: named(now, differs) })
}

/** What was not yet written down when the run was begun is not compared. */
function differences(begun: Begun, now: Begun): ReadonlySet<keyof Begun> {
  const isSameModel = begun.model.sha256 === now.model.sha256 && (begun.model.parts.length === 0 || isDeepStrictEqual(begun.model.parts, now.model.parts))
  const isSame: Readonly<Record<keyof Begun, boolean>> = {
    model: isSameModel,
    projector: begun.projector?.sha256 === now.projector?.sha256,
    adapters: begun.adapters === null || isDeepStrictEqual(begun.adapters, now.adapters),
    conversation: begun.conversation === null || begun.conversation === now.conversation,
  }
  return new Set((['model', 'projector', 'adapters', 'conversation'] as const).filter((part) => !isSame[part]))
}

/** The model, and what else tells it from the other one. */
function named({ model, projector, adapters, conversation }: Begun, differs: ReadonlySet<keyof Begun>): string {
  const parts = [file(model)]
  if (differs.has('projector') && projector !== null) parts.push(file(projector))
  if (differs.has('adapters')) parts.push(...(adapters ?? []).map((adapter) => `${file(adapter)} × ${adapter.scale}`))
  if (differs.has('conversation') && conversation !== null) parts.push(conversation)
  return parts.join(' + ')
}

/** Files of one name are told apart by the beginning of their SHA-256. */
function file({ name, sha256 }: { readonly name: string; readonly sha256: string | null }): string {
  return sha256 === null ? name : `${name} (${sha256.slice(0, 8)})`
}
