import { collectGarbage } from '../collectGarbage.ts'

/** Answers after which garbage is collected. */
const answersBetween = 32

/**
 * [Note: Tidying] V8 lets garbage grow with the heap: some ten megabytes of messages that nobody needs any more, one more with
 * every hundred answers, until it collects them all. That is a tenth of what the engine takes besides the model, and looks like a
 * leak to whoever watches. So it is collected after a number of answers, when none is under way; it takes about 15 ms.
 */
export class Tidying {
  readonly #returnFreed: () => void
  #underWay = 0
  #ended = 0

  /** `returnFreed`: gives memory that was freed back to the system. */
  constructor(returnFreed: () => void) {
    this.#returnFreed = returnFreed
  }

  /** An answer begins; the function that is returned ends it. */
  begin(): () => void {
    this.#underWay++
    return () => {
      this.#underWay--
      this.#ended++
      if (this.#underWay > 0 || this.#ended < answersBetween) return
      this.#ended = 0
      void collectGarbage().then(this.#returnFreed)
    }
  }
}
