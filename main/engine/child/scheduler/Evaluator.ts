import { AppError } from '../../../contract/errors/AppError.ts'
import type { NativeContext, NativeSampled, NativeStepEntry } from '../../native/binding.d.ts'
import { Drafting } from './Drafting.ts'
import type { DraftMode } from './Drafting.ts'
import { sliceEmbeddings } from './items.ts'
import type { ImageItem, Item } from './items.ts'
import type { Job } from './Job.ts'
import type { Step } from './planStep.ts'
import type { PrefillPace } from './PrefillPace.ts'
import type { Sequence, SequencePool } from './SequencePool.ts'

type Context = Pick<NativeContext, 'step' | 'prefillEmbeddings' | 'mostDrafted'>

/** Carries out steps in the native context and books the cells they took. Its errors are the context's. */
export class Evaluator {
  readonly #context: Context
  readonly #pool: SequencePool
  readonly #pace: PrefillPace
  readonly #drafting: Drafting

  constructor(context: Context, pool: SequencePool, pace: PrefillPace, drafting: DraftMode = 'measured') {
    this.#context = context
    this.#pool = pool
    this.#pace = pace
    this.#drafting = new Drafting(context.mostDrafted, drafting)
  }

  /** Evaluates the tokens of a step; calls `sampled` with each token of the requests that got any. */
  async decode({ answering, prompting }: Step, sampled: (job: Job, result: NativeSampled) => void): Promise<void> {
    // Beside a prompt a step computes all the time, and what guesses cost there is not known.
    const guesses = prompting.length === 0 ? this.#drafting.guess(answering) : []
    const entries = [...answering.map((job, index) => entryOf(job, [job.nextToken], true, guesses[index])), ...prompting.map(({ job, tokens, ends }) => entryOf(job, tokens, ends))]
    const startedAt = performance.now()
    const results = await this.#context.step(entries)
    const took = performance.now() - startedAt
    if (prompting.length === 0) this.#drafting.measured(answering, guesses, results.map((result) => result.map(({ token }) => token)), took)
    for (const [index, job] of answering.entries()) {
      this.#book(job, job.nextToken)
      this.#take(job, results[index], sampled)
    }
    const evaluated = prompting.reduce((sum, { tokens }) => sum + tokens.length, 0)
    this.#pace.measured(evaluated, took)
    for (const [index, { job, tokens, ends }] of prompting.entries()) {
      for (const token of tokens) this.#book(job, token)
      // Each counts its own share, so that prompts that came together do not seem slow.
      job.promptMs += (took * tokens.length) / evaluated
      if (ends) this.#take(job, results[answering.length + index], sampled)
      else job.progress('prompt')
    }
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

  /** Hands out what was sampled. All but the last have their cells; those behind the answer's end are left to be dropped with it. */
  #take(job: Job, results: readonly NativeSampled[] = [], sampled: (job: Job, result: NativeSampled) => void): void {
    if (results.length === 0) throw new AppError('ENGINE_FAILED', { detail: 'no token was sampled' })
    for (const [index, result] of results.entries()) {
      sampled(job, result)
      if (job.sequence === null) return
      if (index + 1 < results.length) this.#book(job, result.token)
    }
  }

  #book(job: Job, item: Item): void {
    this.#pool.append(job.sequence as Sequence, item)
    job.reserved -= typeof item === 'number' ? 1 : item.tokens
  }
}

function entryOf(job: Job, tokens: readonly number[], samples: boolean, guesses: readonly number[] = []): NativeStepEntry {
  const { id, position } = job.sequence as Sequence
  if (!samples || job.sampler === null) return { sequence: id, tokens, position }
  return { sequence: id, tokens: [...tokens, ...guesses], position, sampler: job.sampler, drafted: guesses.length }
}
