import llamaTokenizer from 'llama-tokenizer-js'
import type { DraftPart } from '../prompt/buildPrompt.ts'

/** LLaVA's `IMAGE_TOKEN_INDEX` (`llava/constants.py`): where a picture stands among token ids. */
export const IMAGE_TOKEN = -200

/**
 * Token ids of a prompt by the real vocabulary of LLaMA 1 and 2, computed without llama.cpp: an independent judge for
 * tests. BOS stands in front; `<s>` and `</s>` are the control tokens it knows.
 */
export function llamaTokens(parts: readonly DraftPart<unknown>[]): number[] {
  const ids = [1]
  for (const part of parts) {
    if (part.type === 'image') ids.push(IMAGE_TOKEN)
    else if (!part.trusted) ids.push(...llamaTokenizer.encode(part.text, false, true))
    else if (part.text === '<s>') ids.push(1)
    else if (part.text === '</s>') ids.push(2)
    else throw new Error(`Not a control token of LLaMA: ${part.text}`)
  }
  return ids
}
