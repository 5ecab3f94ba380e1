import type { Random } from '../../../../../bench/synthetic/random.ts'

type Node =
  | { type: 'text'; text: string }
  | { type: 'class'; negated: boolean; ranges: [number, number][] }
  | { type: 'rule'; name: string }
  | { type: 'sequence' | 'either'; parts: Node[] }
  | { type: 'repeat'; part: Node; least: number; most: number }

/** A random text of a grammar in GBNF, as far as our grammars use it: literals, classes, groups, alternatives, repetitions. */
export function writeFromGrammar(grammar: string, random: Random): string {
  const rules = new Map(grammar.split('\n').map((line) => {
    const [name = '', body = ''] = line.split(/ ::= (.*)/s)
    return [name, new BodyParser(body).either()] as const
  }))
  const below = (count: number) => random.bits() % count
  const write = (node: Node): string => {
    switch (node.type) {
      case 'text':
        return node.text
      case 'class':
        return writeClass(node, below)
      case 'rule': {
        const rule = rules.get(node.name)
        if (rule === undefined) throw new Error(`no rule ${node.name}`)
        return write(rule)
      }
      case 'sequence':
        return node.parts.map(write).join('')
      case 'either':
        return write(node.parts[below(node.parts.length)]!)
      case 'repeat': {
        // The bounds more often than anything between them.
        const times = [node.least, node.most, node.least + below(node.most - node.least + 1)][below(3)]!
        return Array.from({ length: times }, () => write(node.part)).join('')
      }
    }
  }
  return write({ type: 'rule', name: 'root' })
}

/** Characters that tend to break things, where the class has them; else any of it. */
const awkward = Array.from('{}[],:"\\/ \'<&=+-@0e.é\u00A0\u2028漢\uFFFD').map((character) => character.codePointAt(0)!).concat(0x1f600)

function writeClass({ negated, ranges }: Extract<Node, { type: 'class' }>, below: (count: number) => number): string {
  const has = (code: number) => ranges.some(([from, to]) => code >= from && code <= to) !== negated
  for (;;) {
    const [from, to] = ranges[below(ranges.length)]!
    const code = negated ? (below(2) === 0 ? awkward[below(awkward.length)]! : below(0x500)) : from + below(to - from + 1)
    if (has(code)) return String.fromCodePoint(code)
  }
}

/** Repetitions where the grammar sets no end. */
const FEW = 3

class BodyParser {
  readonly #body: string
  #at = 0

  constructor(body: string) {
    this.#body = body
  }

  either(): Node {
    const parts = [this.#sequence()]
    while (this.#take('|')) parts.push(this.#sequence())
    return { type: 'either', parts }
  }

  #sequence(): Node {
    const parts: Node[] = []
    for (;;) {
      while (this.#take(' '));
      const next = this.#body[this.#at]
      if (next === undefined || next === '|' || next === ')') return { type: 'sequence', parts }
      parts.push(this.#repeated(this.#one()))
    }
  }

  #one(): Node {
    if (this.#take('(')) {
      const inside = this.either()
      if (!this.#take(')')) throw new Error(`no ) at ${this.#at}`)
      return inside
    }
    if (this.#take('"')) return this.#literal()
    if (this.#take('[')) return this.#class()
    const [name = ''] = this.#match(/^[A-Za-z0-9-]+/)
    return { type: 'rule', name }
  }

  #literal(): Node {
    let text = ''
    while (!this.#take('"')) text += String.fromCodePoint(this.#character())
    return { type: 'text', text }
  }

  #class(): Node {
    const negated = this.#take('^')
    const ranges: [number, number][] = []
    while (!this.#take(']')) {
      const from = this.#character()
      ranges.push([from, this.#body[this.#at] === '-' && this.#body[this.#at + 1] !== ']' && this.#take('-') ? this.#character() : from])
    }
    return { type: 'class', negated, ranges }
  }

  #character(): number {
    if (!this.#take('\\')) {
      const code = this.#body.codePointAt(this.#at)
      if (code === undefined) throw new Error('the grammar ends within a literal')
      this.#at += String.fromCodePoint(code).length
      return code
    }
    if (this.#take('x')) return parseInt(this.#match(/^[0-9A-F]{2}/)[0], 16)
    const [letter] = this.#match(/^["\\]/)
    return letter.charCodeAt(0)
  }

  #repeated(part: Node): Node {
    if (this.#take('?')) return { type: 'repeat', part, least: 0, most: 1 }
    if (this.#take('*')) return { type: 'repeat', part, least: 0, most: FEW }
    const found = /^\{(\d+),(\d*)\}/.exec(this.#body.slice(this.#at))
    if (found === null) return part
    this.#at += found[0].length
    return { type: 'repeat', part, least: Number(found[1]), most: found[2] === '' ? Number(found[1]) + FEW : Number(found[2]) }
  }

  #take(character: string): boolean {
    if (this.#body[this.#at] !== character) return false
    this.#at++
    return true
  }

  #match(pattern: RegExp): RegExpExecArray {
    const found = pattern.exec(this.#body.slice(this.#at))
    if (found === null) throw new Error(`not understood at ${this.#at}: ${this.#body}`)
    this.#at += found[0].length
    return found
  }
}
