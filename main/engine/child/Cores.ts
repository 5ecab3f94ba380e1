/**
 * [Note: One computation at a time] The machine's cores, taken by the encoder or by a decode step, never by both.
 *
 * ggml's threads wait for each other by spinning after every operation. Where encoder and decoder run at once with as many threads
 * as there are cores each, a thread that spins keeps the core of the one that it waits for: on two cores both together took more
 * than twice the time of one after the other (32 pages, four at a time). Whoever comes first goes first. On a graphics device nothing
 * spins, and both may be at work.
 */
export class Cores {
  readonly #isShared: boolean
  #last: Promise<void> = Promise.resolve()

  /** `isShared`: whether encoder and decoder compute on the same cores. Otherwise nobody waits. */
  constructor(isShared: boolean) {
    this.#isShared = isShared
  }

  /** Runs `work` when those that came before are done. Its result or error passes through. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#isShared) return await work()
    const before = this.#last
    let done: () => void = () => undefined
    this.#last = new Promise<void>((resolve) => (done = resolve))
    await before
    try {
      return await work()
    } finally {
      done()
    }
  }
}
