import { AppError } from '../../../contract/errors/AppError.ts'
import { unlessAborted } from '../../../platform/unlessAborted.ts'
import { otherOrigin } from '../../../services/runs/otherOrigin.ts'
import type { Reading } from './withReading.ts'

/**
 * Rejects `RUN_OTHER_MODEL` where the first record of a run was read by another model, projector, adapters or conversation template than
 * read now, or with another locale: a table of two models, or of two ways to write numbers, says nothing of either. Where nothing was read yet, there is nothing to compare. Rejects also what
 * keeps the model from being ready, and `ABORTED`.
 */
export async function checkModel(runId: string, { runs, origin, template, locale }: Pick<Reading, 'runs' | 'origin' | 'template' | 'locale'>, signal: AbortSignal): Promise<void> {
  const [first] = runs.records.list(runId, 0, 1).records
  if (first === undefined) return
  // A model may take minutes to be ready; who leaves meanwhile is not kept.
  const now = await unlessAborted(origin(), signal)
  const other = otherOrigin(first.provenance, { ...now, locale: template.template.locale ?? locale })
  if (other !== null) throw new AppError('RUN_OTHER_MODEL', other)
}
