/** Each label once, as it was written first: "Taxes" and "taxes" are one label. */
export function distinctLabels(labels: readonly string[]): string[] {
  const seen = new Map<string, string>()
  for (const label of labels) {
    const text = label.trim().normalize('NFC')
    const key = text.toLowerCase()
    if (text !== '' && !seen.has(key)) seen.set(key, text)
  }
  return [...seen.values()]
}
