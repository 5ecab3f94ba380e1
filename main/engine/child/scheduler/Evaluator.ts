import type { NativeContext, NativeSampled, NativeStepEntry } from '../../native/binding.d.ts'
import { sliceEmbeddings } from './items.ts'
import type { ImageItem, Item } from './items.ts'
import type { Job } from './Job.ts'
import type { Step } from './planStep.ts'
import type { PrefillPace } from './PrefillPace.ts'
import type { Sequence, SequencePool } from './SequencePool.ts'

/** Carries out steps in the native context and books the cells they took. Its errors are the context's. */
export class Evaluator {
  readonly #context: Pick<NativeContext, 'step' | 'prefillEmbeddings'>
  readonly #pool: SequencePool
  readonly #pace: PrefillPace

  constructor(context: Pick<NativeContext, 'step' | 'prefillEmbeddings'>, pool: SequencePool, pace: PrefillPace) {
    this.#context = context
    this.#pool = pool
    this.#pace = pace
  }

  /** Evaluates the tokens of a step; calls `sampled` with the token of each request that got one. */
  async decode({ answering, prompting }: Step, sampled: (job: Job, result: NativeSampled | null) => void): Promise<void> {
    const entries: NativeStepEntry[] = answering.map((job) => entryOf(job, [job.nextToken], true))
    if (prompting !== null) entries.push(entryOf(prompting.job, prompting.tokens, prompting.ends))
    const startedAt = performance.now()
    const results = await this.#context.step(entries)
    const took = performance.now() - startedAt
    for (const [index, job] of answering.entries()) {
      this.#book(job, job.nextToken)
      sampled(job, results[index] ?? null)
    }
    if (prompting === null) return
    const { job, tokens } = prompting
    for (const token of tokens) this.#book(job, token)
    job.promptMs += took
    this.#pace.measured(tokens.length, took)
    if (prompting.ends) sampled(job, results[answering.length] ?? null)
    else job.progress('prompt')
  }

  /**
   * Evaluates a request's next picture: as a whole where nobody waits or its tokens see each other in both directions,
   * else a slice of its rows.
   */
  async evaluatePicture(job: Job, item: ImageItem, othersWait: boolean): Promise<void> {
    const embeddings = job.embeddings.get(item.key)
    if (embeddings === undefined || job.sequence === null) throw new Error('a picture was evaluated before its embeddings were there')
    if (embeddings.tokens !== item.tokens) throw new Error(`a picture of ${item.tokens} tokens gave ${embeddings.tokens}`)
    const whole = embeddings.nonCausal || embeddings.mrope !== null
    const to = whole ? item.tokens : Math.min(item.tokens, job.imageRows + this.#pace.tokens(othersWait, job.isBatch))
    const position = job.sequence.position + job.imageRows
    const startedAt = performance.now()
    await this.#context.prefillEmbeddings(job.sequence.id, position, sliceEmbeddings(embeddings, job.imageRows, to))
    const took = performance.now() - startedAt
    this.#pace.measured(to - job.imageRows, took)
    job.promptMs += took
    job.imageRows = to
    if (to === item.tokens) {
      job.imageRows = 0
      this.#book(job, item)
    }
    job.progress('prompt')
  }

  #book(job: Job, item: Item): void {
    this.#pool.append(job.sequence as Sequence, item)
    job.reserved -= typeof item === 'number' ? 1 : item.tokens
  }
}

function entryOf(job: Job, tokens: readonly number[], samples: boolean): NativeStepEntry {
  const { id, position } = job.sequence as Sequence
  return samples && job.sampler !== null ? { sequence: id, tokens, position, sampler: job.sampler } : { sequence: id, tokens, position }
}
