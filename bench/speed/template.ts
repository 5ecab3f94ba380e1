import type { BenchPicture } from './BenchPictures.ts'
import type { BenchRequest } from './request.ts'

/**
 * A template for pages, as both sides get it: instructions, the page, then a record in JSON that a grammar holds. Every
 * character that the grammar leaves open or fixes is a token of its own in the synthetic vocabularies, and every value has a
 * fixed length, so that both write the same number of tokens.
 */
const fields = [
  ['number', '[0-9] [0-9] [0-9] [0-9] [0-9] [0-9]'],
  ['date', '[0-9] [0-9] [0-9] [0-9] "-" [0-9] [0-9] "-" [0-9] [0-9]'],
  ['tax', '[0-9] [0-9] "." [0-9] [0-9]'],
  ['total', '[0-9] [0-9] [0-9] "." [0-9] [0-9]'],
] as const

const instructions = 'A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the questions. USER: '
const order = '\nThe record. ASSISTANT:'
/** More than any record has. */
const maxTokens = 128

/** The characters of a value, in order. */
const member = ([name, value]: (typeof fields)[number]): string => String.raw`"\"${name}\":\"" ${value} "\""`

/** One request for the whole record of a page. */
export function recordRequest(picture: BenchPicture, conversation: string): BenchRequest {
  const grammar = `root ::= "{" ${fields.map(member).join(' "," ')} "}"`
  return { conversation, before: instructions, picture, after: order, maxTokens, grammar, priority: 'batch' }
}

/** One request for each field of it, which share all of their prompt but its end. */
export function fieldRequests(picture: BenchPicture, conversation: string): BenchRequest[] {
  return fields.map(([name, value], i) => ({
    ...{ conversation: `${conversation} ${i}`, before: instructions, picture, maxTokens, priority: 'batch' as const },
    after: `${order} {"${name}":"`,
    grammar: `root ::= ${value} "\\""`,
  }))
}
