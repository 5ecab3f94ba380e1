/** Languages whose names of months are understood, whatever language the app has. */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl'] as const

/** The number of a month by its name or a short form of it, in any of the languages or in that of `locale`; null where it is none. */
export function monthNumber(name: string, locale: string): number | null {
  const plain = plainName(name)
  if (plain.length < 3) return null
  for (const names of [namesIn(locale), ...LANGUAGES.map(namesIn)]) {
    const exact = names.findIndex((forms) => forms.includes(plain))
    if (exact >= 0) return exact + 1
  }
  // "Sept", "Febr", "Octob": the beginning of one month's name alone.
  const months = new Set<number>()
  for (const names of LANGUAGES.map(namesIn)) for (const [index, forms] of names.entries()) if (forms.some((form) => form.startsWith(plain))) months.add(index + 1)
  const [only] = months
  return months.size === 1 && only !== undefined ? only : null
}

const known = new Map<string, string[][]>()

/** Of each month its names: long and short, alone and within a date, without accents. */
function namesIn(locale: string): string[][] {
  const found = known.get(locale) ?? computeNames(locale)
  known.set(locale, found)
  return found
}

function computeNames(locale: string): string[][] {
  return Array.from({ length: 12 }, (_, month) => {
    const day = Date.UTC(2024, month, 15)
    const forms = (['long', 'short'] as const).flatMap((width) => [
      format(locale, { month: width }, day),
      format(locale, { month: width, day: 'numeric', year: 'numeric' }, day),
    ])
    return [...new Set(forms.map(plainName).filter((form) => form !== ''))]
  })
}

function format(locale: string, options: Intl.DateTimeFormatOptions, day: number): string {
  try {
    const parts = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC', calendar: 'gregory' }).formatToParts(day)
    return parts.find(({ type }) => type === 'month')?.value ?? ''
  } catch {
    return ''
  }
}

/** In small letters, without accents, points and spaces. */
function plainName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\p{M}\p{P}\s\d]/gu, '')
    .toLowerCase()
}
