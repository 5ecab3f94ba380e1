import { AppError } from '../../../contract/errors/AppError.ts'
import type { NativeModel } from '../../native/binding.d.ts'
import type { TemplateMessage } from '../../protocol.ts'
import { numberAt } from '../../../gguf/ggufHeader.ts'
import type { GgufHeader } from '../../../gguf/ggufHeader.ts'
import { renderTemplate } from './renderTemplate.ts'
import type { Ends } from './renderTemplate.ts'

export type { Ends } from './renderTemplate.ts'

/** What is asked of a model here. */
export type TemplateModel = Pick<NativeModel, 'tokenize' | 'piece'> & { readonly info: Pick<NativeModel['info'], 'chatTemplate' | 'addsBos' | 'vocabulary'> }

/** Longest reason that is passed on: templates raise their own words. */
const longestReason = 200

/** What the model's file calls its beginning and end of a document. */
export function endsOf(model: TemplateModel, metadata: GgufHeader['metadata']): Ends {
  const textOf = (key: string) => {
    const id = numberAt(metadata, key)
    // llama.cpp, too, passes over an id that its vocabulary does not have.
    return id === undefined || id >= model.info.vocabulary ? '' : Buffer.from(model.piece(id)).toString()
  }
  return { bos: textOf('tokenizer.ggml.bos_token_id'), eos: textOf('tokenizer.ggml.eos_token_id') }
}

/** The protocol's `render`. `name`: the model's, for the error. Throws `TEMPLATE_FAILED`. */
export function writeWithTemplate(model: TemplateModel, ends: Ends, name: string, messages: readonly TemplateMessage[]): { text: string; controls: string[] } {
  const { chatTemplate, addsBos } = model.info
  if (chatTemplate === null) throw new AppError('TEMPLATE_FAILED', { model: name, detail: 'it has none' })
  const text = render(chatTemplate, messages, ends, name)
  const own = addsBos && ends.bos !== '' && text.startsWith(ends.bos) ? text.slice(ends.bos.length) : text
  return { text: own, controls: controlTokensIn(model, own) }
}

function render(source: string, messages: readonly TemplateMessage[], ends: Ends, model: string): string {
  try {
    return renderTemplate(source, messages, ends)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('TEMPLATE_FAILED', { model, detail: reason.replaceAll(/[\p{Cc}\p{Co}\s]+/gu, ' ').trim().slice(0, longestReason) }, { cause })
  }
}

/**
 * The control tokens that a text would be cut into: those that are one token where control tokens are parsed, and others where
 * they are not. Tokens that a vocabulary merely defines ("user defined") are parsed everywhere by llama.cpp, so they are none.
 */
function controlTokensIn(model: TemplateModel, text: string): string[] {
  const tokenize = (words: string, special: boolean) => model.tokenize(words, { special, bos: false })
  const isAlone = (ids: Int32Array, id: number) => ids.length === 1 && ids[0] === id
  const found: string[] = []
  for (const id of new Set(tokenize(text, true))) {
    const piece = Buffer.from(model.piece(id)).toString()
    if (text.includes(piece) && isAlone(tokenize(piece, true), id) && !isAlone(tokenize(piece, false), id)) found.push(piece)
  }
  return found
}
