import { optionLetter } from '../../contract/answerWords.ts'
import type { AnswerFormat } from '../../contract/domains/format.ts'
import { beginningFor } from '../extraction/reading/answerBeginning.ts'
import { recordGrammar } from '../extraction/reading/grammars.ts'
import { GrammarWriter, literal } from '../extraction/reading/GrammarWriter.ts'

/** Characters of one string in a JSON answer whose members nobody named; a model that repeats itself ends there. */
const LONGEST_TEXT = 2000

/**
 * The space that LLaMA's models write before an answer: part of their first token, so the grammar must let it be. What the person sees
 * begins behind it.
 */
const SPACE = '" "?'

/** The grammar that holds an answer to its format; null where the words alone ask for it. */
export function formatGrammar(format: AnswerFormat): string | null {
  switch (format.type) {
    case 'letter':
      return oneOf(format.options.map((_, index) => optionLetter(index)))
    case 'json':
      return format.record === null ? anyObject() : record(format.record.fields)
    case 'free':
    case 'short':
    case 'caption':
    case 'detailed':
    case 'find':
    case 'region':
      return null
  }
}

/** One of these texts, and nothing behind it. */
export function oneOf(texts: readonly string[]): string {
  return `root ::= ${SPACE} (${texts.map(literal).join(' | ')})`
}

function record(fields: Parameters<typeof recordGrammar>[0]['fields']): string {
  const [first] = fields
  if (first === undefined) return anyObject()
  return recordGrammar({ fields }).replace('root ::= ', `root ::= ${SPACE} ${literal(beginningFor(first.name))} `)
}

/** A JSON object with any members. */
function anyObject(): string {
  const writer = new GrammarWriter()
  const text = writer.text(LONGEST_TEXT), number = writer.number()
  // At most one line break with its indent, so that white space ends.
  writer.rule('ws', String.raw`" "? | "\n" [ \t]{0,16}`)
  writer.rule('value', `object | array | ${text} | ${number} | "true" | "false" | "null"`)
  writer.rule('array', '"[" ws (value ws ("," ws value ws)*)? "]"')
  writer.rule('member', `${text} ws ":" ws value ws`)
  writer.rule('object', '"{" ws (member ("," ws member)*)? "}"')
  return writer.write(`${SPACE} object`)
}
