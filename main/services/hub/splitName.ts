/** How llama.cpp names the parts of a split model: `name-00001-of-00003.gguf`. */
const PART = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/

export interface SplitName {
  /** What all parts have in common. */
  readonly stem: string
  /** From 1. */
  readonly part: number
  readonly parts: number
}

/** Null for a path that names no part of a split model. */
export function splitName(path: string): SplitName | null {
  const [, stem, part, parts] = PART.exec(path) ?? []
  if (stem === undefined || Number(parts) < 2 || Number(part) < 1 || Number(part) > Number(parts)) return null
  return { stem, part: Number(part), parts: Number(parts) }
}

/** All parts of the model this path belongs to, first part first; the path itself where it is not split. */
export function partsOf(path: string): string[] {
  const split = splitName(path)
  if (split === null) return [path]
  const digits = (count: number) => String(count).padStart(5, '0')
  return Array.from({ length: split.parts }, (_, index) => `${split.stem}-${digits(index + 1)}-of-${digits(split.parts)}.gguf`)
}
