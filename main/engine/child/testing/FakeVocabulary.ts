import type { TemplateModel } from '../text/chatTemplate.ts'

/** First id that is no character. */
const firstControl = 0x110000

/** A model whose tokens are characters and some control tokens. For tests of what stands around a tokenizer. */
export class FakeVocabulary implements TemplateModel {
  readonly info: TemplateModel['info']
  readonly #controls: readonly string[]

  constructor(chatTemplate: string | null, controls: readonly string[], addsBos: boolean) {
    this.#controls = controls
    this.info = { chatTemplate, addsBos, vocabulary: firstControl + controls.length }
  }

  idOf(control: string): number {
    return firstControl + this.#controls.indexOf(control)
  }

  tokenize(text: string, { special }: { special: boolean }): Int32Array {
    const ids: number[] = []
    for (let at = 0; at < text.length; ) {
      const control = special ? this.#controls.find((token) => text.startsWith(token, at)) : undefined
      const id = control === undefined ? (text.codePointAt(at) ?? 0) : this.idOf(control)
      ids.push(id)
      at += control?.length ?? String.fromCodePoint(id).length
    }
    return Int32Array.from(ids)
  }

  piece(token: number): Uint8Array {
    return Buffer.from(this.#controls[token - firstControl] ?? String.fromCodePoint(token))
  }
}
