import * as z from 'zod'
import type { ScalarField } from '../../../contract/domains/template.ts'
import { inside, Keywords, SchemaProblem } from './Keywords.ts'
import type { PlainSchema } from './plainSchema.ts'
import { textPattern } from './textPattern.ts'
import { words } from './words.ts'

const count = z.number().int().min(0)
const LONGEST_TEXT = 2000
/** Most decimals a number can be held to. */
const MOST_DECIMALS = 6

/** A field of one value, without name and `required`. Throws a `SchemaProblem`. */
export function scalarMember({ keywords: schema, path }: PlainSchema): object {
  const keywords = new Keywords(schema, path), own = keywords.own()
  const isInteger = schema['type'] === 'integer'
  const type = typeOfScalar(keywords, own)
  const member = { type, ...words(keywords, own), ...contentOf(type, keywords, own, isInteger) }
  own.done()
  keywords.done()
  return member
}

/** The type of a single value, with the keywords taken that say it. `x-llava-desk` may only make it more precise. */
export function typeOfScalar(keywords: Keywords, own: Keywords): ScalarField['type'] {
  const wanted = own.take('type', z.string())
  const found = plainType(keywords)
  const type = found === 'number' && wanted === 'money' ? 'money' : found
  if (wanted !== undefined && wanted !== type) throw new SchemaProblem(inside(own.path, 'type'), 'valueUnsupported', { keyword: 'type', value: wanted })
  return type
}

function plainType(keywords: Keywords): ScalarField['type'] {
  const type = keywords.take('type', z.enum(['string', 'number', 'integer', 'boolean']))
  if (type === 'boolean') return 'yesNo'
  if (type === 'number' || type === 'integer') return 'number'
  if (keywords.has('enum')) return 'oneOf'
  // Without a type, anything would be valid.
  if (type === undefined) throw new SchemaProblem(keywords.path, 'valueUnsupported', { keyword: 'type', value: 'any' })
  if (!keywords.has('format') || keywords.is('format', 'email')) return 'text'
  keywords.take('format', z.literal('date'))
  return 'date'
}

function contentOf(type: ScalarField['type'], keywords: Keywords, own: Keywords, isInteger: boolean): object {
  switch (type) {
    case 'text':
      return textContent(keywords, own)
    case 'number':
      return numberContent(keywords, decimalsOf(keywords, own, isInteger))
    case 'money':
      if (isInteger) throw new SchemaProblem(keywords.path, 'valueUnsupported', { keyword: 'type', value: 'integer' })
      return { ...numberContent(keywords, null), ...given({ currency: own.take('currency', z.string()) }) }
    case 'date':
      return given({ earliest: own.take('earliest', z.string()), latest: own.take('latest', z.string()) })
    case 'yesNo':
      return {}
    case 'oneOf':
      return { choices: keywords.take('enum', z.array(z.string()).min(2)) }
  }
}

function textContent(keywords: Keywords, own: Keywords): object {
  const longest = keywords.take('maxLength', count.min(1)), shortest = keywords.take('minLength', count) ?? 0
  const pattern = textPattern(keywords.take('pattern', z.string()), keywords.take('format', z.literal('email')), shortest)
  return { ...given({ pattern, checksum: own.take('checksum', z.string()) }), ...(longest === undefined ? {} : { maxLength: Math.min(longest, LONGEST_TEXT) }) }
}

/** How many decimals; null where nothing says. A step of 0.01 is two decimals, one of 0.25 cannot be kept. */
function decimalsOf(keywords: Keywords, own: Keywords, isInteger: boolean): number | null {
  const step = keywords.take('multipleOf', z.number().refine((value) => stepDecimals(value) !== null))
  const decimals = own.take('decimals', count)
  if (isInteger) return 0
  return decimals ?? (step === undefined ? null : stepDecimals(step))
}

function stepDecimals(step: number): number | null {
  const decimals = Array.from({ length: MOST_DECIMALS + 1 }, (_, place) => place).find((place) => Number(`1e-${place}`) === step)
  return decimals ?? null
}

/** Bounds that are themselves left out are moved by the smallest step, where there is one. */
function numberContent(keywords: Keywords, decimals: number | null): object {
  const number = z.number(), step = 10 ** -(decimals ?? 0)
  const bound = (inclusive: string, exclusive: string, sign: 1 | -1): number[] => {
    const outer = decimals === null ? undefined : keywords.take(exclusive, number)
    const bounds = [keywords.take(inclusive, number), outer === undefined ? undefined : Number((outer + sign * step).toFixed(decimals ?? 0))]
    return bounds.filter((each) => each !== undefined)
  }
  const least = bound('minimum', 'exclusiveMinimum', 1), most = bound('maximum', 'exclusiveMaximum', -1)
  return { ...(decimals === null ? {} : { decimals }), ...(least.length === 0 ? {} : { min: Math.max(...least) }), ...(most.length === 0 ? {} : { max: Math.min(...most) }) }
}

function given(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null))
}
