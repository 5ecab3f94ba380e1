import { AppError } from '../../../contract/errors/AppError.ts'
import type { GenerateEvent } from '../../protocol.ts'
import type { NativeContext, NativeSampled } from '../../native/binding.d.ts'
import { isAborted, toEngineError } from '../engineError.ts'
import type { EmbeddingCache } from '../pictures/EmbeddingCache.ts'
import type { EventStream } from '../EventStream.ts'
import { Changes } from './Changes.ts'
import type { DraftMode } from './Drafting.ts'
import { Evaluator } from './Evaluator.ts'
import { FairQueue } from './FairQueue.ts'
import { commonPrefix } from './items.ts'
import type { ImageItem } from './items.ts'
import { Job } from './Job.ts'
import type { JobInput } from './Job.ts'
import { planStep } from './planStep.ts'
import type { Step } from './planStep.ts'
import { PrefillPace } from './PrefillPace.ts'
import { SequencePool } from './SequencePool.ts'
import type { Prefix } from './SequencePool.ts'

export interface SchedulerOptions {
  /** Most requests evaluated in the same decode steps. */
  readonly maxActive: number
  /** "measured" unless said otherwise. */
  readonly drafting?: DraftMode
}

/** A prefix another request is about to evaluate is waited for if that saves a picture or at least this many tokens. */
const worthWaitingFor = 32

/**
 * [Note: Scheduling] Continuous batching over the sequences of one context with a unified KV cache.
 *
 * A request waits in a fair queue until it can be admitted: a place among the active ones is free, and the KV cells of its
 * prompt and longest answer, less those of the prefix it shares, can be kept free for it. Idle sequences (kept for their
 * prefixes) give way to that; active ones never do. Since what a request may need is reserved before it begins, every
 * admitted request can end, so the queue always moves: there is no deadlock and no preemption. The first request that does
 * not fit holds back those behind it, so none is overtaken for ever.
 *
 * Each step then carries one token of every answering request, and of one request that is still at its prompt as many tokens
 * as keep the step short for the others, or a slice of a picture. Prefixes are shared as they stand: positions are never
 * shifted. A request whose prefix another one is evaluating right now waits for it, so that no picture is evaluated twice.
 *
 * What cells mean depends on what they were evaluated with. A change of that (adapters) has a place in the line: it is made when
 * all requests before it have ended, all cells are forgotten with it, and only then do the requests behind it begin.
 */
export class Scheduler {
  readonly #context: NativeContext
  readonly #pictures: EmbeddingCache | null
  readonly #options: SchedulerOptions
  readonly #pool: SequencePool
  readonly #queue = new FairQueue<Job>()
  /** In the order of admission. */
  readonly #active = new Set<Job>()
  readonly #pace = new PrefillPace()
  readonly #evaluator: Evaluator
  /** Jobs of the native call in flight. */
  #inFlight: ReadonlySet<Job> = new Set()
  readonly #changes = new Changes(() => this.#kick())
  #loop: Promise<void> | null = null
  #closed: AppError | null = null

  constructor(context: NativeContext, pictures: EmbeddingCache | null, options: SchedulerOptions) {
    this.#context = context
    this.#pictures = pictures
    this.#options = options
    this.#pool = new SequencePool(context)
    this.#evaluator = new Evaluator(context, this.#pool, this.#pace, options.drafting)
  }

  /** The sequences and their cells, for figures and tests. */
  get pool(): SequencePool {
    return this.#pool
  }

