import { AppError } from '../../../contract/errors/AppError.ts'
import { Change } from './Change.ts'

/** A request's place in the line, kept for it while it is made ready. */
export interface Place {
  /** The change it stands behind, if there is one. */
  readonly after: Change | null
  /** The request is queued, or will not come: changes behind it wait for the place no more. */
  readonly leave: () => void
}

/**
 * Changes of what requests are evaluated with that are still to be made. Each stands between the requests that came before it,
 * which end as they began, and those that come after it, which wait for it.
 */
export class Changes {
  readonly #waiting: Change[] = []
  readonly #places = new Set<Place>()
  readonly #onLeave: () => void
  #isMaking = false

  /** `onLeave`: a change was given up or a place left, so that those behind it may go on. */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave
  }

  /** Whether there is one that waits for no request still to be queued. */
  get isNext(): boolean {
    return this.#waiting.length > 0 && !this.#isAwaiting
  }

  /** Whether cells may be lent: none is being made or about to be. One that waits for a request waits for what brings its cells back, too. */
  get mayLend(): boolean {
    return !this.#isMaking && (this.#waiting.length === 0 || this.#isAwaiting)
  }

  /** Keeps the place of a request that has come and is not ready to be queued. It must be left. */
  takePlace(): Place {
    const leave = () => {
      if (this.#places.delete(place)) this.#onLeave()
    }
    const place: Place = { after: this.#waiting.at(-1) ?? null, leave }
    this.#places.add(place)
    return place
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

  /** Whether a request that came before all changes is still to be queued. */
  get #isAwaiting(): boolean {
    return [...this.#places].some(({ after }) => after?.isOver !== false)
  }

  #giveUp(change: Change, error: AppError): void {
    const index = this.#waiting.indexOf(change)
    if (index < 0) return
    this.#waiting.splice(index, 1)
    change.giveUp(error)
    this.#onLeave()
  }
}
