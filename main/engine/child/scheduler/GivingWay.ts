import type { Job } from './Job.ts'
import type { Step } from './planStep.ts'

/** Of so many steps in a row that chats at their prompts would keep to themselves, the last is the batch's all the same. */
const batchTurnEvery = 8

/** How the steps of batch requests give way to chats, and what keeps that from going on for ever. See [Note: Chats before batches]. */
export class GivingWay {
  /** Whether the last call that batch requests took part in was aborted for a chat. */
  #wasAborted = false
  #hasNews = false
  /** Steps without the batch in a row. */
  #skipped = 0

  /** Whether the next step is the batch's turn. */
  get isBatchTurn(): boolean {
    return this.#skipped >= batchTurnEvery - 1
  }

  /** Whether a chat has arrived since the last step was planned: a batch's picture is not begun then. */
  get hasNews(): boolean {
    return this.#hasNews
  }

  /**
   * A chat has arrived. Whether the call in flight should be aborted for it: one that only batch requests wait for, at their
   * prompts, since such calls are long. Not twice in a row, so that they get on.
   */
  chatArrives(chat: Job, inFlight: ReadonlySet<Job>): boolean {
    this.#hasNews = true
    const jobs = [...inFlight]
    const aborts = !this.#wasAborted && !chat.isHeld && jobs.some((job) => job.state === 'prompt') && jobs.every((job) => job.isBatch)
    this.#wasAborted ||= aborts
    return aborts
  }

  /** Notes the step that comes next, and returns it. */
  planned(step: Step | null): Step | null {
    this.#hasNews = false
    // While a chat waits for its picture there is no step, and the count goes on afterwards.
    if (step !== null) this.#skipped = step.skipsBatch ? this.#skipped + 1 : 0
    return step
  }

  /** A call has come to its end. */
  completed(jobs: readonly Job[]): void {
    if (jobs.some((job) => job.isBatch)) this.#wasAborted = false
  }
}
