import { AppError } from '../../../contract/errors/AppError.ts'
import { Change } from './Change.ts'

/**
 * Changes of what requests are evaluated with that are still to be made. Each stands between the requests that came before it,
 * which end as they began, and those that come after it, which wait for it.
 */
export class Changes {
  readonly #waiting: Change[] = []
  readonly #onLeave: () => void
  #isMaking = false

  /** `onLeave`: a change was given up, so that requests behind it may go on. */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave
  }

  /** The one whose turn is next. */
  get first(): Change | null {
    return this.#waiting[0] ?? null
  }

  /** Whether one is being made, or is still to be. */
  get isAhead(): boolean {
    return this.#isMaking || this.#waiting.length > 0
  }

  /** The one a request that comes now stands behind. */
  get last(): Change | null {
    return this.#waiting.at(-1) ?? null
  }

  /** Adds a change. `done` settles with it; an abort of the signal gives it up unless it has left the line. */
  add(work: () => Promise<void>, signal?: AbortSignal): { readonly done: Promise<void> } {
    const change = new Change(work)
    const giveUp = () => this.#giveUp(change, new AppError('ABORTED'))
    this.#waiting.push(change)
    signal?.addEventListener('abort', giveUp, { once: true })
    if (signal?.aborted === true) giveUp()
    return { done: change.done.finally(() => signal?.removeEventListener('abort', giveUp)) }
  }

  /** Makes the first change; it cannot be given up any more. Returns whether it was made. */
  async makeFirst(): Promise<boolean> {
    const change = this.#waiting.shift()
    this.#isMaking = true
    const made = change !== undefined && (await change.make())
    this.#isMaking = false
    return made
  }

  giveUpAll(error: AppError): void {
    for (const change of [...this.#waiting]) this.#giveUp(change, error)
  }

  #giveUp(change: Change, error: AppError): void {
    const index = this.#waiting.indexOf(change)
    if (index < 0) return
    this.#waiting.splice(index, 1)
    change.giveUp(error)
    this.#onLeave()
  }
}
