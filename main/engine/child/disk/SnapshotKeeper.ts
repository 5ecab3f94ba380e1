import type { GenerateStats } from '../../protocol.ts'
import type { NativeErrorCode } from '../../native/binding.d.ts'
import { log } from '../log.ts'
import { commonPrefix, totalCells } from '../scheduler/items.ts'
import type { Item } from '../scheduler/items.ts'
import type { Lending } from '../scheduler/Lending.ts'
import type { SequencePool } from '../scheduler/SequencePool.ts'
import type { RestoreSpeed } from './RestoreSpeed.ts'
import type { Snapshot, SnapshotStore } from './SnapshotStore.ts'

/** What a keeper works with: where it keeps cells, whose they are, and what it should know of them. */
export interface KeeperParts {
  readonly store: SnapshotStore
  readonly speed: RestoreSpeed
  readonly pool: Pick<SequencePool, 'longestPrefix' | 'idleWith'>
  readonly lending: Lending
  /** Whether cells are now what snapshots hold: evaluated without adapters. */
  readonly isPlain: () => boolean
  /** Bytes of a KV cell, about. */
  readonly bytesPerCell: number
  /** Time without a request after which chats are saved. */
  readonly saveAfterMs: number
}

/** Fewer are evaluated sooner than they are written, read and checked; and what a restore must bring to be worth its while. */
const leastCells = 64
/** Chats that are remembered to be saved; those before them have been evicted by then. */
const mostChats = 32
/** Prompts shorter than this say little about the speed. */
const tellingTokens = 16
/** Written and read again for the checksum, until it has been measured. */
const assumedBytesPerMs = 400_000

/**
 * [Note: Snapshots] Keeps the KV cells of recent chats on disk and brings them back, so that a chat that is opened again after a
 * restart goes on at once. Saved is when nobody asks anything: each chat that has changed, the newest first; the next request
 * waits for the file under way at most. What is in a file never reaches llama.cpp unless its checksum is right. Everything here
 * may fail: then the prompt is evaluated.
 */
