const minuteMs = 60_000

/** Counts work under way, and tells when there was none for a while. */
export class IdleTimer {
  readonly #onIdle: () => void
  #minutes: number | null = null
  #underWay = 0
  #timer: NodeJS.Timeout | undefined

  constructor(onIdle: () => void) {
    this.#onIdle = onIdle
  }

  /** Minutes without work after which to tell; null: never. Counts from now. */
  set(minutes: number | null): void {
    this.#minutes = minutes
    this.restart()
  }

  /** Counts from now: there is something new that can be idle. */
  restart(): void {
    clearTimeout(this.#timer)
    if (this.#minutes === null || this.#underWay > 0) return
    this.#timer = setTimeout(this.#onIdle, this.#minutes * minuteMs)
    // Waiting for nothing must not keep the program running.
    this.#timer.unref()
  }

  /** Work begins; the function that is returned ends it, once. */
  begin(): () => void {
    this.#underWay++
    clearTimeout(this.#timer)
    let ended = false
    return () => {
      if (ended) return
      ended = true
      this.#underWay--
      this.restart()
    }
  }

  stop(): void {
    this.set(null)
  }
}
