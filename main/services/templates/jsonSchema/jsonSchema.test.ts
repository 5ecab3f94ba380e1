import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { template } from '../../../contract/domains/template.ts'
import type { ScalarField, Template, TemplateField } from '../../../contract/domains/template.ts'
import { templateProblems } from '../../../contract/templateProblems.ts'
import { readTemplate, writeTemplate } from '../templateFile.ts'
import { fromJsonSchema } from './fromJsonSchema.ts'
import { anyTemplate, recordOf } from './testing.ts'
import { toJsonSchema } from './toJsonSchema.ts'

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const validator = (schema: object) => new Ajv2020({ strict: false, formats: { date: /^\d{4}-\d{2}-\d{2}$/ } }).compile(schema)
const read = (schema: object) => readTemplate(JSON.stringify({ type: 'object', ...schema }), 'A file.schema.json')
const field = (schema: object, required = false) => read({ properties: { x: schema }, required: required ? ['x'] : [] }).fields[0]!
const problem = (schema: object): unknown => {
  try {
    read(schema)
  } catch (error) {
    return (error as { params: object }).params
  }
  throw new Error('It was read')
}
const refused = (schema: object) => {
  const { path, problem: code } = problem({ properties: { x: schema } }) as { path: string; problem: string }
  return `${path} ${code}`
}

/** Integers have no value between some bounds. */
const hasValues = (each: TemplateField | ScalarField): boolean =>
  each.type === 'table' ? each.columns.every(hasValues) : each.type !== 'number' || each.decimals !== 0 || Math.ceil(each.min ?? 0) <= Math.floor(each.max ?? Infinity)

describe('a template that is written as a JSON Schema', () => {
  test('is the same template when it is read again', () => {
    fc.assert(
      fc.property(anyTemplate, (given) => {
        expect(templateProblems(given)).toEqual([])
        expect(template.parse(fromJsonSchema(plain(toJsonSchema(given)), 'other'))).toEqual(given)
        expect(readTemplate(writeTemplate(given, 'schema').text, 'x.json')).toEqual(given)
      }),
    )
  })

  test('and as a template file', () => {
    fc.assert(
      fc.property(anyTemplate, (given) => {
        expect(readTemplate(writeTemplate(given, 'template').text, 'x.json')).toEqual(given)
      }),
    )
  })

  test('is valid as a schema, takes every record that passes the checks, and no other ones', () => {
    const cases = anyTemplate.filter(({ fields }) => fields.every(hasValues)).chain((given) => fc.tuple(fc.constant(given), recordOf(given.fields)))
    fc.assert(
      fc.property(cases, ([given, record]) => {
        const isValid = validator(toJsonSchema(given))
        expect(isValid(plain(record)), JSON.stringify({ record, errors: isValid.errors })).toBe(true)
        expect(isValid({ ...record, extra_member: 1 })).toBe(false)
        for (const each of given.fields) {
          expect(isValid({ ...record, [each.name]: {} })).toBe(false)
          expect(isValid({ ...record, [each.name]: null })).toBe(!each.required)
          expect(isValid(Object.fromEntries(Object.entries(record).filter(([key]) => key !== each.name)))).toBe(false)
        }
      }),
    )
  })
})

