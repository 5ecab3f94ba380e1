/** Reads a typed address of the web: null where nothing was typed, undefined where it is none. As the contract's settings allow. */
export function readAddress(text: string): string | null | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return null
  return /^https?:\/\/./i.test(trimmed) && URL.canParse(trimmed) && trimmed.length <= 2000 ? trimmed : undefined
}
