import type { Language } from '../../contract/language.ts'
import type { AnswerStep } from '../../services/chat/writeAnswer.ts'
import type { Terminal } from './terminal.ts'

type Progress = Extract<AnswerStep, { type: 'progress' }>

const words: Readonly<Record<Language, Record<Progress['phase'], string>>> = {
  en: { queued: 'Waiting', loading: 'Loading the model', image: 'Looking at the picture', prompt: 'Reading the question' },
  'zh-CN': { queued: '等待中', loading: '正在加载模型', image: '正在查看图片', prompt: '正在阅读问题' },
}

/** One line of progress on stderr that is written over and removed before the result; silent where nobody watches. */
export class StatusLine {
  readonly #terminal: Terminal
  #shown = ''

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  show(progress: Progress): void {
    const line = words[this.#terminal.language][progress.phase] + (progress.fraction === null ? ' ...' : ` ${Math.round(progress.fraction * 100)} %`)
    if (!this.#terminal.errorIsScreen || line === this.#shown) return
    this.#shown = line
    this.#terminal.error(`\r\u001b[K${line}`)
  }

  clear(): void {
    if (this.#shown !== '') this.#terminal.error('\r\u001b[K')
    this.#shown = ''
  }
}
