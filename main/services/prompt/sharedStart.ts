import type { DraftPart } from './buildPrompt.ts'

/**
 * What two prompts begin with in common. Where their texts part the white space before is left out as well: many tokenizers make one
 * token of it and the word behind it.
 */
export function sharedStart<Image>(a: readonly DraftPart<Image>[], b: readonly DraftPart<Image>[]): DraftPart<Image>[] {
  const shared: DraftPart<Image>[] = []
  for (const [index, part] of a.entries()) {
    const other = b[index]
    if (other === undefined) break
    if (isSame(part, other)) {
      shared.push(part)
      continue
    }
    if (part.type === 'text' && other.type === 'text' && part.trusted === other.trusted) {
      const text = sharedText(part.text, other.text).trimEnd()
      if (text !== '') shared.push({ ...part, text })
    }
    break
  }
  return shared
}

function isSame<Image>(a: DraftPart<Image>, b: DraftPart<Image>): boolean {
  if (a.type === 'image') return b.type === 'image' && a.image === b.image
  return b.type === 'text' && a.text === b.text && a.trusted === b.trusted
}

function sharedText(a: string, b: string): string {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return a.slice(0, length)
}