describe('a schema that others wrote', () => {
  const address = { $ref: '#/$defs/Line' }
  // As pydantic writes a model of an invoice.
  const invoice = {
    $defs: { Line: { title: 'Line', type: 'object', properties: { what: { title: 'What', type: 'string' }, amount: { anyOf: [{ type: 'number' }, { type: 'null' }], default: null, title: 'Amount' } }, required: ['what'] } },
    title: 'Invoice',
    description: 'An invoice',
    properties: {
      number: { title: 'Number', type: 'string', description: 'Top right', examples: ['R-1', 'R-2'], maxLength: 20 },
      issued: { type: 'string', format: 'date' },
      paid: { anyOf: [{ type: 'boolean' }, { type: 'null' }], default: null },
      kind: { enum: ['invoice', 'credit note', null] },
      pages: { type: 'integer', minimum: 1, exclusiveMaximum: 100 },
      lines: { type: 'array', items: address, maxItems: 500, minItems: 1 },
      notes: { type: ['array', 'null'], items: { type: 'string', maxLength: 900 } },
      mail: { type: 'string', format: 'email', minLength: 1 },
    },
    required: ['number', 'issued', 'kind', 'lines'],
  }

  test('comes down to fields', () => {
    expect(read(invoice)).toEqual(
      template.parse({
        format: 'llava-desk-template/1',
        title: 'Invoice',
        description: 'An invoice',
        fields: [
          { name: 'number', type: 'text', label: 'Number', required: true, hint: 'Top right For example: R-2', example: 'R-1', maxLength: 20 },
          { name: 'issued', type: 'date', required: true },
          { name: 'paid', type: 'yesNo' },
          { name: 'kind', type: 'oneOf', choices: ['invoice', 'credit note'] },
          { name: 'pages', type: 'number', decimals: 0, min: 1, max: 99 },
          { name: 'lines', type: 'table', required: true, maxRows: 200, columns: [{ name: 'what', type: 'text', label: 'What', required: true }, { name: 'amount', type: 'number', label: 'Amount' }] },
          { name: 'notes', type: 'list', item: 'text', maxLength: 500 },
          { name: 'mail', type: 'text', pattern: String.raw`[^@\s]+@[^@\s]+\.[^@\s]+` },
        ],
      } satisfies { format: string; title: string; description: string; fields: unknown[] }),
    )
  })

  test('without a title has that of its file', () => {
    expect(read({ properties: { x: { type: 'string' } } }).title).toBe('A file')
  })

  test.each([
    [{ type: 'number', multipleOf: 0.01, exclusiveMinimum: 0 }, { required: true, decimals: 2, min: 0.01 }],
    [{ type: 'integer', exclusiveMinimum: 0, minimum: 5 }, { decimals: 0, min: 5 }],
    [{ type: 'string', maxLength: 100_000 }, { maxLength: 2000 }],
    [{ allOf: [{ type: 'string' }], description: 'Here' }, { type: 'text', hint: 'Here', required: true }],
    [{ type: 'string', nullable: true, title: 'T', 'x-order': 3, $comment: 'c' }, { label: 'T', required: false }],
    [{ type: 'array', items: { type: 'string', format: 'date', description: 'Each' }, description: 'All', uniqueItems: false }, { item: 'date', hint: 'All Each', required: false }],
  ])('%j becomes %j', (schema, expected) => {
    expect(field(schema, true)).toMatchObject(expected)
  })

  test.each([
    ['^\\d{4}$', '\\d{4}', ['1234'], ['12345', 'a1234']],
    ['^(?:a|b)$', 'a|b', ['a', 'b'], ['ab']],
    ['^a|b$', null, ['ax', 'xb', 'ab'], ['xa', 'bx']],
    ['ab', null, ['ab', 'xaby', '\nab'], ['ba']],
    ['^ab', null, ['ab', 'abx'], ['xab']],
    ['ab$', null, ['ab', 'xab'], ['abx']],
    ['a\\$', null, ['a$', 'xa$y'], ['a']],
    ['^a\\$', null, ['a$', 'a$y'], ['xa$']],
    ['^(?:a)|(?:b)$', null, ['ax', 'xb'], ['xa']],
  ] as const)('the pattern %s means the same, of a whole value', (pattern, whole, right, wrong) => {
    const { pattern: own } = field({ type: 'string', pattern }) as Extract<TemplateField, { type: 'text' }>
    if (whole !== null) expect(own).toBe(whole)
    const matches = (value: string) => new RegExp(`^(?:${own ?? ''})$`, 'u').test(value)
    for (const value of [...right, ...wrong]) expect([value, matches(value), new RegExp(pattern, 'u').test(value)]).toEqual([value, right.includes(value as never), right.includes(value as never)])
  })

  test('a least length becomes a pattern', () => {
    const pattern = (more: object) => new RegExp(`^(?:${(field({ type: 'string', minLength: 3, ...more }) as Extract<TemplateField, { type: 'text' }>).pattern ?? ''})$`, 'u')
    expect(['ab', 'abc', 'a\nbcd'].map((value) => pattern({}).test(value))).toEqual([false, true, true])
    expect(['ab', 'abc', 'abcd', 'ab1'].map((value) => pattern({ pattern: '^[a-z]+$' }).test(value))).toEqual([false, true, true, false])
  })

  test.each([
    [{ type: 'object', properties: { y: { type: 'string' } } }, 'properties.x nestedObject'],
    [{ type: 'array', items: { type: 'array', items: { type: 'string' } } }, 'properties.x.items tableInTable'],
    [{ type: 'array', items: { type: 'object', properties: { y: { type: 'array', items: { type: 'string' } } } } }, 'properties.x.items.properties.y tableInTable'],
    [{ type: 'array', items: { type: 'string', pattern: 'a' } }, 'properties.x.items.pattern keywordUnsupported'],
    [{ type: 'array', items: { type: 'boolean' } }, 'properties.x.items.type valueUnsupported'],
    [{ type: 'array', items: { type: 'string' }, uniqueItems: true }, 'properties.x.uniqueItems keywordUnsupported'],
    [{ type: 'array', items: { type: 'string' }, minItems: 2 }, 'properties.x.minItems keywordUnsupported'],
    [{ type: 'array' }, 'properties.x.items valueUnsupported'],
    [{ type: 'string', format: 'date-time' }, 'properties.x.format valueUnsupported'],
    [{ type: 'string', format: 'date', pattern: 'a' }, 'properties.x.pattern keywordUnsupported'],
    [{ type: 'string', default: 'x' }, 'properties.x.default keywordUnsupported'],
    [{ type: 'string', const: 'x' }, 'properties.x.const keywordUnsupported'],
    [{ enum: [1, 2] }, 'properties.x.enum valueUnsupported'],
    [{ enum: ['one'] }, 'properties.x.enum valueUnsupported'],
    [{ type: 'number', exclusiveMinimum: 0 }, 'properties.x.exclusiveMinimum keywordUnsupported'],
    [{ type: 'number', multipleOf: 0.25 }, 'properties.x.multipleOf valueUnsupported'],
    [{ type: 'number', enum: [1] }, 'properties.x.enum keywordUnsupported'],
    [{ type: ['string', 'number'] }, 'properties.x.type valueUnsupported'],
    [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'properties.x.anyOf keywordUnsupported'],
    [{ type: 'string', not: { const: 'x' } }, 'properties.x.not keywordUnsupported'],
    [{ maxLength: 3 }, 'properties.x valueUnsupported'],
    [true, 'properties.x valueUnsupported'],
    [{ $ref: '#/$defs/none' }, 'properties.x.$ref referenceBroken'],
    [{ $ref: '#/properties/x' }, 'properties.x.$ref referenceBroken'],
    [{ $ref: 'https://example.org/schema' }, 'properties.x.$ref referenceBroken'],
    [{ type: 'string', 'x-llava-desk': { type: 'money' } }, 'properties.x.x-llava-desk.type valueUnsupported'],
    [{ type: 'string', 'x-llava-desk': { cheksum: 'iban' } }, 'properties.x.x-llava-desk.cheksum keywordUnsupported'],
    [{ type: 'string', 'x-llava-desk': { checksum: 'isbn' } }, 'fields.0.checksum malformed'],
    [{ type: 'string', description: 'x'.repeat(301) }, 'fields.0.hint malformed'],
    [{ type: 'string', pattern: '(a+)+b' }, 'x.pattern patternSlow'],
  ])('%j is refused: %s', (schema, expected) => {
    expect(refused(schema as object)).toBe(expected)
  })

  test.each([
    [{ properties: { x: { type: 'string' } }, required: ['y'] }, 'required valueUnsupported'],
    [{ properties: { 'first name': { type: 'string' } } }, 'properties valueUnsupported'],
    [{ properties: {} }, 'properties noFields'],
    [{ properties: { x: { type: 'string' } }, additionalProperties: { type: 'string' } }, 'additionalProperties valueUnsupported'],
    [{ properties: { x: { type: 'string' } }, if: {} }, 'if keywordUnsupported'],
    [{ properties: { x: { type: 'string' } }, dependentRequired: {} }, 'dependentRequired keywordUnsupported'],
  ])('%j as a whole is refused: %s', (schema, expected) => {
    const { path, problem: code, name } = problem(schema) as { path: string; problem: string; name: string }
    expect([name, `${path} ${code}`]).toEqual(['A file.schema.json', expected])
  })
})

