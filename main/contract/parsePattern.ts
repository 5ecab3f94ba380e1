/** A regular expression as a tree. A `set` is one place where one character of a set stands; `source` writes the set. */
export type PatternNode =
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly body: PatternNode; readonly min: number; readonly max: number }
  /** Looks ahead or behind and takes nothing. */
  | { readonly kind: 'look'; readonly body: PatternNode }

/** Something that regular expressions may have and templates may not. */
export class UnsupportedPattern extends Error {}

const nothing: PatternNode = { kind: 'sequence', parts: [] }
/** One escape of a character or a set of them, in the syntax of flag u. */
const escape = /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Za-z]|[^])/uy
const characterClass = /\[(?:\\[^]|[^\]\\])*\]/uy
const groupStart = /\((?:\?(?:<?[=!]|:|<[^>]*>))?/uy
const quantifier = /(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/uy

/**
 * The tree of a regular expression that JavaScript takes with flag u (a stranger's: it may be anything). Throws
 * `UnsupportedPattern` for what makes it more than regular (backreferences), or what older engines lack (flags in groups).
 */
export function parsePattern(source: string): PatternNode {
  let at = 0

  function take(syntax: RegExp): RegExpExecArray | null {
    syntax.lastIndex = at
    const found = syntax.exec(source)
    if (found !== null) at += found[0].length
    return found
  }

  function choice(): PatternNode {
    const options = [sequence()]
    while (source[at] === '|') {
      at += 1
      options.push(sequence())
    }
    return options.length === 1 ? (options[0] ?? nothing) : { kind: 'choice', options }
  }

  function sequence(): PatternNode {
    const parts: PatternNode[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(atom()))
    return { kind: 'sequence', parts }
  }

  function repeated(body: PatternNode): PatternNode {
    const found = take(quantifier)
    if (found === null) return body
    const [text, least, comma, most] = found
    if (least === undefined) return { kind: 'repeat', body, min: text.startsWith('+') ? 1 : 0, max: text.startsWith('?') ? 1 : Infinity }
    return { kind: 'repeat', body, min: Number(least), max: comma === '' ? Number(least) : most === '' ? Infinity : Number(most) }
  }

  function atom(): PatternNode {
    switch (source.charAt(at)) {
      case '(':
        return group()
      case '[':
        return { kind: 'set', source: take(characterClass)?.[0] ?? '' }
      case '\\':
        return escaped(take(escape)?.[0] ?? '')
      case '^':
      case '$':
        at += 1
        return nothing
      default: {
        const character = String.fromCodePoint(source.codePointAt(at) ?? 0)
        at += character.length
        return { kind: 'set', source: character }
      }
    }
  }

  function group(): PatternNode {
    const start = take(groupStart)?.[0] ?? ''
    if (source[at] === '?') throw new UnsupportedPattern(source.slice(at - 1, at + 2))
    const body = choice()
    at += 1
    return /[=!]$/.test(start) ? { kind: 'look', body } : body
  }

  return choice()
}

function escaped(text: string): PatternNode {
  if (/^\\[1-9k]/.test(text)) throw new UnsupportedPattern(text)
  return text === '\\b' || text === '\\B' ? nothing : { kind: 'set', source: text }
}