  /** Queues a request and returns its events. Aborting its signal or leaving the stream ends its work. */
  submit(input: JobInput): EventStream<GenerateEvent> {
    const job: Job = new Job(input, this.#changes.last, () => this.#abort(job))
    const refusal = this.#refusal(job)
    if (refusal !== null) {
      job.fail(refusal)
      return job.events
    }
    input.signal.addEventListener('abort', () => this.#abort(job), { once: true })
    this.#queue.push(job)
    this.#kick()
    if (job.state === 'queued') job.progress('queued')
    return job.events
  }

  /**
   * Changes what requests are evaluated with: `work` runs when those that came before have ended. Rejects with its error, after
   * which nothing has changed, or with `ABORTED` where the signal came before its turn.
   */
  async change(work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    if (this.#closed !== null) throw this.#closed
    const { done } = this.#changes.add(work, signal)
    this.#kick()
    await done
  }

  /** Why a request is not even queued. One that needs more cells than there are would wait for ever. */
  #refusal({ input, promptCells, imageCells }: Job): AppError | null {
    if (this.#closed !== null) return this.#closed
    if (input.signal.aborted) return new AppError('ABORTED')
    const needed = promptCells + input.maxTokens
    const available = this.#pool.totalCells
    return needed > available ? new AppError('CONTEXT_FULL', { needed, available, images: imageCells }) : null
  }

  /** Fails all requests and waits for the native call in flight; the context may be disposed after that. */
  async close(error: AppError = new AppError('ENGINE_STOPPED')): Promise<void> {
    this.#closed = error
    this.#changes.giveUpAll(error)
    for (const job of this.#queue.all()) this.#drop(job, error)
    for (const job of [...this.#active]) if (!this.#inFlight.has(job)) this.#drop(job, error)
    if (this.#inFlight.size > 0) this.#context.abort()
    await this.#loop
  }

  #abort(job: Job): void {
    if (job.state === 'done') return
    if (!this.#inFlight.has(job)) this.#drop(job, new AppError('ABORTED'))
    else {
      // The answer is over for its reader; the cells are freed as soon as the step leaves them alone.
      job.events.fail(new AppError('ABORTED'))
      if ([...this.#inFlight].every((other) => other.events.ended)) this.#context.abort()
    }
    this.#kick()
  }

  #kick(): void {
    if (this.#loop === null) this.#loop = this.#run()
  }

  async #run(): Promise<void> {
    // Callers of `submit` get their stream before any event is pushed.
    await Promise.resolve()
    for (;;) {
      const step = this.#nextStep()
      if (step !== null) await this.#perform(step)
      else if (this.#isChangeDue()) await this.#change()
      else break
    }
    this.#loop = null
  }

  /** Whether no request is left that came before the first change. */
  #isChangeDue(): boolean {
    return this.#changes.first !== null && this.#active.size === 0 && this.#queue.all().every((job) => job.isHeld)
  }

  async #change(): Promise<void> {
    if (await this.#changes.makeFirst()) this.#pool.clear()
  }

  #nextStep(): Step | null {
    if (this.#closed === null) this.#admit()
    return planStep(this.#active, this.#pace)
  }

  #admit(): void {
    for (const job of this.#queue.heads()) {
      if (this.#active.size >= this.#options.maxActive) return
      if (job.isHeld) continue
      if ([...this.#active].some((active) => active.conversation === job.conversation)) continue
      const prefix = this.#pool.longestPrefix(job.input.items)
      if (this.#isBeingEvaluated(job, prefix)) continue
      const needed = job.promptCells - prefix.cells + job.input.maxTokens
      if (this.#pool.cellsInUseWith(prefix) + this.#reserved() + needed > this.#pool.totalCells) return
      this.#begin(job, prefix, needed)
    }
  }

  #reserved(): number {
    let cells = 0
    for (const job of this.#active) cells += job.reserved
    return cells
  }

  #isBeingEvaluated(job: Job, prefix: Prefix): boolean {
    for (const active of this.#active) {
      if (active.state !== 'prompt' || active.events.ended) continue
      const count = commonPrefix(active.input.items, job.input.items, job.input.items.length - 1)
      const saved = job.input.items.slice(prefix.items, count)
      if (saved.some((item) => typeof item !== 'number') || saved.length >= worthWaitingFor) return true
    }
    return false
  }

  #begin(job: Job, prefix: Prefix, needed: number): void {
    this.#queue.take(job)
    const sequence = this.#pool.claim(prefix)
    if (!this.#pool.shrinkTo(this.#pool.totalCells - this.#reserved() - needed)) throw new Error('reserved more KV cells than there are')
    try {
      job.admit(sequence, prefix.cells)
    } catch (error) {
      this.#pool.release(sequence)
      job.fail(toEngineError(error))
      return
    }
    job.reserved = needed
    this.#active.add(job)
    this.#embed(job)
  }

  /** Fetches the embeddings of the pictures that are still to be evaluated. */
  #embed(job: Job): void {
    const images = job.pendingImages()
    const missing = images.filter((item) => !job.embeddings.has(item.key))
    job.reusedImages += images.length - missing.length
    job.progress(missing.length > 0 ? 'image' : 'prompt')
    if (missing.length > 0) void this.#fetch(job, missing)
  }

  async #fetch(job: Job, missing: readonly ImageItem[]): Promise<void> {
    const startedAt = performance.now()
    try {
      for (const [index, { key }] of missing.entries()) {
        const picture = job.input.pictures.get(key)
        if (picture === undefined || this.#pictures === null) throw new AppError('INTERNAL', { detail: `no picture ${key}` })
        const { embeddings, cached } = await this.#pictures.get(picture, job.left, (fraction) => job.progress('image', (index + fraction) / missing.length))
        if (job.state === 'done') return
        if (cached) job.reusedImages++
        job.embeddings.set(key, embeddings)
        this.#kick()
      }
      job.imageMs += performance.now() - startedAt
      if (job.state === 'prompt' && !job.events.ended) job.progress('prompt')
    } catch (error) {
      if (this.#inFlight.has(job)) job.events.fail(error)
      else this.#drop(job, error)
      this.#kick()
    }
  }

  async #perform(step: Step): Promise<void> {
    const { answering, prompting, picturing } = step
    if (answering.length > 0 || prompting !== null) {
      const jobs = prompting === null ? answering : [...answering, prompting.job]
      await this.#call(jobs, async () => await this.#evaluator.decode(step, (job, result) => this.#take(job, result)))
    }
    if (picturing !== null && picturing.job.state === 'prompt' && !picturing.job.events.ended) {
      await this.#call([picturing.job], async () => await this.#evaluator.evaluatePicture(picturing.job, picturing.item, answering.length > 0))
    }
  }

  /** Runs one native call for these jobs; its failure fails them, its abort drops those that asked for it. */
  async #call(jobs: readonly Job[], work: () => Promise<void>): Promise<void> {
    this.#inFlight = new Set(jobs)
    let failure: AppError | null = null
    try {
      await work()
    } catch (error) {
      // An aborted call has left no cells behind: requests that did not ask for it go on with the next one.
      failure = isAborted(error) ? null : toEngineError(error)
    }
    this.#inFlight = new Set()
    for (const job of jobs) {
      if (failure !== null) this.#discard(job, failure)
      else if (this.#closed !== null) this.#drop(job, this.#closed)
      else if (job.events.ended) this.#drop(job, new AppError('ABORTED'))
    }
  }

  #take(job: Job, sampled: NativeSampled): void {
    if (job.events.ended) return
    job.state = 'answer'
    if (sampled.endOfGeneration) this.#finish(job, 'end')
    else if (job.answer(sampled.token, sampled.piece)) this.#finish(job, 'end')
    else if (job.generated >= job.input.maxTokens) this.#finish(job, 'length')
  }

  #finish(job: Job, stop: 'end' | 'length'): void {
    job.finish(stop)
    this.#leave(job)
  }

  /** Ends a request that is in no native call; what it evaluated stays as an idle prefix. */
  #drop(job: Job, error: unknown): void {
    if (job.state === 'done') return
    this.#queue.remove(job)
    job.fail(error)
    this.#leave(job)
  }

  #leave(job: Job): void {
    this.#active.delete(job)
    if (job.sequence !== null) this.#pool.release(job.sequence)
    job.sequence = null
  }

  /** Ends a request after a failed native call: its cells may hold anything. */
  #discard(job: Job, error: AppError): void {
    if (job.sequence !== null) this.#pool.discard(job.sequence)
    job.sequence = null
    this.#active.delete(job)
    job.fail(error)
  }
}
