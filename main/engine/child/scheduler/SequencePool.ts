import type { NativeContext } from '../../native/binding.d.ts'
import { cellsOf, commonPrefix, positionsOf } from './items.ts'
import type { Item } from './items.ts'

/** KV cells that were evaluated as one item; sequences that share a prefix hold the same units. */
interface Unit {
  readonly cells: number
  holders: number
}

/** One sequence of the context and what its KV cells hold. */
export interface Sequence {
  readonly id: number
  readonly items: Item[]
  readonly units: Unit[]
  /** Position of the next item. */
  position: number
  /** Whether a request works in it, or it is lent (`Lending`); else it is idle and kept for its prefix. */
  busy: boolean
  /** Whether the last request in it was one of a batch: when idle, it gives way before those of chats. */
  isBatch: boolean
  /** Whether that request has come to its end, so that it will not go on from these cells. */
  isSpent: boolean
  /** Order of last use, for eviction. */
  usedAt: number
}

/** A prefix that is already evaluated. */
export interface Prefix {
  /** Null where there is none. */
  readonly source: Sequence | null
  readonly items: number
  readonly cells: number
}

type Cells = Pick<NativeContext, 'copySequence' | 'removeRange' | 'contextSize' | 'sequences'>

/**
 * Book-keeping of the KV cells of one unified cache: which sequence holds which items, and how many cells that takes when
 * shared prefixes are counted once. Mirrors every change into the native context at once.
 */
export class SequencePool {
  readonly #context: Cells
  readonly #sequences: Sequence[]
  #usedCells = 0
  #clock = 0

  constructor(context: Cells) {
    this.#context = context
    this.#sequences = Array.from({ length: context.sequences }, (_, id) => ({ id, items: [], units: [], position: 0, busy: false, isBatch: false, isSpent: false, usedAt: 0 }))
  }

  get totalCells(): number {
    return this.#context.contextSize
  }

  get usedCells(): number {
    return this.#usedCells
  }

  get sequences(): readonly Sequence[] {
    return this.#sequences
  }

  /** The longest evaluated prefix of `items`; the last item is never part of it, since its logits are wanted. */
  longestPrefix(items: readonly Item[]): Prefix {
    let best: Prefix = { source: null, items: 0, cells: 0 }
    for (const source of this.#sequences) {
      const count = commonPrefix(source.items, items, items.length - 1)
      const takesOver = count === best.items && best.source?.busy === true && !source.busy
      if (count > 0 && (count > best.items || takesOver)) best = { source, items: count, cells: 0 }
    }
    return { ...best, cells: items.slice(0, best.items).reduce<number>((sum, item) => sum + cellsOf(item), 0) }
  }

  /** The idle sequence of the chat that was active last. */
  get lastChat(): Sequence | null {
    let last: Sequence | null = null
    for (const sequence of this.#sequences) {
      if (sequence.busy || sequence.isBatch || sequence.items.length === 0) continue
      if (last === null || sequence.usedAt > last.usedAt) last = sequence
    }
    return last
  }

