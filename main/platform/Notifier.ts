/**
 * Wakes everybody who waits for "something changed". Holds no values, so nothing can pile up behind a slow reader:
 * a reader looks at the state itself, then waits for the next change.
 */
export class Notifier {
  #waiting = new Set<() => void>()

  notify(): void {
    const waiting = this.#waiting
    this.#waiting = new Set()
    for (const wake of waiting) wake()
  }

  /** Resolves at the next `notify` or when `signal` aborts, whichever comes first; never rejects. */
  next(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve()
        return
      }
      const wake = () => {
        this.#waiting.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal?.addEventListener('abort', wake, { once: true })
    })
  }

  /** How many are waiting now; for tests that prove nobody is left behind. */
  get waiting(): number {
    return this.#waiting.size
  }
}
