/** Reads a typed number within bounds: null where nothing was typed, 'invalid' where it is none or out of bounds. A decimal comma counts as a point. */
export function readNumber(text: string, bounds: { min: number; max: number; whole: boolean }): number | null | 'invalid' {
  const trimmed = text.trim().replace(',', '.')
  if (trimmed === '') return null
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(trimmed)) return 'invalid'
  const value = Number(trimmed)
  if (value < bounds.min || value > bounds.max || (bounds.whole && !Number.isInteger(value))) return 'invalid'
  return value
}
