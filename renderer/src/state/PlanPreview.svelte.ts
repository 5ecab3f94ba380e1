import type { Plan, PlanChoices } from '../../../main/contract/domains/library.ts'
import { isAbort, type AppError } from '../../../main/contract/errors/AppError.ts'
import { readError } from '../transport/errors.ts'

/** Milliseconds of rest after a choice before the services are asked: a person who types a number means its last digit. */
const settleTime = 250

type Ask = (choices: PlanChoices, signal: AbortSignal) => Promise<Plan>

/** What loading a model would take, kept in step with the choices a person tries out. The last answer stays until the next one. */
export class PlanPreview {
  plan = $state.raw<Plan | null>(null)
  error = $state.raw<AppError | null>(null)
  /** What is shown is older than the choices. */
  pending = $state(false)
  choices = $state.raw<PlanChoices>() as PlanChoices
  readonly #ask: Ask
  #timer: ReturnType<typeof setTimeout> | undefined
  #asking: AbortController | null = null

  constructor(ask: Ask, choices: PlanChoices) {
    this.#ask = ask
    this.choices = choices
  }

  /** Tries out other choices. */
  change(change: Partial<PlanChoices>): void {
    this.choices = { ...this.choices, ...change }
    this.pending = true
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.refresh(), settleTime)
  }

  /** Asks now. An answer to an earlier question is dropped, whenever it comes. */
  async refresh(): Promise<void> {
    this.dispose()
    const asking = new AbortController()
    this.#asking = asking
    this.pending = true
    try {
      const plan = await this.#ask(this.choices, asking.signal)
      if (this.#asking !== asking) return
      this.plan = plan
      this.error = null
    } catch (thrown) {
      if (this.#asking !== asking) return
      // What was lost with the connection is asked again when it is back.
      this.error = isAbort(thrown) || readError(thrown).code === 'CONNECTION_LOST' ? null : readError(thrown)
      if (this.error !== null) this.plan = null
    }
    this.pending = false
  }

  /** Drops whatever is on its way. */
  dispose(): void {
    clearTimeout(this.#timer)
    this.#asking?.abort()
    this.#asking = null
  }
}
