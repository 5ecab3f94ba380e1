/** Where documents commonly come from, as BCP 47; each writes numbers or days in a way of its own. */
const common = ['en-US', 'en-GB', 'de-DE', 'de-CH', 'fr-FR', 'it-IT', 'es-ES', 'pt-BR', 'nl-NL', 'pl-PL', 'sv-SE', 'tr-TR', 'ru-RU', 'en-IN', 'ja-JP', 'ko-KR', 'zh-CN', 'zh-TW'] as const

/**
 * The choices of how numbers and days are printed, each with an example: `German (Germany) · 1.234,56 · 31.12.2026`.
 * @param language The language of the screen. @param own What is chosen now; it is among the choices whatever it is.
 */
export function localeChoices(language: string, own: string | null): readonly { readonly value: string; readonly label: string }[] {
  const names = new Intl.DisplayNames(language, { type: 'language' })
  const all: readonly string[] = own === null || common.some((one) => one === own) ? common : [own, ...common]
  return all.map((value) => ({ value, label: describe(value, names) }))
}

function describe(locale: string, names: Intl.DisplayNames): string {
  try {
    const number = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(1234.56)
    const day = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeZone: 'UTC' }).format(Date.UTC(2026, 11, 31))
    return `${names.of(locale) ?? locale} · ${number} · ${day}`
  } catch {
    // A template file may name a language that nobody knows.
    return locale
  }
}
