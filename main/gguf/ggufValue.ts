import { DistinctTexts } from './distinctTexts.ts'
import { GgufDamage } from './GgufCursor.ts'
import type { GgufCursor } from './GgufCursor.ts'

/** Type names by their number in a file (`enum gguf_type` of llama.cpp's `ggml/include/gguf.h`); 9 stands for arrays. */
const scalarTypes = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'f32', 'bool', 'string', null, 'u64', 'i64', 'f64'] as const
export type GgufScalarType = NonNullable<(typeof scalarTypes)[number]>
export type GgufType = GgufScalarType | `${GgufScalarType}[]`

/** A metadata value; of long arrays (vocabularies) and long texts only the length is kept. */
export type GgufValue = number | string | boolean | readonly (number | string | boolean)[] | { readonly skipped: number }

/** How an entry is written: its type, and its first byte and the byte behind its last in the file. */
export interface GgufEntry {
  readonly type: GgufType
  readonly start: number
  readonly end: number
}

/** Longest array that is kept. */
const longestArray = 1024
/** Longest text that is kept, in bytes; chat templates have some ten thousand. */
const longestText = 1024 * 1024
/** The list of tokens, whose length alone is kept. llama.cpp ends the process over a token that occurs twice. */
const vocabulary = 'tokenizer.ggml.tokens'
/** Eight times the largest there is (Gemma's); keeps a file of rubbish from stopping the process that reads it. */
const largestVocabulary = 2_000_000

/** Reads a value and its type's number in front of it. Throws `GgufDamage` for a type that does not exist. */
export function readValue(cursor: GgufCursor, key: string): { type: GgufType; value: GgufValue } {
  const number = cursor.u32()
  if (number !== 9) {
    const type = scalarType(number, key)
    return { type, value: readScalar(cursor, type) }
  }
  const type = scalarType(cursor.u32(), key)
  const size = sizeOf[type]
  const length = cursor.count(`elements of ${key}`, size)
  if (key === vocabulary && type === 'string') skipDistinct(cursor, length)
  else if (length <= longestArray) return { type: `${type}[]`, value: Array.from({ length }, () => readElement(cursor, type)) }
  else if (type === 'string') for (let index = 0; index < length; index++) cursor.skipText()
  else cursor.skip(length * size)
  return { type: `${type}[]`, value: { skipped: length } }
}

function skipDistinct(cursor: GgufCursor, length: number): void {
  if (length > largestVocabulary) throw new GgufDamage(`${vocabulary} holds ${length} tokens, more than any model has`)
  const seen = new DistinctTexts(cursor.source, length)
  for (let index = 0; index < length; index++) {
    // Byte for byte, since tokens need not be whole characters, and to the first zero, where llama.cpp's strings end.
    const bytes = cursor.count('the length of a text', 1)
    const start = cursor.place(bytes)
    let end = start
    while (end < start + bytes && cursor.source[end] !== 0) end++
    if (end > start && !seen.add(start, end)) throw new GgufDamage(`${vocabulary} holds number ${index} twice`)
  }
}

function scalarType(number: number, key: string): GgufScalarType {
  const type = scalarTypes[number]
  if (type === undefined || type === null) throw new GgufDamage(`${key} has the unknown type ${number}`)
  return type
}

/** Bytes of a value; of a string, the least. */
const sizeOf: Readonly<Record<GgufScalarType, number>> = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, bool: 1, string: 8, u64: 8, i64: 8, f64: 8 }

function readScalar(cursor: GgufCursor, type: GgufScalarType): GgufValue {
  if (type !== 'string') return readElement(cursor, type)
  const length = cursor.count('the length of a text', 1)
  if (length <= longestText) return cursor.utf8(length)
  cursor.skip(length)
  return { skipped: length }
}

function readElement(cursor: GgufCursor, type: GgufScalarType): number | string | boolean {
  if (type === 'string') return cursor.text('the length of a text')
  return type === 'bool' ? cursor.u8() !== 0 : cursor[type]()
}
