import { FairQueue } from './FairQueue.ts'
import { commonPrefix } from './items.ts'
import type { Job } from './Job.ts'
import type { Prefix, SequencePool } from './SequencePool.ts'

/** What is to be done next so that a request may begin. */
export type Move =
  | { readonly type: 'begin'; readonly job: Job; readonly prefix: Prefix; readonly needed: number }
  /** A batch request at work makes room for a chat. */
  | { readonly type: 'stepBack'; readonly job: Job }

/**
 * A prefix another request is about to evaluate is waited for if that saves a picture or at least this many tokens. On a CPU each costs
 * about as much as one of the answer, and the wait is over as soon as they are evaluated.
 */
const worthWaitingFor = 8
/** How many chats a batch request lets go first without getting on. After that it counts as one, so that it ends however much is asked. */
const patience = 8

/**
 * [Note: Chats before batches] Who begins, and who steps back.
 *
 * Chats are admitted before batch requests, each kind in a fair queue of its own. The first request of a kind that does not fit
 * holds back those behind it, so none is overtaken for ever; a chat that does not fit holds back batch requests as well.
 *
 * A batch may take all places and cells but those of the chat that was active last, since that is the one a person is likely to
 * go on with (with nothing else at work it may take those, too, or it could wait for ever). A chat that finds no place, or no
 * cells, or a batch request in the middle of the prefix that it wants, sends batch requests back to the head of their queue, the
 * latest first. What those have evaluated stays as an idle prefix while nobody needs its cells; they go on from what is left of
 * it. A batch request that has let many chats go first, and got no token of its answer meanwhile, becomes one.
 */
export class Admission {
  readonly #pool: SequencePool
  readonly #active: ReadonlySet<Job>
  readonly #maxActive: number
  readonly #lent: () => number
  readonly #chats = new FairQueue<Job>()
  readonly #batches = new FairQueue<Job>()

  /** `active`: the requests at work, in the order of admission. `lent`: KV cells that sequences lent to other work will take. */
  constructor(pool: SequencePool, active: ReadonlySet<Job>, maxActive: number, lent: () => number) {
    this.#pool = pool
    this.#active = active
    this.#maxActive = maxActive
    this.#lent = lent
  }

  push(job: Job): void {
    this.#queueOf(job).push(job)
  }

  /** Puts a request that stepped back where it is the next of its kind. */
  putBack(job: Job): void {
    this.#queueOf(job).putBack(job)
  }

  /** Takes a request out that begins. The batch request whose turn is next has let a chat go first. */
  take(job: Job): void {
    this.#queueOf(job).take(job)
    const [first] = this.#batches.heads(mayBegin)
    if (job.isBatch || first === undefined) return
    first.chatsBefore++
    if (first.chatsBefore < patience) return
    this.#batches.remove(first)
    first.isBatch = false
    this.putBack(first)
  }

  remove(job: Job): void {
    this.#queueOf(job).remove(job)
  }

  /** The requests that wait, chats first. */
  all(): Job[] {
    return [...this.#chats.all(), ...this.#batches.all()]
  }

  /** Keys of the pictures that waiting requests show. */
  get pictures(): ReadonlySet<string> {
    return new Set(this.all().flatMap(({ items }) => items.flatMap((item) => (typeof item === 'number' ? [] : [item.key]))))
  }

  /**
   * Whether a chat is at work or waits. One that waits for a change, or for a batch request of its own conversation, does not count:
   * the batch has to go on for it.
   */
  get hasChat(): boolean {
    const batch = new Set([...this.#active].flatMap(({ isBatch, conversation }) => (isBatch ? [conversation] : [])))
    return [...this.#active].some(({ isBatch }) => !isBatch) || this.#chats.all().some((job) => mayBegin(job) && !batch.has(job.conversation))
  }

  /** The next move, given what is at work now; null where nobody can begin. Every move brings a beginning nearer. */
  next(): Move | null {
    for (const [queue, moveFor] of [[this.#chats, this.#chatMove], [this.#batches, this.#batchMove]] as const) {
      for (const job of queue.heads(mayBegin)) {
        if ([...this.#active].some((active) => active.conversation === job.conversation)) continue
        const move = moveFor.call(this, job)
        if (move === 'full') return null
        if (move !== 'later') return move
      }
    }
    return null
  }

  /** KV cells that the requests at work, but for those without, and sequences lent to other work may still take. */
  reserved(without: ReadonlySet<Job> = new Set()): number {
    let cells = this.#lent()
    for (const job of this.#active) if (!without.has(job)) cells += job.reserved
    return cells
  }

  #chatMove(job: Job): Move | 'full' | 'later' {
    const prefix = this.#pool.longestPrefix(job.items)
    const needed = job.cellsToCome - prefix.cells
    const batch = [...this.#active].filter((active) => active.isBatch)
    if (!this.#fits(prefix, needed, new Set(batch)) || this.#active.size - batch.length >= this.#maxActive) return 'full'
    const evaluating = this.#evaluating(job, prefix)
    if (evaluating?.isBatch === true) return { type: 'stepBack', job: evaluating }
    if (evaluating !== undefined) return 'later'
    if (this.#active.size < this.#maxActive && this.#fits(prefix, needed)) return { type: 'begin', job, prefix, needed }
    const last = batch.at(-1)
    return last === undefined ? 'full' : { type: 'stepBack', job: last }
  }

  #batchMove(job: Job): Move | 'full' | 'later' {
    if (this.#active.size >= this.#maxActive) return 'full'
    const prefix = this.#pool.longestPrefix(job.items)
    const needed = job.cellsToCome - prefix.cells
    if (this.#evaluating(job, prefix) !== undefined) return 'later'
    const kept = this.#active.size === 0 ? null : this.#pool.lastChat
    const taken = this.#pool.cellsInUseWith(prefix, (sequence) => sequence.busy || sequence === kept)
    return taken + this.reserved() + needed > this.#pool.totalCells ? 'full' : { type: 'begin', job, prefix, needed }
  }

  /** Whether the cells a request needs can be kept free for it, if the idle sequences and those of some requests leave. */
  #fits(prefix: Prefix, needed: number, without: ReadonlySet<Job> = new Set()): boolean {
    const idle = new Set([...without].map((job) => job.sequence))
    const taken = this.#pool.cellsInUseWith(prefix, (sequence) => sequence.busy && !idle.has(sequence))
    return taken + this.reserved(without) + needed <= this.#pool.totalCells
  }

  /** The request at work that is evaluating a prefix worth waiting for. */
  #evaluating(job: Job, prefix: Prefix): Job | undefined {
    return [...this.#active].find((active) => {
      if (active.state !== 'prompt' || active.events.ended) return false
      const count = commonPrefix(active.items, job.items, job.items.length - 1)
      const saved = job.items.slice(prefix.items, count)
      return saved.some((item) => typeof item !== 'number') || saved.length >= worthWaitingFor
    })
  }

  #queueOf(job: Job): FairQueue<Job> {
    return job.isBatch ? this.#batches : this.#chats
  }
}

/** One that stands behind a change waits for it, and holds nobody back: of its conversation, one from before the change may be queued later. */
function mayBegin(job: Job): boolean {
  return !job.isHeld
}
