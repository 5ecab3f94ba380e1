import type { ImageItem, Item } from './items.ts'
import type { Job } from './Job.ts'
import type { PrefillPace } from './PrefillPace.ts'

/** What one turn of the scheduler evaluates: a batch of tokens, then perhaps a slice of a picture. */
export interface Step {
  /** Each evaluates its last token and samples the next one. */
  readonly answering: readonly Job[]
  /** At most one that does not end its prompt, the first. */
  readonly prompting: readonly PromptChunk[]
  readonly picturing: { readonly job: Job; readonly item: ImageItem } | null
  /** Whether somebody's stream stands still while a prompt is evaluated, so that little of it is taken. */
  readonly othersWait: boolean
  /** Whether batch requests that could have gone on were left out. */
  readonly skipsBatch: boolean
}

/** Some of a request's prompt tokens. */
export interface PromptChunk {
  readonly job: Job
  readonly tokens: readonly number[]
  /** Whether they end the prompt, so that the first token of the answer is sampled. */
  readonly ends: boolean
}

/**
 * The next step for the active requests, given in the order of admission; null where none can go on by itself. While a chat waits
 * for its first token, batch requests are left out, unless it is their turn.
 */
export function planStep(active: Iterable<Job>, pace: PrefillPace, batchTurn = false): Step | null {
  const all = [...active]
  const chats = all.filter((job) => !job.isBatch)
  const skips = !batchTurn && chats.length < all.length && chats.some((job) => job.state === 'prompt')
  const jobs = skips ? chats : all
  const answering = jobs.filter((job) => job.state === 'answer')
  const able = jobs.filter((job) => job.state === 'prompt' && canGoOn(job))
  const prompting = able.find((job) => job.isBatch === batchTurn) ?? able[0]
  const step = { answering, prompting: [], picturing: null, othersWait: answering.length > 0 || (prompting?.isBatch === true && chats.length > 0), skipsBatch: skips }
  if (prompting === undefined) return answering.length === 0 ? null : step
  const item = prompting.nextItem
  if (item !== undefined && typeof item !== 'number') return { ...step, picturing: { job: prompting, item } }
  return { ...step, prompting: promptChunks(prompting, able.filter((job) => job !== prompting), pace, step.othersWait) }
}

/**
 * The first request's next tokens, and with them whole ends of prompts of others, where all of it is still short: the fields of a page
 * have a few tokens each, and a step that carries them together costs little more than one for each of them.
 */
function promptChunks(first: Job, others: readonly Job[], pace: PrefillPace, othersWait: boolean): PromptChunk[] {
  const limit = pace.tokens(othersWait, first.isBatch)
  const chunks = [promptChunk(first, limit)]
  // A chat's first token does not wait for a long step.
  let room = (first.isBatch ? limit : Math.min(limit, pace.tokens(true))) - (chunks[0]?.tokens.length ?? 0)
  for (const job of others) {
    const chunk = promptChunk(job, room)
    if (!chunk.ends) continue
    chunks.push(chunk)
    room -= chunk.tokens.length
  }
  return chunks
}

/** A request waits only for the embeddings of its next picture. */
function canGoOn(job: Job): boolean {
  const item = job.nextItem
  return typeof item === 'number' || (item !== undefined && job.embeddings.has(item.key))
}

function promptChunk(job: Job, limit: number): PromptChunk {
  const { items } = job
  const from = job.evaluatedItems
  const tokens: number[] = []
  for (let index = from; index < items.length && tokens.length < limit; index++) {
    const item = items[index] as Item
    if (typeof item !== 'number') break
    tokens.push(item)
  }
  return { job, tokens, ends: from + tokens.length === items.length }
}
