import type { ImageItem, Item } from './items.ts'
import type { Job } from './Job.ts'
import type { PrefillPace } from './PrefillPace.ts'

/** What one turn of the scheduler evaluates: a batch of tokens, then perhaps a slice of a picture. */
export interface Step {
  /** Each evaluates its last token and samples the next one. */
  readonly answering: readonly Job[]
  readonly prompting: PromptChunk | null
  readonly picturing: { readonly job: Job; readonly item: ImageItem } | null
}

/** Some of a request's prompt tokens. */
export interface PromptChunk {
  readonly job: Job
  readonly tokens: readonly number[]
  /** Whether they end the prompt, so that the first token of the answer is sampled. */
  readonly ends: boolean
}

/** The next step for the active requests, given in the order of admission; null where none can go on by itself. */
export function planStep(active: Iterable<Job>, pace: PrefillPace): Step | null {
  const answering: Job[] = []
  let prompting: Job | null = null
  for (const job of active) {
    if (job.state === 'answer') answering.push(job)
    else if (prompting === null && canGoOn(job)) prompting = job
  }
  if (prompting === null) return answering.length === 0 ? null : { answering, prompting: null, picturing: null }
  const item = prompting.nextItem
  if (item !== undefined && typeof item !== 'number') return { answering, prompting: null, picturing: { job: prompting, item } }
  return { answering, prompting: promptChunk(prompting, pace.tokens(answering.length > 0)), picturing: null }
}

/** A request waits only for the embeddings of its next picture. */
function canGoOn(job: Job): boolean {
  const item = job.nextItem
  return typeof item === 'number' || (item !== undefined && job.embeddings.has(item.key))
}

function promptChunk(job: Job, limit: number): PromptChunk {
  const { items } = job.input
  const from = job.evaluatedItems
  const tokens: number[] = []
  for (let index = from; index < items.length && tokens.length < limit; index++) {
    const item = items[index] as Item
    if (typeof item !== 'number') break
    tokens.push(item)
  }
  return { job, tokens, ends: from + tokens.length === items.length }
}
