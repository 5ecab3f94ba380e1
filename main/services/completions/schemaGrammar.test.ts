import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { Random } from '../../../bench/synthetic/random.ts'
import { writeFromGrammar } from '../extraction/reading/testing/writeFromGrammar.ts'
import { objectGrammar, schemaGrammar } from './schemaGrammar.ts'

const object = (properties: object, required: string[] = Object.keys(properties)) => ({ type: 'object', properties, required, additionalProperties: false })

const schemas: Readonly<Record<string, object>> = {
  'all scalars': object({ text: { type: 'string' }, number: { type: 'number' }, whole: { type: 'integer' }, flag: { type: 'boolean' }, none: { type: 'null' } }),
  'members that may be left out': object({ a: { type: 'integer' }, b: { type: 'boolean' }, c: { type: 'null' }, d: { type: 'integer' } }, ['c']),
  'only members that may be left out': object({ a: { type: 'integer' }, b: { type: 'boolean' } }, []),
  'no members': object({}),
  'several types': { type: ['string', 'null', 'integer'], maxLength: 3 },
  'fixed values': object({ kind: { enum: ['a "b"', 'c\\d\n', 'é漢', 1.5, true, null] }, version: { const: 2 }, mark: { type: 'string', enum: ['x'] } }),
  'lists with bounds': object({ some: { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 4 }, none: { type: 'array', items: { type: 'null' }, maxItems: 0 }, one: { type: 'array', items: { type: 'null' }, maxItems: 1 }, any: { type: 'array', items: { type: 'boolean' }, minItems: 1 } }),
  'short and long texts': object({ empty: { type: 'string', maxLength: 0 }, short: { type: 'string', maxLength: 5 }, long: { type: 'string', maxLength: 100 } }),
  'names that need escapes': object({ 'say "hi"': { type: 'null' }, 'back\\slash': { type: 'null' }, 'line\nend': { type: 'null' }, 'a/b~c': { type: 'null' } }),
  choices: { anyOf: [object({ a: { type: 'null' } }), { type: 'array', items: { type: 'string', maxLength: 2 } }] },
  references: { $defs: { day: { type: 'string', maxLength: 4, description: 'a day' }, 'a/b': { type: 'null' } }, ...object({ from: { $ref: '#/$defs/day' }, to: { $ref: '#/$defs/day' }, odd: { $ref: '#/$defs/a~1b' } }) },
}

test.each(Object.entries(schemas))('every text of the grammar conforms to the schema: %s', (_name, schema) => {
  const conforms = new Ajv({ strict: false }).compile(schema)
  const grammar = schemaGrammar(schema, 'test')
  for (let seed = 1; seed <= 60; seed++) {
    const text = writeFromGrammar(grammar, new Random(seed))
    expect([text, conforms(JSON.parse(text))]).toEqual([text, true])
  }
})

test('members stay in the order of the schema, and each of them may come or not', () => {
  const grammar = schemaGrammar(object({ b: { type: 'null' }, a: { type: 'null' } }, []), 'test')
  const found = new Set(Array.from({ length: 200 }, (_, seed) => writeFromGrammar(grammar, new Random(seed + 1)).trim()))
  expect([...found].sort()).toEqual(['{"a": null}', '{"b": null, "a": null}', '{"b": null}', '{}'])
})

test.each([
  [{ type: 'string', pattern: '^a' }, "In context=(), 'pattern' is not supported here."],
  [object({ day: { type: 'string', format: 'date' } }), "In context=('properties', 'day'), 'format' is not supported here."],
  [object({ n: { type: 'number', minimum: 0 } }), "In context=('properties', 'n'), 'minimum' is not supported here."],
  [{ type: 'string', minLength: 1 }, "'minLength' is not supported here."],
  [{ oneOf: [{ type: 'null' }] }, "'type' is missing."],
  [{ anyOf: [{ type: 'null' }], type: 'object' }, "'type' is not supported here."],
  [{ type: 'object', properties: {}, additionalProperties: true }, "In context=('additionalProperties'), only 'false' is supported."],
  [{ type: 'object', properties: {}, patternProperties: {} }, "'patternProperties' is not supported here."],
  [{ type: 'array' }, "'items' is missing."],
  [{ type: 'array', items: { type: 'null' }, uniqueItems: true }, "'uniqueItems' is not supported here."],
  [{ type: 'array', items: { type: 'null' }, minItems: 3, maxItems: 2 }, "'maxItems' is less than 'minItems'."],
  [{ type: 'array', items: { type: 'null' }, maxItems: 1e9 }, "In context=('maxItems'), expected a whole number up to 500."],
  [object({}, ['ghost']), '"ghost" is not among \'properties\'.'],
  [{ type: 'text' }, '"text" is no type of JSON Schema.'],
  [{ type: 'constructor' }, '"constructor" is no type of JSON Schema.'],
  [{ type: 'string', enum: [1] }, "1 is not of the type that 'type' says."],
  [{ enum: [{}] }, 'only strings, numbers, booleans and null can be fixed values.'],
  [{ $ref: 'https://example.com/schema' }, 'only references into the schema itself'],
  [{ $ref: '#/$defs/none' }, '"#/$defs/none" leads nowhere.'],
  [object({ a: true as unknown as object }), "In context=('properties', 'a'), expected an object."],
])('%j is refused by name', (schema, message) => {
  expect(() => schemaGrammar(schema, 'test')).toThrow(message)
})

test('a schema that is too large or too deep is refused', () => {
  const many = object(Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`m${index}`, { type: 'null' }])))
  expect(() => schemaGrammar(many, 'test')).toThrow('more than 1000 parts')
  let deep: object = { type: 'null' }
  for (let level = 0; level < 100; level++) deep = object({ deeper: deep })
  expect(() => schemaGrammar(deep, 'test')).toThrow('nested too deeply')
})

test('what refers to itself ends as a grammar', () => {
  const grammar = schemaGrammar({ $defs: { tree: object({ left: { anyOf: [{ $ref: '#/$defs/tree' }, { type: 'null' }] } }) }, ...object({ tree: { $ref: '#/$defs/tree' } }) }, 'test')
  expect(grammar).toContain('ref0')
})

test('the grammar of any object has its rules', () => {
  const rules = new Set(objectGrammar().split('\n').map((line) => line.split(' ::= ')[0]))
  expect([...rules].sort()).toEqual(['array', 'char', 'escape', 'hex', 'number', 'object', 'root', 'string', 'text1', 'value'])
})
