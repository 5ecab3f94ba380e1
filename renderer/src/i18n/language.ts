export type Language = 'en' | 'zh-CN'

/** The language to show: the one set, else the first of ours that the system's language (BCP 47) matches. */
export function chooseLanguage(wanted: string, systemLanguage: string): Language {
  const tag = wanted === 'system' ? systemLanguage : wanted
  return tag.toLowerCase().split(/[-_]/)[0] === 'zh' ? 'zh-CN' : 'en'
}

/** What fills the `{{braces}}` of a sentence. */
export type TextValues = Readonly<Record<string, string | number>>
