import type { Language } from '../../contract/language.ts'
import type { AnswerStep } from '../../services/chat/writeAnswer.ts'
import type { Terminal } from './terminal.ts'

type Progress = Extract<AnswerStep, { type: 'progress' }>

const words: Readonly<Record<Language, Record<Progress['phase'], string>>> = {
  en: { queued: 'Waiting', loading: 'Loading the model', image: 'Looking at the picture', prompt: 'Reading the question' },
  'zh-CN': { queued: '等待中', loading: '正在加载模型', image: '正在查看图片', prompt: '正在阅读问题' },
}

/** How far an answer is, for a `ProgressLine`; nothing where nobody watches. */
export function describeAnswer({ phase, fraction }: Progress, { errorIsScreen, language }: Terminal): string | null {
  return errorIsScreen ? words[language][phase] + (fraction === null ? ' ...' : ` ${Math.round(fraction * 100)} %`) : null
}
