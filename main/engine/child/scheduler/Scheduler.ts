import { AppError } from '../../../contract/errors/AppError.ts'
import type { GenerateEvent } from '../../protocol.ts'
import type { NativeContext, NativeSampled } from '../../native/binding.d.ts'
import { blamed, isAborted, toEngineError } from '../engineError.ts'
import { Cores } from '../Cores.ts'
import type { EmbeddingCache } from '../pictures/EmbeddingCache.ts'
import type { EventStream } from '../EventStream.ts'
import { Admission } from './Admission.ts'
import { Changes } from './Changes.ts'
import type { Place } from './Changes.ts'
import type { DraftMode } from './Drafting.ts'
import { Evaluator } from './Evaluator.ts'
import { fetchPictures } from './fetchPictures.ts'
import type { ImageItem } from './items.ts'
import { GivingWay } from './GivingWay.ts'
import { Job } from './Job.ts'
import type { JobInput } from './Job.ts'
import { Lending } from './Lending.ts'
import { planStep } from './planStep.ts'
import type { Step } from './planStep.ts'
import { PrefillPace } from './PrefillPace.ts'
import { refusalOf } from './refusalOf.ts'
import { SequencePool } from './SequencePool.ts'
import type { Prefix } from './SequencePool.ts'

/** How a scheduler works. */
export interface SchedulerOptions {
  /** Most requests evaluated in the same decode steps. */
  readonly maxActive: number
  /** "measured" unless said otherwise. */
  readonly drafting?: DraftMode
  /** What decode steps compute on; absent: cores of their own. */
  readonly cores?: Cores
}

/**
 * [Note: Scheduling] Continuous batching over the sequences of one context with a unified KV cache.
 *
 * A request waits in a fair queue until it can be admitted: a place among the active ones is free, and the KV cells of its
 * prompt and longest answer, less those of the prefix it shares, can be kept free for it. Idle sequences (kept for their
 * prefixes) give way to that. Since what a request may need is reserved before it begins, every admitted request can end, so
 * the queue always moves: there is no deadlock. Who goes first, and which active ones step back: [Note: Chats before batches].
 *
 * Each step then carries one token of every answering request, and of one request that is still at its prompt as many tokens
 * as keep the step short for the others (with the short ends of other prompts), or a slice of a picture. While a chat is at its
 * prompt, batch requests are left out, and a call that serves them alone, one of them at its prompt, is aborted when a chat arrives.
 * Prefixes are shared as they stand: positions are never shifted. A request whose prefix another one is evaluating right now
 * waits for it, so that no picture is evaluated twice.
 *
 * What cells mean depends on what they were evaluated with. A change of that (adapters) has a place in the line: it is made when
 * all requests before it have ended, all cells are forgotten with it, and only then do the requests behind it begin.
 */
export class Scheduler {
  readonly #context: NativeContext
  readonly #pictures: EmbeddingCache | null
  /** The sequences and their cells: for what is kept of them on disk, for figures and tests. */
  readonly pool: SequencePool
  /** Sequences that are saved and restored beside the requests. */
  readonly lending: Lending
  /** In the order of admission. */
  readonly #active = new Set<Job>()
  readonly #admission: Admission
  readonly #pace = new PrefillPace()
  readonly #evaluator: Evaluator
  /** Jobs of the native call in flight. */
  #inFlight: ReadonlySet<Job> = new Set()
  readonly #changes = new Changes(() => this.#kick())
  readonly #givingWay = new GivingWay()
  readonly #cores: Cores
  #loop: Promise<void> | null = null
  /** Whether something has changed since the last step was planned. */
  #hasNews = false
  #closed: AppError | null = null

