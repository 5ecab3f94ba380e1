import type { Run, RunItem } from '../../contract/domains/extraction.ts'
import type { ErrorData } from '../../contract/errors/AppError.ts'
import type { RunCounts, RunItemRow } from '../../storage/runItems.ts'
import type { RunRow } from '../../storage/runs.ts'

const NOTHING: RunCounts = { waiting: 0, reading: 0, done: 0, failed: 0, skipped: 0 }

/** What is known of a run besides its row. `recent`: what the last readings took, in milliseconds. `stalled`: why nothing can be written now. */
export interface RunFacts {
  readonly counts: RunCounts | undefined
  readonly toReview: number | undefined
  readonly recent: readonly number[]
  readonly stalled: ErrorData | null
}

/** A run as a page sees it. */
export function describeRun(run: RunRow, { counts = NOTHING, toReview = 0, recent, stalled }: RunFacts): Run {
  const { id, name, templateId, templateVersion, template, mode, per, watched, threshold, createdAt } = run
  const isStalled = run.state === 'running' && stalled !== null
  return {
    ...{ id, name, templateId, templateVersion, template, mode, per, watched, threshold, createdAt },
    state: isStalled ? 'paused' : run.state,
    error: copied(isStalled ? stalled : run.error),
    counts,
    toReview,
    millisecondsLeft: timeLeft(counts, recent),
  }
}

/** An item as a page sees it. */
export function describeItem({ id, runId, position, name, page, state, attempts, error, recordId }: RunItemRow): RunItem {
  return { id, runId, position, name, page, state, attempts, error: copied(error), recordId }
}

/** By the median: one page that was in the engine's caches, or that the machine slept over, says nothing about the others. */
function timeLeft({ waiting, reading }: RunCounts, recent: readonly number[]): number | null {
  if (waiting + reading === 0) return 0
  const sorted = [...recent].sort((one, other) => one - other)
  const median = sorted[Math.floor(sorted.length / 2)]
  return median === undefined ? null : Math.round(median * (waiting + reading))
}

function copied(error: ErrorData | null): Run['error'] {
  return error === null ? null : { code: error.code, params: { ...error.params } }
}
