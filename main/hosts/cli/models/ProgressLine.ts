import type { Download } from '../../../contract/domains/download.ts'
import { OverwrittenLine } from '../OverwrittenLine.ts'
import type { Terminal } from '../terminal.ts'
import { duration, size } from './table.ts'
import { wordsOf } from './words.ts'

/** How far a download is, on stderr; where nobody watches, a line at every tenth part. */
export class ProgressLine {
  readonly #terminal: Terminal
  readonly #line: OverwrittenLine

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    this.#line = new OverwrittenLine(terminal)
  }

  show(download: Download): void {
    this.#line.write(this.#describe(download))
  }

  clear(): void {
    this.#line.clear()
  }

  #describe({ name, state, received, bytes, bytesPerSecond, secondsLeft }: Download): string {
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
