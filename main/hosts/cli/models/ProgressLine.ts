import type { Download } from '../../../contract/domains/download.ts'
import type { Terminal } from '../terminal.ts'
import { duration, size } from './table.ts'
import { wordsOf } from './words.ts'

/** One line of progress on stderr that is written over; where nobody watches, one line at every tenth part. */
export class ProgressLine {
  readonly #terminal: Terminal
  #shown = ''

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  show(download: Download): void {
    const line = this.#line(download)
    if (line === this.#shown) return
    this.#shown = line
    this.#terminal.error(this.#terminal.errorIsScreen ? `\r\u001b[K${line}` : `${line}\n`)
  }

  clear(): void {
    if (this.#shown !== '' && this.#terminal.errorIsScreen) this.#terminal.error('\r\u001b[K')
    this.#shown = ''
  }

  #line({ name, state, received, bytes, bytesPerSecond, secondsLeft }: Download): string {
    const words = wordsOf(this.#terminal.language)
    if (state === 'checking') return `${name}: ${words.checking}`
    if (state === 'queued') return `${name}: ${words.waiting}`
    if (state === 'verifying') return `${name}: ${words.verifying}`
    const percent = bytes === null ? null : Math.floor((100 * received) / Math.max(1, bytes))
    if (!this.#terminal.errorIsScreen) return percent === null ? name : `${name}: ${percent - (percent % 10)} %`
    const figures = [percent === null ? '' : `${percent} %`, size(received), bytesPerSecond === null ? '' : `${size(bytesPerSecond)}/s`, secondsLeft === null ? '' : words.left(duration(secondsLeft))]
    return `${name}: ${figures.filter((figure) => figure !== '').join(', ')}`
  }
}
