import type { Language } from '../../contract/language.ts'
import type { AnswerStep } from '../../services/chat/writeAnswer.ts'
import { OverwrittenLine } from './OverwrittenLine.ts'
import type { Terminal } from './terminal.ts'

type Progress = Extract<AnswerStep, { type: 'progress' }>

const words: Readonly<Record<Language, Record<Progress['phase'], string>>> = {
  en: { queued: 'Waiting', loading: 'Loading the model', image: 'Looking at the picture', prompt: 'Reading the question' },
  'zh-CN': { queued: '等待中', loading: '正在加载模型', image: '正在查看图片', prompt: '正在阅读问题' },
}

/** How far an answer is, on stderr; removed before the result, silent where nobody watches. */
export class StatusLine {
  readonly #terminal: Terminal
  readonly #line: OverwrittenLine

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    this.#line = new OverwrittenLine(terminal)
  }

  show(progress: Progress): void {
    if (!this.#terminal.errorIsScreen) return
    this.#line.write(words[this.#terminal.language][progress.phase] + (progress.fraction === null ? ' ...' : ` ${Math.round(progress.fraction * 100)} %`))
  }

  clear(): void {
    this.#line.clear()
  }
}
