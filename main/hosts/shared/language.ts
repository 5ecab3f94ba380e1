import { languageOf, type Language } from '../../contract/language.ts'

/** The language of the terminal, by POSIX precedence (LC_ALL, LC_MESSAGES, LANG); the first one that is set decides. */
export function languageOfEnvironment(env: Readonly<Record<string, string | undefined>>): Language {
  return languageOf(systemLocale(env))
}

/** The locale of the environment as BCP 47 ("zh_CN.UTF-8" becomes "zh-CN"); the system's where no variable says. */
export function systemLocale(env: Readonly<Record<string, string | undefined>>): string {
  const set = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '')
  if (set === undefined) return Intl.DateTimeFormat().resolvedOptions().locale
  const tag = (set.split(/[.@]/)[0] ?? '').replaceAll('_', '-')
  // "C" and "POSIX" ask for untranslated messages.
  return tag === '' || tag === 'C' || tag === 'POSIX' ? 'en' : tag
}
