import type { Scalar } from '../../../contract/domains/extraction.ts'

interface Span {
  /** Where it stands in the answer, in UTF-16 units. */
  readonly start: number
  readonly end: number
  /** Whether its end stands there, too. */
  readonly finished: boolean
}
export type ScalarNode = Span & { readonly kind: 'scalar'; readonly value: Scalar }
export type ListNode = Span & { readonly kind: 'list'; readonly items: readonly ValueNode[] }
export type ObjectNode = Span & { readonly kind: 'object'; readonly members: ReadonlyMap<string, ValueNode> }
/** A JSON value and where it stands. */
export type ValueNode = ScalarNode | ListNode | ObjectNode

/**
 * Reads the JSON object that an answer begins with. Whatever a token limit left of one is read as far as it goes: a string
 * without its end has what is there of it. Throws where a grammar of ours could not have led.
 */
export function parseAnswer(text: string): ObjectNode {
  const node = new AnswerParser(text).value()
  if (node.kind !== 'object') throw new Error('The answer is no object')
  return node
}

class AnswerParser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(): ValueNode {
    this.#space()
    switch (this.#text[this.#at] ?? '') {
      case '{':
        return this.#object()
      case '[':
        return this.#list()
      case '"':
        return this.#string()
      default:
        return this.#word()
    }
  }

  #object(): ObjectNode {
    const start = this.#at++
    const members = new Map<string, ValueNode>()
    while (this.#more('}')) {
      const key = this.#string()
      this.#space()
      if (!key.finished || this.#text[this.#at] !== ':') break
      this.#at++
      this.#space()
      if (this.#at >= this.#text.length) break
      members.set(String(key.value), this.value())
    }
    return { kind: 'object', members, start, ...this.#close('}') }
  }

  #list(): ListNode {
    const start = this.#at++
    const items: ValueNode[] = []
    while (this.#more(']')) items.push(this.value())
    return { kind: 'list', items, start, ...this.#close(']') }
  }

  #string(): ScalarNode {
    const start = this.#at
    const [whole = '', inside = '', end = ''] = /^"((?:[^"\\]|\\u[0-9A-Fa-f]{4}|\\[^u])*)("?)/su.exec(this.#text.slice(start)) ?? this.#fail()
    this.#at += whole.length
    const finished = end !== ''
    // Half an escape at the end of a cut answer.
    if (!finished) this.#at = this.#text.length
    return { kind: 'scalar', value: JSON.parse(`"${inside}"`) as string, start, end: this.#at, finished }
  }

  /** A number or a literal; one at the very end of the text might have gone on. */
  #word(): ScalarNode {
    const start = this.#at
    const [word = ''] = /^[-+.\w]+/.exec(this.#text.slice(start)) ?? this.#fail()
    this.#at += word.length
    const isLiteral = /^(?:null|true|false)$/.test(word)
    const finished = isLiteral || this.#at < this.#text.length
    if (!finished) return { kind: 'scalar', value: /^-?\d/.test(word) ? word : null, start, end: this.#at, finished }
    return { kind: 'scalar', value: JSON.parse(word) as Scalar, start, end: this.#at, finished }
  }

  /** Whether another member or item begins here; steps over the comma before it. */
  #more(close: string): boolean {
    this.#space()
    if (this.#text[this.#at] === ',') this.#at++
    this.#space()
    return this.#at < this.#text.length && this.#text[this.#at] !== close
  }

  #close(close: string): { end: number; finished: boolean } {
    const finished = this.#text[this.#at] === close
    if (finished) this.#at++
    return { end: this.#at, finished }
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  #fail(): never {
    throw new Error(`The answer is no JSON at ${this.#at}`)
  }
}
