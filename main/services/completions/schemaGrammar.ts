import { GrammarWriter, literal } from '../extraction/reading/GrammarWriter.ts'
import { ApiError } from './ApiError.ts'
import { isObject } from './values.ts'
import type { JsonObject } from './values.ts'

/** Say something to people and nothing about a value. */
const REMARKS = ['title', 'description', 'default', 'examples', '$comment', '$schema', '$id', '$defs', 'definitions', 'deprecated', 'readOnly', 'writeOnly']
/** Members of each type that a grammar can hold an answer to. */
const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'minItems', 'maxItems'],
  string: ['maxLength'],
  number: [],
  integer: [],
  boolean: [],
  null: [],
}
const MOST_CHARACTERS = 2000
const MOST_ITEMS = 500
/** Parts of a schema in all: what llama.cpp still works through quickly. */
const MOST_PARTS = 1000
const MOST_DEPTH = 40

/** A grammar (GBNF) whose texts are the JSON values of a schema. Members come in the order of `properties`, with ": " and ", " between. Throws `ApiError` that names what a grammar cannot hold an answer to. */
export function schemaGrammar(schema: unknown, name: string): string {
  return new SchemaGrammar(schema, name).write()
}

/** A grammar of any JSON object. */
export function objectGrammar(): string {
  const writer = new GrammarWriter()
  const { string, number } = scalars(writer)
  const value = writer.rule('value', `object | array | ${string} | ${number} | "true" | "false" | "null"`)
  writer.rule('array', `"[" (${value} (", " ${value})*)? "]"`)
  const object = writer.rule('object', `"{" (${string} ": " ${value} (", " ${string} ": " ${value})*)? "}"`)
  return writer.write(`" "? ${object}`)
}

/** Strings of any length, and numbers that a double holds. */
function scalars(writer: GrammarWriter): { string: string; number: string } {
  // Defines `char`.
  writer.text(1)
  return { string: writer.rule('string', '"\\"" char* "\\""'), number: writer.number() }
}

type Path = readonly (string | number)[]

class SchemaGrammar {
  readonly #writer = new GrammarWriter()
  readonly #root: unknown
  readonly #name: string
  /** Rules of what `$ref` has named so far. */
  readonly #referred = new Map<string, string>()
  #parts = 0

  constructor(root: unknown, name: string) {
    this.#root = root
    this.#name = name
  }

  write(): string {
    return this.#writer.write(`" "? ${this.#value(this.#root, [])}`)
  }

  /** The name of the rule for a schema's values. */
  #value(schema: unknown, path: Path): string {
    if (!isObject(schema)) throw this.#refuse(path, 'expected an object')
    if (++this.#parts > MOST_PARTS) throw this.#refuse(path, `the schema has more than ${MOST_PARTS} parts`)
    if (path.length > 2 * MOST_DEPTH) throw this.#refuse(path, 'the schema is nested too deeply')
    const part = `part${this.#parts}`
    if (schema['$ref'] !== undefined) {
      this.#only(schema, path, ['$ref'])
      return this.#reference(schema['$ref'], [...path, '$ref'])
    }
    if (schema['anyOf'] !== undefined) {
      this.#only(schema, path, ['anyOf'])
      const choices = this.#list(schema['anyOf'], [...path, 'anyOf']).map((choice, index) => this.#value(choice, [...path, 'anyOf', index]))
      return this.#writer.rule(part, choices.join(' | '))
    }
    if (schema['enum'] !== undefined || 'const' in schema) return this.#writer.rule(part, this.#fixed(schema, path))
    const types = this.#types(schema, path)
    this.#only(schema, path, ['type', ...types.flatMap((type) => OF_TYPE[type] ?? [])])
    return this.#writer.rule(part, types.map((type) => this.#typed(type, schema, path, part)).join(' | '))
  }

