/**
 * A stream that is written from callbacks and read by one `for await`. Unbounded: its writers produce a few events a frame.
 * A reader that leaves early runs `onLeave`.
 */
export class EventStream<T> implements AsyncIterableIterator<T> {
  readonly #waiting: T[] = []
  readonly #onLeave: () => void
  #reader: { resolve: (result: IteratorResult<T>) => void; reject: (error: unknown) => void } | null = null
  #ended = false
  #error: { readonly thrown: unknown } | null = null

  constructor(onLeave: () => void = () => undefined) {
    this.#onLeave = onLeave
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Adds an event; nothing happens after the end. */
  push(event: T): void {
    if (this.#ended) return
    const reader = this.#reader
    this.#reader = null
    if (reader === null) this.#waiting.push(event)
    else reader.resolve({ done: false, value: event })
  }

  /** Ends the stream after the events pushed so far. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#reader?.resolve({ done: true, value: undefined })
    this.#reader = null
  }

  /** Ends the stream with an error, which the reader gets after the events pushed so far. */
  fail(thrown: unknown): void {
    if (this.#ended) return
    this.#ended = true
    if (this.#reader === null) this.#error = { thrown }
    else this.#reader.reject(thrown)
    this.#reader = null
  }

  async next(): Promise<IteratorResult<T>> {
    const event = this.#waiting.shift()
    if (event !== undefined) return { done: false, value: event }
    const error = this.#error
    if (error !== null) {
      this.#error = null
      throw error.thrown
    }
    if (this.#ended) return { done: true, value: undefined }
    return await new Promise((resolve, reject) => {
      this.#reader = { resolve, reject }
    })
  }

  return(): Promise<IteratorResult<T>> {
    const early = !this.#ended
    this.#waiting.length = 0
    this.#error = null
    this.end()
    if (early) this.#onLeave()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
