import { unlessAborted } from './unlessAborted.ts'

/** Lets pieces of work run one at a time, in the order in which they came. */
export class Turns {
  #last: Promise<void> = Promise.resolve()

  /** Rejects as `work` does, and `ABORTED` where the signal comes before its turn; then the work is not begun. */
  async take<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const before = this.#last
    let end = () => {}
    const over = new Promise<void>((resolve) => {
      end = resolve
    })
    this.#last = before.then(async () => await over)
    try {
      await unlessAborted(before, signal)
      return await work()
    } finally {
      end()
    }
  }
}
