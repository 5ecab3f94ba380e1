import { OverwrittenLine } from '../OverwrittenLine.ts'
import type { Terminal } from '../terminal.ts'
import type { ExtractStep } from './ExtractRun.ts'
import { wordsOf } from './words.ts'
import { duration } from '../models/table.ts'

/** How far a pile is, on stderr; where nobody watches, a line at every tenth part. */
export class ProgressLine {
  readonly #terminal: Terminal
  readonly #line: OverwrittenLine

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    this.#line = new OverwrittenLine(terminal)
  }

  show({ counts: { done, failed, skipped, total }, millisecondsLeft }: Extract<ExtractStep, { type: 'progress' }>): void {
    const words = wordsOf(this.#terminal.language)
    const past = done + failed + skipped
    if (!this.#terminal.errorIsScreen) {
      const percent = Math.floor((100 * past) / Math.max(1, total))
      this.#line.write(words.part(percent - (percent % 10)))
      return
    }
    const figures = [words.progress(past, total), failed === 0 ? '' : words.failed(failed), millisecondsLeft === null ? '' : words.left(duration(Math.ceil(millisecondsLeft / 1000)))]
    this.#line.write(figures.filter((figure) => figure !== '').join(', '))
  }

  clear(): void {
    this.#line.clear()
  }
}
