import type { DraftPart } from '../../prompt/buildPrompt.ts'

/**
 * A prompt whose answer has begun with `beginning`. It joins the last stretch of ordinary text, as the tokenizer would have
 * seen it in one call (see [Note: Parts and tokens] in `buildPrompt.ts`), with the space between them that answers have in every
 * template here: none behind a newline or a control token. `beginning` must not end with a space: tokens take the space in front of them along.
 */
export function withBeginning<Image>(parts: readonly DraftPart<Image>[], beginning: string): DraftPart<Image>[] {
  const last = parts.at(-1)
  if (last?.type !== 'text' || last.trusted) return [...parts, { type: 'text', text: beginning, trusted: false }]
  const space = /\s$/u.test(last.text) ? '' : ' '
  return [...parts.slice(0, -1), { ...last, text: last.text + space + beginning }]
}

/** What is given of a record's answer: all up to the value of its member `name`, were that the first one. */
export function beginningFor(name: string): string {
  return `{${JSON.stringify(name)}:`
}