  constructor(context: NativeContext, pictures: EmbeddingCache | null, options: SchedulerOptions) {
    this.#context = context
    this.#pictures = pictures
    this.#cores = options.cores ?? new Cores(false)
    this.pool = new SequencePool(context)
    this.lending = new Lending(context, this.pool, { reserved: () => this.#admission.reserved(), mayLend: () => this.#changes.mayLend, onReturn: () => this.#kick() })
    this.#admission = new Admission(this.pool, this.#active, options.maxActive, () => this.lending.reserved)
    this.#evaluator = new Evaluator(context, this.pool, this.#pace, options.drafting)
  }

  /** Keeps a place in the line for a request that comes before it is ready for `submit`; whoever takes one leaves it. */
  takePlace(): Place {
    return this.#changes.takePlace()
  }

  /** Queues a request and returns its events. Aborting its signal or leaving the stream ends its work. */
  submit(input: JobInput, place = this.takePlace()): EventStream<GenerateEvent> {
    const job: Job = new Job(input, place.after, () => this.#abort(job))
    place.leave()
    const refusal = this.#closed ?? refusalOf(job, this.pool.totalCells)
    if (refusal !== null) {
      job.fail(refusal)
      return job.events
    }
    input.signal.addEventListener('abort', () => this.#abort(job), { once: true })
    this.#admission.push(job)
    if (!job.isBatch) this.#chatArrives(job)
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

  /** Fails all requests and waits for the native call in flight; the context may be disposed after that. */
  async close(error: AppError = new AppError('ENGINE_STOPPED')): Promise<void> {
    this.#closed = error
    this.#changes.giveUpAll(error)
    for (const job of this.#admission.all()) this.#drop(job, error)
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

  /** What a batch has under way gives way: a call for it, or a picture that the next step would wait for. */
  #chatArrives(job: Job): void {
    if (this.#givingWay.chatArrives(job, this.#inFlight)) this.#context.abort()
    if (this.#admission.hasChat) this.#pictures?.hold(true)
  }

  #kick(): void {
    this.#hasNews = true
    if (this.#loop === null) this.#loop = this.#run()
  }

  async #run(): Promise<void> {
    // Callers of `submit` get their stream before any event is pushed.
    await Promise.resolve()
    for (;;) {
      if (await this.#cores.use(async () => await this.#step())) continue
      if (this.#isChangeDue()) {
        if (await this.#changes.makeFirst()) this.pool.clear()
      } else if (!this.#hasNews) break
    }
    this.#loop = null
  }

  /** Plans a step when the cores are free for it, so that it is the right one by then, and makes it. Returns false where there is none. */
  async #step(): Promise<boolean> {
    this.#hasNews = false
    const step = this.#nextStep()
    if (step !== null) await this.#perform(step)
    return step !== null
  }

  /** Whether no request is left that came before the first change. */
  #isChangeDue(): boolean {
    return this.#changes.isNext && !this.lending.isUnderWay && this.#active.size === 0 && this.#admission.all().every((job) => job.isHeld)
  }

  #nextStep(): Step | null {
    if (this.#closed === null) this.#admit()
    this.#pictures?.hold(this.#admission.hasChat)
    return this.#givingWay.planned(planStep(this.#active, this.#pace, this.#givingWay.isBatchTurn))
  }

  #admit(): void {
    for (let move = this.#admission.next(); move !== null; move = this.#admission.next()) {
      if (move.type === 'begin') this.#begin(move.job, move.prefix, move.needed)
      else this.#stepBack(move.job)
    }
  }

  #stepBack(job: Job): void {
    this.#leave(job)
    job.stepBack()
    this.#admission.putBack(job)
  }

  #begin(job: Job, prefix: Prefix, needed: number): void {
    this.#admission.take(job)
    const sequence = this.pool.claim(prefix, job.isBatch, this.#admission.pictures)
    if (!this.pool.shrinkTo(this.pool.totalCells - this.#admission.reserved() - needed)) throw new Error('reserved more KV cells than there are')
    try {
      job.admit(sequence, prefix.cells)
    } catch (error) {
      this.pool.release(sequence)
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
    job.reuseImages(images.length - missing.length)
    job.progress(missing.length > 0 ? 'image' : 'prompt')
    if (missing.length > 0) void this.#fetch(job, missing)
  }

  async #fetch(job: Job, missing: readonly ImageItem[]): Promise<void> {
    const { left } = job
    try {
      await fetchPictures(job, missing, this.#pictures, () => this.#kick())
    } catch (error) {
      if (left.aborted) return
      if (this.#inFlight.has(job)) job.events.fail(error)
      else this.#drop(job, error)
      this.#kick()
    }
  }

  async #perform(step: Step): Promise<void> {
    const { answering, prompting, picturing, othersWait } = step
    const jobs = [...answering, ...prompting.map(({ job }) => job)]
    if (jobs.length > 0) {
      await this.#call(jobs, async () => await this.#evaluator.decode(step, (job, result) => this.#take(job, result)))
    }
    if (picturing !== null && picturing.job.state === 'prompt' && !picturing.job.events.ended && !(this.#givingWay.hasNews && picturing.job.isBatch)) {
      await this.#call([picturing.job], async () => await this.#evaluator.evaluatePicture(picturing.job, picturing.item, othersWait))
    }
  }

  /** Runs one native call for these jobs, in the order of its entries; its failure fails them, or the one to blame, its abort drops those that asked for it. */
  async #call(jobs: readonly Job[], work: () => Promise<void>): Promise<void> {
    this.#inFlight = new Set(jobs)
    let [failure, failed]: [AppError | null, readonly Job[]] = [null, jobs]
    try {
      await work()
      this.#givingWay.completed(jobs)
    } catch (error) {
      failed = blamed(error, jobs)
      // An aborted call has left no cells behind: requests that did not ask for it go on with the next one.
      failure = isAborted(error) ? null : toEngineError(error)
    }
    this.#inFlight = new Set()
    for (const job of jobs) {
      if (failure !== null && failed.includes(job)) this.#discard(job, failure)
      else if (this.#closed !== null) this.#drop(job, this.#closed)
      else if (job.events.ended) this.#drop(job, new AppError('ABORTED'))
    }
  }

  #take(job: Job, sampled: NativeSampled): void {
    if (job.events.ended) return
    job.state = 'answer'
    if (sampled.endOfGeneration) this.#finish(job, 'end', sampled)
    else if (job.answer(sampled) || sampled.endsGrammar) this.#finish(job, 'end')
    else if (job.generated >= job.input.maxTokens) this.#finish(job, 'length')
  }

  #finish(job: Job, stop: 'end' | 'length', ending?: NativeSampled): void {
    job.finish(stop, ending)
    this.#leave(job)
  }

  /** Ends a request that is in no native call; what it evaluated stays as an idle prefix. */
  #drop(job: Job, error: unknown): void {
    if (job.state === 'done') return
    this.#admission.remove(job)
    job.fail(error)
    this.#leave(job)
  }

  #leave(job: Job): void {
    this.#active.delete(job)
    if (job.sequence !== null) {
      job.input.onLeave?.(job.sequence.items)
      this.pool.release(job.sequence, job.state === 'done')
    }
    job.sequence = null
  }

  /** Ends a request after a failed native call: its cells may hold anything. */
  #discard(job: Job, error: AppError): void {
    if (job.sequence !== null) this.pool.discard(job.sequence)
    job.sequence = null
    this.#active.delete(job)
    job.fail(error)
  }
}
