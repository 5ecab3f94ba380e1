import * as z from 'zod'
import { fieldName } from '../../../contract/domains/template.ts'
import { inside, isObject, Keywords, SchemaProblem } from './Keywords.ts'
import type { Schema } from './Keywords.ts'
import { plainSchema } from './plainSchema.ts'
import type { PlainSchema } from './plainSchema.ts'
import { scalarMember, typeOfScalar } from './scalarMember.ts'
import { words } from './words.ts'

const count = z.number().int().min(0)
/** Most values of a list, and most rows of a table; a schema that allows more is kept by fewer. */
const MOST_ITEMS = 100
const MOST_ROWS = 200
const LONGEST_ITEM = 500

/**
 * What the file of a template would hold (`TemplateInput`, not checked by its schema yet) for a JSON Schema of its records:
 * one that `toJsonSchema` wrote, or a stranger's. A record read with it is valid by the schema as far as the template's checks
 * pass: a limit may come out narrower than in the schema, never wider. Keywords that cannot be kept so are told, none is passed
 * over but those that concern no record (`$comment`, ...) and names of types (`title` of the items of an array). A member that
 * must be there and not null must be on the page. Throws a `SchemaProblem`.
 */
export function fromJsonSchema(document: unknown, fallbackTitle: string): object {
  if (!isObject(document)) throw new SchemaProblem('', 'notATemplate')
  const { keywords, path } = plainSchema(document, '', document)
  if (keywords['type'] !== 'object' && keywords['properties'] === undefined) throw new SchemaProblem('', 'notATemplate')
  const root = new Keywords(keywords, path), own = root.own()
  const title = root.take('title', z.string()) ?? fallbackTitle, description = root.take('description', z.string()) ?? ''
  const fields = members(root, document, fieldOf)
  // Its parts are checked with the whole template.
  const rest = Object.fromEntries(['instructions', 'locale', 'mode', 'rules'].flatMap((key) => [[key, own.take(key, z.unknown())] as const].filter(([, value]) => value !== undefined)))
  own.take('format', z.literal('llava-desk-template/1'))
  own.done()
  root.done()
  return { format: 'llava-desk-template/1', title: title.trim() === '' ? fallbackTitle : title, description, ...rest, fields }
}

type ReadMember = (plain: PlainSchema, required: boolean, root: Schema) => object

/** The members of an object as fields, in order. */
function members(object: Keywords, root: Schema, read: ReadMember): object[] {
  object.take('type', z.literal('object'))
  const properties = object.take('properties', z.record(z.string(), z.unknown())) ?? {}
  const required = new Set(object.take('required', z.array(z.string())) ?? [])
  object.take('additionalProperties', z.boolean())
  const names = Object.keys(properties), path = inside(object.path, 'properties')
  const unknown = [...required].find((name) => !names.includes(name))
  if (unknown !== undefined) throw new SchemaProblem(inside(object.path, 'required'), 'valueUnsupported', { keyword: 'required', value: unknown })
  if (names.length === 0) throw new SchemaProblem(path, 'noFields')
  return names.map((name) => {
    if (!fieldName.safeParse(name).success) throw new SchemaProblem(path, 'valueUnsupported', { keyword: 'properties', value: name.slice(0, 100) })
    const plain = plainSchema(properties[name], inside(path, name), root)
    return { name, ...read(plain, required.has(name) && !plain.nullable, root) }
  })
}

function fieldOf(plain: PlainSchema, required: boolean, root: Schema): object {
  return isArray(plain) ? arrayMember(plain, required, root) : columnOf(plain, required)
}

/** A single value. */
function columnOf(plain: PlainSchema, required: boolean): object {
  if (isArray(plain)) throw new SchemaProblem(plain.path, 'tableInTable')
  if (isObjectSchema(plain)) throw new SchemaProblem(plain.path, 'nestedObject')
  return { ...scalarMember(plain), required }
}

function isArray({ keywords }: PlainSchema): boolean {
  return keywords['type'] === 'array' || (keywords['type'] === undefined && keywords['items'] !== undefined)
}

function isObjectSchema({ keywords }: PlainSchema): boolean {
  return keywords['type'] === 'object' || (keywords['type'] === undefined && keywords['properties'] !== undefined)
}

function arrayMember({ keywords: schema, path }: PlainSchema, required: boolean, root: Schema): object {
  const keywords = new Keywords(schema, path), own = keywords.own()
  keywords.take('type', z.literal('array'))
  const least = keywords.take('minItems', count) ?? 0
  if (least > 1) throw new SchemaProblem(inside(path, 'minItems'), 'keywordUnsupported', { keyword: 'minItems' })
  const most = keywords.take('maxItems', count.min(1))
  const items = plainSchema(keywords.take('items', z.unknown()) ?? {}, inside(path, 'items'), root)
  const common = { ...words(keywords, own, typeof items.keywords['description'] === 'string' ? [items.keywords['description']] : []), required: required && least === 1 }
  const isTable = isObjectSchema(items)
  own.take('type', z.literal(isTable ? 'table' : 'list'))
  const content = isTable ? tableContent(items, most, root) : listContent(items, most, own)
  own.done()
  keywords.done()
  return { ...common, ...content }
}

function tableContent({ keywords: schema, path }: PlainSchema, most: number | undefined, root: Schema): object {
  const keywords = itemKeywords(schema, path)
  const columns = members(keywords, root, columnOf)
  keywords.done()
  return { type: 'table', columns, ...(most === undefined ? {} : { maxRows: Math.min(most, MOST_ROWS) }) }
}

function listContent(plain: PlainSchema, most: number | undefined, own: Keywords): object {
  const keywords = itemKeywords(plain.keywords, plain.path), itemOwn = keywords.own()
  if (isArray(plain)) throw new SchemaProblem(plain.path, 'tableInTable')
  const item = typeOfScalar(keywords, itemOwn)
  if (item === 'yesNo' || item === 'oneOf' || plain.keywords['type'] === 'integer') throw new SchemaProblem(inside(plain.path, 'type'), 'valueUnsupported', { keyword: 'items', value: JSON.stringify(plain.keywords).slice(0, 100) })
  const length = item === 'text' ? keywords.take('maxLength', count.min(1)) : own.take('maxLength', count.min(1))
  if (item === 'text') keywords.take('minLength', count.max(1))
  itemOwn.done()
  keywords.done()
  return { type: 'list', item, ...(most === undefined ? {} : { maxItems: Math.min(most, MOST_ITEMS) }), ...(length === undefined ? {} : { maxLength: Math.min(length, LONGEST_ITEM) }) }
}

/** Of an item, its title is the name of a type, and its description part of the hint. */
function itemKeywords(schema: Schema, path: string): Keywords {
  return new Keywords(Object.fromEntries(Object.entries(schema).filter(([key]) => key !== 'title' && key !== 'description')), path)
}

