import { createInstance } from 'i18next'
import type { ErrorData } from '../../contract/errors/AppError.ts'
import { foundWords } from '../../contract/errors/found.ts'
import { english } from '../../contract/errors/texts.en.ts'
import { simplifiedChinese } from '../../contract/errors/texts.zh.ts'
import type { Language } from '../../contract/language.ts'

const texts = createInstance({
  lng: 'en',
  resources: { en: { translation: english }, 'zh-CN': { translation: simplifiedChinese } },
  // Terminals and native dialogs show plain text; there is nothing to escape.
  interpolation: { escapeValue: false },
  keySeparator: false,
  nsSeparator: false,
})
// Synchronous: the resources are given, nothing is fetched.
void texts.init()

/** The sentence a person reads for an error, in their language. */
export function errorSentence(error: ErrorData, language: Language): string {
  return texts.t(error.code, { ...foundWords(error.params, language), lng: language })
}