  #types(schema: JsonObject, path: Path): readonly string[] {
    const { type } = schema
    if (type === undefined) throw this.#refuse(path, "'type' is missing")
    const types = Array.isArray(type) ? this.#list(type, [...path, 'type']) : [type]
    return types.map((one) => {
      if (typeof one !== 'string' || !Object.hasOwn(OF_TYPE, one)) throw this.#refuse([...path, 'type'], `${JSON.stringify(one)} is no type of JSON Schema`)
      return one
    })
  }

  #typed(type: string, schema: JsonObject, path: Path, part: string): string {
    switch (type) {
      case 'object':
        return this.#object(schema, path, part)
      case 'array':
        return this.#array(schema, path)
      case 'string': {
        const most = this.#count(schema, path, 'maxLength', MOST_CHARACTERS)
        if (most === 0) return '"\\"\\""'
        return most === undefined ? scalars(this.#writer).string : this.#writer.text(most)
      }
      case 'number':
        return this.#writer.number()
      case 'integer':
        return this.#writer.rule('integer', '"-"? ("0" | [1-9] [0-9]{0,14})')
      case 'boolean':
        return '"true" | "false"'
      default:
        return '"null"'
    }
  }

  #array(schema: JsonObject, path: Path): string {
    const least = this.#count(schema, path, 'minItems', MOST_ITEMS) ?? 0
    const most = this.#count(schema, path, 'maxItems', MOST_ITEMS)
    if (most !== undefined && most < least) throw this.#refuse(path, "'maxItems' is less than 'minItems'")
    if (schema['items'] === undefined) throw this.#refuse(path, "'items' is missing")
    const item = this.#value(schema['items'], [...path, 'items'])
    if (most === 0) return '"[]"'
    const more = `(", " ${item}){${Math.max(0, least - 1)},${most === undefined ? '' : most - 1}}`
    return least === 0 ? `"[" (${item} ${more})? "]"` : `"[" ${item} ${more} "]"`
  }

  /**
   * Members in their order, those that are not required left out at will. `tail` rules stand for what may follow once a member has been
   * written, so that the grammar grows with the number of members and not with that of their combinations.
   */
  #object(schema: JsonObject, path: Path, part: string): string {
    if (schema['additionalProperties'] !== undefined && schema['additionalProperties'] !== false) throw this.#refuse([...path, 'additionalProperties'], "only 'false' is supported")
    const properties = schema['properties'] ?? {}
    if (!isObject(properties)) throw this.#refuse([...path, 'properties'], 'expected an object')
    const required = schema['required'] === undefined ? [] : this.#list(schema['required'], [...path, 'required'], 0)
    for (const name of required) if (typeof name !== 'string' || !Object.hasOwn(properties, name)) throw this.#refuse([...path, 'required'], `${JSON.stringify(name)} is not among 'properties'`)
    const members = Object.entries(properties).map(([name, member]) => ({
      text: `${literal(`${JSON.stringify(name)}: `)} ${this.#value(member, [...path, 'properties', name])}`,
      isRequired: required.includes(name),
    }))
    let tail = '""'
    let first = '""'
    for (const [index, { text, isRequired }] of [...members.entries()].reverse()) {
      const written = `${text} ${tail}`
      first = this.#writer.rule(`${part}-first${index}`, isRequired ? written : `${written} | ${first}`)
      tail = this.#writer.rule(`${part}-tail${index}`, isRequired ? `", " ${written}` : `", " ${written} | ${tail}`)
    }
    return `"{" ${first} "}"`
  }

  /** `enum` and `const`: the values themselves. */
  #fixed(schema: JsonObject, path: Path): string {
    this.#only(schema, path, ['enum', 'const', 'type'])
    const listed = schema['enum'] === undefined ? [schema['const']] : this.#list(schema['enum'], [...path, 'enum'])
    const values = 'const' in schema ? listed.filter((value) => value === schema['const']) : listed
    if (values.length === 0) throw this.#refuse(path, "'const' is not among 'enum'")
    const types = schema['type'] === undefined ? null : this.#types(schema, path)
    return values
      .map((value) => {
        if (typeof value === 'object' && value !== null) throw this.#refuse(path, 'only strings, numbers, booleans and null can be fixed values')
        if (types?.some((type) => isOfType(value, type)) === false) throw this.#refuse(path, `${JSON.stringify(value)} is not of the type that 'type' says`)
        return literal(JSON.stringify(value))
      })
      .join(' | ')
  }

  #reference(ref: unknown, path: Path): string {
    if (typeof ref !== 'string' || !/^#(\/|$)/.test(ref)) throw this.#refuse(path, "only references into the schema itself, such as '#/$defs/name', are supported")
    const known = this.#referred.get(ref)
    if (known !== undefined) return known
    const name = `ref${this.#referred.size}`
    this.#referred.set(ref, name)
    let target = this.#root
    for (const step of ref.split('/').slice(1)) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
      if (!isObject(target) || !Object.hasOwn(target, key)) throw this.#refuse(path, `${JSON.stringify(ref)} leads nowhere`)
      target = target[key]
    }
    return this.#writer.rule(name, this.#value(target, path))
  }

  #count(schema: JsonObject, path: Path, member: string, most: number): number | undefined {
    const value = schema[member]
    if (value === undefined) return undefined
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) throw this.#refuse([...path, member], `expected a whole number up to ${most}`)
    return value
  }

  #list(value: unknown, path: Path, least = 1): readonly unknown[] {
    if (!Array.isArray(value) || value.length < least) throw this.#refuse(path, 'expected a list that is not empty')
    return value
  }

  #only(schema: JsonObject, path: Path, known: readonly string[]): void {
    for (const keyword of Object.keys(schema)) if (!known.includes(keyword) && !REMARKS.includes(keyword)) throw this.#refuse(path, `'${keyword}' is not supported here`)
  }

  #refuse(path: Path, why: string): ApiError {
    const context = path.map((step) => (typeof step === 'string' ? `'${step}'` : step)).join(', ')
    return new ApiError(400, `Invalid schema for response_format '${this.#name}': In context=(${context}), ${why}.`, { param: 'response_format', code: 'invalid_json_schema' })
  }
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}
