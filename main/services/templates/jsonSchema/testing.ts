import * as fc from 'fast-check'
import { template } from '../../../contract/domains/template.ts'
import type { ScalarField, Template, TemplateField, TemplateInput } from '../../../contract/domains/template.ts'

type Input = TemplateInput['fields'][number]
type Scalar = Exclude<Input, { type: 'list' | 'table' }>

const text = (maxLength: number) => fc.oneof(fc.constant(''), fc.string({ maxLength, unit: 'grapheme' }).map((value) => value.trim().slice(0, maxLength)))
const common = { label: text(80), required: fc.boolean(), hint: text(300) }
const number = fc.oneof(fc.integer({ min: -1e9, max: 1e9 }), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 })).map((value) => value + 0 || 0)
const range = fc.tuple(fc.option(number), fc.option(number)).map(([a, b]) => (a === null || b === null ? { min: a, max: b } : { min: Math.min(a, b), max: Math.max(a, b) }))
const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))
const days = fc.tuple(fc.option(day), fc.option(day)).map(([a, b]) => (a === null || b === null || a <= b ? { earliest: a, latest: b } : { earliest: b, latest: a }))
const choices = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }).map((value) => value.trim()).filter((value) => value !== ''), { minLength: 2, maxLength: 6, selector: (value) => value.normalize('NFKC').toLowerCase() })
/** Patterns, each with a value that matches. */
export const patterns = [[String.raw`\d{4}`, '1234'], ['[A-Z]{2}|x+', 'AB'], [String.raw`a\$`, 'a$'], ['(?:a)(?:b)', 'ab'], ['^a$', 'a'], ['a|b', 'b'], ['(a)|(b)', 'a'], [String.raw`\^\(\?:x\)\$`, '^(?:x)$'], ['', '']] as const

function scalar(): fc.Arbitrary<Omit<Scalar, 'name'>> {
  const example = text(200)
  return fc.oneof(
    fc
      .record({ ...common, example, type: fc.constant('text' as const), maxLength: fc.integer({ min: 1, max: 2000 }), pattern: fc.option(fc.constantFrom(...patterns.map(([pattern]) => pattern))), checksum: fc.constantFrom(null, 'iban' as const, 'vat' as const, 'luhn' as const) })
      // Room for a value that matches.
      .map((field) => (field.pattern === null ? field : { ...field, maxLength: Math.max(field.maxLength, 10) })),
    fc.tuple(fc.record({ ...common, example, type: fc.constant('number' as const), decimals: fc.option(fc.integer({ min: 0, max: 6 })) }), range).map(([field, limits]) => ({ ...field, ...limits })),
    fc.tuple(fc.record({ ...common, example, type: fc.constant('money' as const), currency: fc.constantFrom(null, 'EUR', 'CNY') }), range).map(([field, limits]) => ({ ...field, ...limits })),
    fc.tuple(fc.record({ ...common, example, type: fc.constant('date' as const) }), days).map(([field, limits]) => ({ ...field, ...limits })),
    fc.record({ ...common, example, type: fc.constant('yesNo' as const) }),
    fc.record({ ...common, type: fc.constant('oneOf' as const), choices }),
  )
}

const name = fc.oneof(fc.stringMatching(/^[a-z_][a-z0-9_]{0,20}$/), fc.constantFrom('名称', 'été', 'नाम', 'Größe')).filter((value) => !(value in {}))
function named<T extends object>(field: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<(T & { name: string })[]> {
  return fc.uniqueArray(fc.tuple(name, field), { minLength: 1, maxLength, selector: ([key]) => key.normalize('NFC') }).map((pairs) => pairs.map(([key, value]) => ({ ...value, name: key })))
}

const list = fc.record({ ...common, example: text(200), type: fc.constant('list' as const), item: fc.constantFrom('text' as const, 'number' as const, 'money' as const, 'date' as const), maxItems: fc.integer({ min: 1, max: 100 }), maxLength: fc.integer({ min: 1, max: 500 }) })
const table = fc.record({ ...common, example: text(200), type: fc.constant('table' as const), columns: named(scalar(), 5), maxRows: fc.integer({ min: 1, max: 200 }) })

/** Any template without problems. */
export const anyTemplate: fc.Arbitrary<Template> = fc
  .record({ title: fc.string({ minLength: 1, maxLength: 100 }).filter((value) => value.trim() !== ''), description: text(500), instructions: text(2000), locale: fc.constantFrom(null, 'de-CH', 'zh-CN'), mode: fc.constantFrom('auto' as const, 'fields' as const, 'whole' as const), fields: named(fc.oneof(scalar(), scalar(), list, table), 6), needs: fc.boolean() })
  .map(({ fields, needs, ...rest }) => {
    const [first, second] = fields
    const rules = needs && first !== undefined && second !== undefined ? [{ type: 'needs' as const, field: first.name, needs: second.name }] : []
    return template.parse({ format: 'llava-desk-template/1', ...rest, fields, rules })
  })

/** A value that passes a field's own checks; null only where it may be. */
export function valueOf(field: TemplateField | ScalarField): fc.Arbitrary<unknown> {
  const value = presentValue(field)
  return field.required ? value : fc.option(value)
}

function presentValue(field: TemplateField | ScalarField): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'text': {
      const match = patterns.find(([pattern]) => pattern === field.pattern)?.[1]
      return match === undefined || match.length > field.maxLength ? fc.string({ maxLength: field.pattern === null ? field.maxLength : 0 }) : fc.constant(match)
    }
    case 'number':
    case 'money': {
      const least = field.min ?? -1e15, most = field.max ?? 1e15
      return fc.double({ min: least, max: most, noNaN: true }).map((value) => (field.type === 'number' && field.decimals === 0 ? Math.min(Math.max(Math.round(value), Math.ceil(least)), Math.floor(most)) : value))
    }
    case 'date':
      return day
    case 'yesNo':
      return fc.boolean()
    case 'oneOf':
      return fc.constantFrom(...field.choices)
    case 'list': {
      const item: fc.Arbitrary<unknown> = field.item === 'text' ? fc.string({ maxLength: field.maxLength }) : field.item === 'date' ? day : fc.double({ noNaN: true, noDefaultInfinity: true })
      return fc.array(fc.option(item), { minLength: field.required ? 1 : 0, maxLength: Math.min(field.maxItems, 5) })
    }
    case 'table':
      return fc.array(recordOf(field.columns), { minLength: field.required ? 1 : 0, maxLength: Math.min(field.maxRows, 3) })
  }
}

/** A record with every field. */
export function recordOf(fields: readonly (TemplateField | ScalarField)[]): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, valueOf(field)])), { noNullPrototype: true })
}
