import { oneLine, type Terminal } from './terminal.ts'

/** The one line on stderr that says how far things are: written over on a screen, line after line where nobody watches. */
export class OverwrittenLine {
  readonly #terminal: Terminal
  #shown = ''

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** Does nothing for the text that stands there. */
  write(wanted: string): void {
    const text = oneLine(wanted)
    if (text === this.#shown) return
    this.#shown = text
    this.#terminal.error(this.#terminal.errorIsScreen ? `\r\u001b[K${text}` : `${text}\n`)
  }

  /** Takes the line away, before a result or an error is written; what left for a file or pipe stays. */
  clear(): void {
    if (this.#shown !== '' && this.#terminal.errorIsScreen) this.#terminal.error('\r\u001b[K')
    this.#shown = ''
  }
}