test('files that hold neither are told apart', () => {
  const told = (text: string) => {
    try {
      return readTemplate(text, 'x.json') satisfies Template
    } catch (error) {
      const { path, problem: code, name, member } = (error as { params: Record<string, unknown> }).params
      return [name, path, code, ...(member === undefined ? [] : [member])]
    }
  }
  const file = (more: object) => JSON.stringify({ format: 'llava-desk-template/1', title: 'T', fields: [{ type: 'text', name: 'x' }], ...more })
  expect(told('{')).toEqual(['x.json', '', 'notJson'])
  expect(told('[]')).toEqual(['x.json', '', 'notATemplate'])
  expect(told('{"type": "string"}')).toEqual(['x.json', '', 'notATemplate'])
  expect(told('{"format": "llava-desk-template/2"}')).toEqual(['x.json', 'format', 'formatUnknown'])
  expect(told(file({ fields: [{ type: 'text', name: 'x', lenght: 3 }] }))).toEqual(['x.json', 'fields.0', 'unknownMember', 'lenght'])
  expect(told(file({ fields: [{ type: 'text', name: 'not a name' }] }))).toEqual(['x.json', 'fields.0.name', 'malformed'])
  expect(told(file({ fields: [{ type: 'text', name: 'x', pattern: '(' }] }))).toEqual(['x.json', 'x.pattern', 'patternSyntax'])
  expect(told(`\uFEFF${file({})}`)).toMatchObject({ title: 'T' })
})
