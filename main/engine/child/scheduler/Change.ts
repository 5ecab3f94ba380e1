import { AppError } from '../../../contract/errors/AppError.ts'

/** A change of what requests are evaluated with; it stands in line between those that came before it and those after it. */
export class Change {
  /** Settles when it was made, failed or was given up. */
  readonly done: Promise<void>
  readonly #work: () => Promise<void>
  #settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | null = null
  #isOver = false

  constructor(work: () => Promise<void>) {
    this.#work = work
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
  }

  /** Whether nobody has to wait for it any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Makes the change. Returns whether it was made; never rejects. */
  async make(): Promise<boolean> {
    try {
      await this.#work()
      this.#isOver = true
      this.#settle?.resolve()
      return true
    } catch (error) {
      this.giveUp(error)
      return false
    }
  }

  /** Before its turn came, or when it failed. */
  giveUp(error: unknown = new AppError('ABORTED')): void {
    this.#isOver = true
    this.#settle?.reject(error)
  }
}
