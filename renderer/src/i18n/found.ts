import type { ErrorParams } from '../../../main/contract/errors/codes.ts'
import type { Language } from '../../../main/contract/language.ts'

/** Chinese for what a file turned out to be (`found`); names of formats need none. */
const chinese: Readonly<Record<string, string>> = {
  text: '文本',
  binary: '未知的二进制数据',
  unknown: '未知数据',
  video: '视频',
  audio: '音频',
  archive: '压缩包',
  document: '文档',
}

/** Error parameters with the word in `found` put into the language of the sentence. */
export function foundWords(params: ErrorParams, language: Language): ErrorParams {
  const { found } = params
  if (language === 'en' || typeof found !== 'string') return params
  return { ...params, found: chinese[found] ?? found }
}
