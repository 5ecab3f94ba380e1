import { Notifier } from './Notifier.ts'

/**
 * Facts for any number of readers. Each reader gets the facts from its subscription on; facts with the same key that a
 * slow reader has not taken yet are merged into one, so a reader holds at most one fact per key.
 */
export class Broadcast<T> {
  readonly #keyOf: (value: T) => string
  readonly #pending = new Set<Map<string, T>>()
  readonly #notifier = new Notifier()
  #closed = false

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf
  }

  emit(value: T): void {
    const key = this.#keyOf(value)
    for (const pending of this.#pending) pending.set(key, value)
    this.#notifier.notify()
  }

  get readers(): number {
    return this.#pending.size
  }

  /** Subscribes at once (not at the first `next`), so that nothing between the call and the loop is missed. */
  subscribe(signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
    const pending = new Map<string, T>()
    // A caller that left already may never start the loop, which alone would remove it again.
    if (signal?.aborted !== true) this.#pending.add(pending)
    const leave = () => void this.#pending.delete(pending)
    signal?.addEventListener('abort', leave, { once: true })
    return this.#read(pending, leave, signal)
  }

  async *#read(pending: Map<string, T>, leave: () => void, signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
    try {
      while (signal?.aborted !== true) {
        const values = [...pending.values()]
        pending.clear()
        yield* values
        // `yield*` takes a moment even for nothing: what came meanwhile has woken nobody.
        if (values.length > 0 || pending.size > 0) continue
        if (this.#closed) return
        await this.#notifier.next(signal)
      }
    } finally {
      leave()
      signal?.removeEventListener('abort', leave)
    }
  }

  /** Ends every reader after what it has not taken yet. */
  dispose(): void {
    this.#closed = true
    this.#notifier.notify()
  }
}
