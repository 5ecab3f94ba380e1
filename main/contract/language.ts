import type { Settings } from './domains/app.ts'

/** Languages the app speaks. */
export type Language = Exclude<Settings['language'], 'system'>

/** The language for a system's locale (BCP 47, or POSIX without encoding). Traditional Chinese gets Simplified rather than English. */
export function languageOf(tag: string): Language {
  return tag.toLowerCase().split(/[-_]/)[0] === 'zh' ? 'zh-CN' : 'en'
}

/** The language to speak: the one set, else the one for the system's locale. */
export function chooseLanguage(wanted: Settings['language'], systemLanguage: string): Language {
  return wanted === 'system' ? languageOf(systemLanguage) : wanted
}