  /** Cells that stay taken if every sequence leaves but those that stay, and the prefix. */
  cellsInUseWith(prefix: Prefix, stays: (sequence: Sequence) => boolean = ({ busy }) => busy): number {
    const held = new Set<Unit>()
    for (const sequence of this.#sequences) if (stays(sequence)) for (const unit of sequence.units) held.add(unit)
    for (const unit of prefix.source?.units.slice(0, prefix.items) ?? []) held.add(unit)
    let cells = 0
    for (const unit of held) cells += unit.cells
    return cells
  }

  /**
   * A sequence that holds exactly the prefix, marked busy. An idle source that is a prefix as a whole is continued in place,
   * but not a chat's by a batch, which would make it the batch's; otherwise its cells are shared with a free sequence, or with that of the least recently used idle one.
   * There must be one: the caller never has more requests at work than sequences.
   *
   * What ended requests of a batch left is forgotten when its next one begins: pages hardly ever come back, and in a unified cache every
   * cell that is taken costs the prompts of all others (on two cores the prompt of a page took up to twice as long in a cache full of
   * pages). It also lets each page find the cache as the first one did, so that a run gives the same bytes each time: where cells
   * lie decides how sums over them are rounded. `awaited`: keys of pictures whose cells waiting requests will share.
   */
  claim(prefix: Prefix, isBatch = false, awaited: ReadonlySet<string> = new Set()): Sequence {
    const { source } = prefix
    if (isBatch) for (const sequence of this.#sequences) if (sequence !== source && isSpent(sequence, awaited)) this.#truncate(sequence, 0)
    const isWhole = source !== null && (source.items.length === prefix.items || (isBatch && isSpent(source, awaited)))
    const inPlace = isWhole && !source.busy && (source.isBatch || !isBatch)
    const target = inPlace ? source : this.#vacant(source)
    if (target !== source) {
      this.#truncate(target, 0)
      if (source !== null && prefix.items > 0) this.#share(source, target, prefix.items)
    } else this.#truncate(target, prefix.items)
    target.busy = true
    target.isBatch = isBatch
    target.usedAt = ++this.#clock
    return target
  }

  /** An empty sequence, marked busy: a free one, or the least recently used idle one. Null where all are busy. */
  claimEmpty(): Sequence | null {
    if (this.#sequences.every(({ busy }) => busy)) return null
    const target = this.#vacant(null)
    this.#truncate(target, 0)
    target.busy = true
    target.isBatch = false
    return target
  }

  /** An idle sequence that begins with all of these items. */
  idleWith(items: readonly Item[]): Sequence | null {
    return this.#sequences.find((sequence) => !sequence.busy && commonPrefix(sequence.items, items, items.length) === items.length) ?? null
  }

  /**
   * Frees idle sequences, those of batches before those of chats, least recently used first, until at most `cells` are taken.
   * False where that is not enough.
   */
  shrinkTo(cells: number): boolean {
    while (this.#usedCells > cells) {
      const idle = this.#leastRecentlyUsed(null)
      if (idle === null) return false
      this.#truncate(idle, 0)
    }
    return true
  }

  /** Records an item whose cells were just evaluated at the sequence's position. */
  append(sequence: Sequence, item: Item): void {
    const cells = cellsOf(item)
    sequence.items.push(item)
    sequence.units.push({ cells, holders: 1 })
    sequence.position += positionsOf(item)
    this.#usedCells += cells
  }

  /** Ends a request's work, for good or for a while: what is evaluated stays as idle prefix. Cells beyond it (half a picture) are dropped. */
  release(sequence: Sequence, isSpent = false): void {
    this.#context.removeRange(sequence.id, sequence.position, -1)
    sequence.busy = false
    sequence.isSpent = isSpent
    sequence.usedAt = ++this.#clock
  }

  /** Forgets a sequence whose cells can no longer be trusted, and makes it idle. */
  discard(sequence: Sequence): void {
    this.#truncate(sequence, 0)
    this.#context.removeRange(sequence.id, 0, -1)
    sequence.busy = false
  }

  /** Forgets all cells; no sequence is busy. */
  clear(): void {
    for (const sequence of this.#sequences) this.discard(sequence)
  }

  #vacant(source: Sequence | null): Sequence {
    const empty = this.#sequences.find((sequence) => !sequence.busy && sequence.items.length === 0)
    const vacant = empty ?? this.#leastRecentlyUsed(source) ?? source
    if (vacant === null || vacant.busy) throw new Error('every sequence is busy')
    return vacant
  }

  #leastRecentlyUsed(except: Sequence | null): Sequence | null {
    let oldest: Sequence | null = null
    for (const sequence of this.#sequences) {
      if (sequence.busy || sequence === except || sequence.items.length === 0) continue
      if (oldest === null || leavesBefore(sequence, oldest)) oldest = sequence
    }
    return oldest
  }

  #share(source: Sequence, target: Sequence, count: number): void {
    for (let index = 0; index < count; index++) {
      const unit = source.units[index] as Unit
      unit.holders++
      target.units.push(unit)
      target.items.push(source.items[index] as Item)
      target.position += positionsOf(source.items[index] as Item)
    }
    this.#context.copySequence(source.id, target.id, 0, target.position)
  }

  #truncate(sequence: Sequence, count: number): void {
    if (sequence.items.length === count) return
    for (let index = sequence.items.length; index > count; index--) {
      const unit = sequence.units.pop() as Unit
      const item = sequence.items.pop() as Item
      sequence.position -= positionsOf(item)
      if (--unit.holders === 0) this.#usedCells -= unit.cells
    }
    this.#context.removeRange(sequence.id, sequence.position, -1)
  }
}

/** Whether an ended request of a batch left it, and nobody waits to share it. */
function isSpent(sequence: Sequence, awaited: ReadonlySet<string>): boolean {
  if (sequence.busy || !sequence.isBatch || !sequence.isSpent) return false
  return !sequence.items.some((item) => typeof item !== 'number' && awaited.has(item.key))
}

function leavesBefore(sequence: Sequence, other: Sequence): boolean {
  return sequence.isBatch === other.isBatch ? sequence.usedAt < other.usedAt : sequence.isBatch
}
