import type { Settings } from '../../contract/domains/app.ts'

/** Milliseconds between two looks at the file, which is small. */
const EVERY = 2000

/** Sees what another process changed in the settings that all processes of a data folder share. */
export class SettingsWatch {
  readonly #read: () => Settings
  readonly #timer: NodeJS.Timeout
  #known: string

  /** @param changed Called after another process changed something; a throw is not caught. */
  constructor(read: () => Settings, changed: () => void) {
    this.#read = read
    this.#known = JSON.stringify(read())
    this.#timer = setInterval(() => {
      const before = this.#known
      if (this.note() !== before) changed()
    }, EVERY)
    this.#timer.unref()
  }

  /** To be called after a change of this process's own, which is nobody else's. */
  note(): string {
    this.#known = JSON.stringify(this.#read())
    return this.#known
  }

  dispose(): void {
    clearInterval(this.#timer)
  }
}
