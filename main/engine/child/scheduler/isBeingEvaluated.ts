import { commonPrefix } from './items.ts'
import type { Job } from './Job.ts'
import type { Prefix } from './SequencePool.ts'

/** A prefix another request is about to evaluate is waited for if that saves a picture or at least this many tokens. */
const worthWaitingFor = 32

/** Whether an active request evaluates what this one would have to, beyond the prefix that is there. */
export function isBeingEvaluated(active: Iterable<Job>, job: Job, prefix: Prefix): boolean {
  for (const other of active) {
    if (other.state !== 'prompt' || other.events.ended) continue
    const count = commonPrefix(other.input.items, job.input.items, job.input.items.length - 1)
    const saved = job.input.items.slice(prefix.items, count)
    if (saved.some((item) => typeof item !== 'number') || saved.length >= worthWaitingFor) return true
  }
  return false
}
