import { oneLine, type Terminal } from './terminal.ts'

/** The sentence for a step on this terminal; null: what stands there stays. */
export type Describe<Step> = (step: Step, terminal: Terminal) => string | null

/** The one line on stderr that says how far things are: written over on a screen, line after line where nobody watches. */
export class ProgressLine<Step> {
  readonly #terminal: Terminal
  readonly #describe: Describe<Step>
  #shown = ''

  constructor(terminal: Terminal, describe: Describe<Step>) {
    this.#terminal = terminal
    this.#describe = describe
  }

  /** Does nothing where the sentence stands there already. */
  show(step: Step): void {
    const said = this.#describe(step, this.#terminal)
    const text = said === null ? null : oneLine(said)
    if (text === null || text === this.#shown) return
    this.#shown = text
    this.#terminal.error(this.#terminal.errorIsScreen ? `\r\u001b[K${text}` : `${text}\n`)
  }

  /** Takes the line away, before a result or an error is written; what left for a file or pipe stays. */
  clear(): void {
    if (this.#shown !== '' && this.#terminal.errorIsScreen) this.#terminal.error('\r\u001b[K')
    this.#shown = ''
  }
}