export class SnapshotKeeper {
  readonly #parts: KeeperParts
  /** What chats held when their last answers ended, the newest last: those that may have changed since they were saved. */
  readonly #changed = new Map<string, readonly Item[]>()
  /** Saves and restores, one after the other. */
  #turn: Promise<void> = Promise.resolve()
  #requests = 0
  #timer: NodeJS.Timeout | undefined
  #msPerCell: number | null = null
  #bytesPerMs = assumedBytesPerMs
  #closed = false
  readonly #late = new AbortController()
  /** Ends the save under way, whose checksum a request would wait for; it is saved another time. */
  #saving = new AbortController()
  /** Ends restores, which nobody waits for any more. */
  readonly #closing = new AbortController()

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  /** A request begins; the function that is returned ends it. */
  begin(): () => void {
    this.#requests++
    this.#saving.abort()
    clearTimeout(this.#timer)
    return () => {
      if (--this.#requests > 0 || this.#closed) return
      this.#timer = setTimeout(() => void this.#saveAll(() => this.#requests > 0 || this.#closed), this.#parts.saveAfterMs)
      this.#timer.unref()
    }
  }

  /** A chat's answer has ended, one way or the other; its sequence holds these items. */
  answered(conversation: string, items: readonly Item[]): void {
    this.#changed.delete(conversation)
    if (totalCells(items) < leastCells) return
    this.#changed.set(conversation, [...items])
    for (const oldest of this.#changed.keys()) if (this.#changed.size > mostChats) this.#changed.delete(oldest)
  }

  /** Learns from an answer's figures how fast prompts are evaluated. */
  measured({ evaluatedTokens, milliseconds }: GenerateStats): void {
    if (evaluatedTokens < tellingTokens) return
    const now = milliseconds.prompt / evaluatedTokens
    this.#msPerCell = this.#msPerCell === null ? now : (this.#msPerCell + now) / 2
  }

  /** Brings a chat's cells back where that is quicker than evaluating what the prompt shares with them. Never rejects. */
  async bringBack(conversation: string, items: readonly Item[], signal: AbortSignal): Promise<void> {
    if (this.#gain(items, items) < leastCells) return
    await this.#inTurn(async () => {
      if (this.#closed || signal.aborted || !this.#parts.isPlain()) return
      const snapshot = await this.#parts.store.find(conversation)
      if (snapshot !== null && (await this.#pays(snapshot, items))) await this.#restore(conversation, snapshot, AbortSignal.any([signal, this.#closing.signal]))
    })
  }

  /** Ends what is under way, and saves what can be saved within so many milliseconds. */
  async close(withinMs: number): Promise<void> {
    this.#closed = true
    this.#closing.abort()
    clearTimeout(this.#timer)
    const end = performance.now() + withinMs
    // Those that do not end in time are given up, so that they leave nothing behind.
    const timer = setTimeout(() => this.#late.abort(), withinMs)
    await this.#turn
    await this.#saveAll((bytes) => performance.now() + bytes / this.#bytesPerMs > end)
    clearTimeout(timer)
  }

  /** Cells of a snapshot that the prompt could use, beyond those that are there. */
  #gain(held: readonly Item[], items: readonly Item[]): number {
    const count = commonPrefix(held, items, items.length - 1)
    return totalCells(items, 0, count) - this.#parts.pool.longestPrefix(items).cells
  }

  async #pays(snapshot: Snapshot, items: readonly Item[]): Promise<boolean> {
    const gain = this.#gain(snapshot.items, items)
    if (gain < leastCells) return false
    const msPerCell = this.#msPerCell ?? (snapshot.evaluateMs === null ? null : snapshot.evaluateMs / snapshot.cells)
    const restoreMs = await this.#parts.speed.estimate(snapshot.bytes)
    // What is not known yet is measured by doing it.
    return msPerCell === null || restoreMs === null || restoreMs < gain * msPerCell
  }

  async #restore(conversation: string, snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    const { store, lending, speed } = this.#parts
    const startedAt = performance.now()
    try {
      const isBack = await store.use(conversation, snapshot, async (isUnchanged) => await this.#fill(lending, snapshot, isUnchanged), signal)
      if (isBack) await speed.measured(snapshot.bytes, performance.now() - startedAt)
    } catch (error) {
      // Cells that are taken by what nobody has counted: it may fit another time. Anything else will not.
      if ((error as { code?: NativeErrorCode }).code !== 'NO_KV_SLOT') await store.drop(conversation, String(error))
    }
  }

  async #fill(lending: Lending, { items, path }: Snapshot, isUnchanged: () => Promise<boolean>): Promise<boolean> {
    // Adapters may have been applied since.
    return !this.#closed && this.#parts.isPlain() && (await lending.restore(items, path, isUnchanged))
  }

  /** Saves the chats that have changed, the newest first; `isEnough` is asked before each, with the bytes it takes. */
  async #saveAll(isEnough: (bytes: number) => boolean): Promise<void> {
    for (const [conversation, items] of [...this.#changed].reverse()) {
      if (isEnough(totalCells(items) * this.#parts.bytesPerCell)) continue
      await this.#inTurn(async () => {
        // Another answer of the chat may have ended while this one waited for its turn.
        if (this.#changed.get(conversation) === items) await this.#save(conversation, items)
      })
    }
  }

  async #save(conversation: string, items: readonly Item[]): Promise<void> {
    const { store, pool, isPlain } = this.#parts
    // A request that goes on in the sequence will report what it holds at its end; one that was evicted has nothing to save.
    if (!isPlain() || pool.idleWith(items) === null) return
    this.#saving = new AbortController()
    const { signal: interrupted } = this.#saving
    // What was saved once need not be there any more: a person clears the disk, and other chats need the room.
    const kept = await store.find(conversation)
    const saved = kept !== null && holds(kept.items, items) ? kept.items : await this.#write(conversation, items, interrupted)
    if (saved === null && interrupted.aborted) return
    const now = this.#changed.get(conversation)
    // An answer that ended meanwhile may have brought nothing new.
    if (now === items || (now !== undefined && saved !== null && holds(saved, now))) this.#changed.delete(conversation)
  }

  /** Returns what was written, null where nothing was. */
  async #write(conversation: string, items: readonly Item[], interrupted: AbortSignal): Promise<readonly Item[] | null> {
    const { store, lending, isPlain, bytesPerCell } = this.#parts
    const bytes = totalCells(items) * bytesPerCell
    const startedAt = performance.now()
    const saved = await store.save(conversation, {
      bytes,
      evaluateMs: (cells) => (this.#msPerCell === null ? null : Math.max(1, this.#msPerCell * cells)),
      write: async (path) => (isPlain() && !interrupted.aborted ? await lending.save(items, path) : null),
      signal: AbortSignal.any([this.#late.signal, interrupted]),
    })
    if (saved !== null) this.#bytesPerMs = bytes / Math.max(1, performance.now() - startedAt)
    return saved
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: unknown) => log('warn', `a chat's cells: ${String(error)}`))
    await this.#turn
  }
}

/** Whether what is saved begins with all of these items. */
function holds(saved: readonly Item[], items: readonly Item[]): boolean {
  return commonPrefix(saved, items, items.length) === items.length
}
