import type { NativeContext } from '../../native/binding.d.ts'
import { totalCells } from './items.ts'
import type { Item } from './items.ts'
import type { SequencePool } from './SequencePool.ts'

/** What lending asks of the scheduler. */
export interface Lender {
  /** Cells that active requests, and loans, may still take. */
  readonly reserved: () => number
  /** Not while what cells mean is changing, or is about to. */
  readonly mayLend: () => boolean
  /** A loan has ended: requests and changes that waited for it may go on. */
  readonly onReturn: () => void
}

/**
 * Sequences lent to work beside the requests: one is written into a file, or filled from one. Such a sequence is neither evicted
 * nor continued in place; a prefix of one that is written may be shared all the same. The native context does all of it in order
 * with the steps, so a request waits for the file under way at most.
 */
export class Lending {
  readonly #context: Pick<NativeContext, 'saveSequence' | 'restoreSequence'>
  readonly #pool: SequencePool
  readonly #lender: Lender
  #loans = 0
  #reserved = 0

  constructor(context: Pick<NativeContext, 'saveSequence' | 'restoreSequence'>, pool: SequencePool, lender: Lender) {
    this.#context = context
    this.#pool = pool
    this.#lender = lender
  }

  /** Whether anything is lent. */
  get isUnderWay(): boolean {
    return this.#loans > 0
  }

  /** Cells that sequences will take when they are filled. */
  get reserved(): number {
    return this.#reserved
  }

  /**
   * Writes an idle sequence that begins with these items. Returns all that it holds, and the bytes written; null where there is
   * none. Rejects with the context's errors.
   */
  async save(items: readonly Item[], path: string): Promise<{ items: readonly Item[]; bytes: number } | null> {
    const sequence = this.#lender.mayLend() ? this.#pool.idleWith(items) : null
    if (sequence === null) return null
    const held = [...sequence.items]
    sequence.busy = true
    this.#loans++
    try {
      return { items: held, bytes: await this.#context.saveSequence(sequence.id, path) }
    } finally {
      // Not `release`: it was not used, and leaves as early as before.
      sequence.busy = false
      this.#return()
    }
  }

  /**
   * Fills a sequence with these items from a file, as far as idle ones can make room for it. Returns whether it did: there was
   * room, and `isRight` said afterwards that it was the right file. Rejects with the context's errors; then nothing of it is left.
   */
  async restore(items: readonly Item[], path: string, isRight: () => Promise<boolean>): Promise<boolean> {
    const cells = totalCells(items)
    const left = this.#pool.totalCells - this.#lender.reserved() - cells
    if (!this.#lender.mayLend() || this.#pool.cellsInUseWith({ source: null, items: 0, cells: 0 }) > left) return false
    const sequence = this.#pool.claimEmpty()
    if (sequence === null) return false
    this.#pool.shrinkTo(left)
    this.#reserved += cells
    this.#loans++
    try {
      await this.#context.restoreSequence(sequence.id, path)
      if (!(await isRight())) {
        this.#pool.discard(sequence)
        return false
      }
      for (const item of items) this.#pool.append(sequence, item)
      this.#pool.release(sequence)
      return true
    } catch (error) {
      this.#pool.discard(sequence)
      throw error
    } finally {
      this.#reserved -= cells
      this.#return()
    }
  }

  #return(): void {
    this.#loans--
    this.#lender.onReturn()
  }
}
