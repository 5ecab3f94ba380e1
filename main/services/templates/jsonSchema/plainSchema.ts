import { inside, isObject, SchemaProblem } from './Keywords.ts'
import type { Schema } from './Keywords.ts'

/** A schema of one type, with references and unions with null resolved. */
export interface PlainSchema {
  /** With at most one `type`. */
  readonly keywords: Schema
  readonly nullable: boolean
  readonly path: string
}

/** Of a reference and what stands beside it, the nearer one holds. */
const annotations = new Set(['title', 'description', 'default', 'examples', '$comment', 'deprecated'])

/**
 * Resolves what programs write around a plain schema: `$ref` into the document, `allOf` with one member, unions with null
 * (`type: [x, "null"]`, `anyOf`, `oneOf`, `nullable`, null among the values of `enum`). Throws a `SchemaProblem` for all other
 * unions and for references that lead nowhere or to themselves.
 */
export function plainSchema(value: unknown, path: string, root: Schema, visited: readonly string[] = []): PlainSchema {
  if (!isObject(value)) throw new SchemaProblem(path, 'valueUnsupported', { keyword: path.split('.').at(-1) ?? '', value: JSON.stringify(value).slice(0, 100) })
  const { $ref: reference, allOf, anyOf, oneOf, nullable, ...rest } = value
  let plain: PlainSchema = { keywords: rest, nullable: nullable === true, path }
  if (reference !== undefined) plain = merge(plain, resolve(reference, path, root, visited), '$ref')
  if (allOf !== undefined) plain = merge(plain, plainSchema(only(allOf, inside(path, 'allOf'), 'allOf'), inside(path, 'allOf.0'), root, visited), 'allOf')
  for (const [key, options] of [['anyOf', anyOf], ['oneOf', oneOf]] as const) {
    if (options === undefined) continue
    const others = Array.isArray(options) ? options.filter((option: unknown) => !isNull(option)) : options
    const inner = plainSchema(only(others, inside(path, key), key), inside(path, key), root, visited)
    plain = merge({ ...plain, nullable: plain.nullable || (Array.isArray(options) && options.some(isNull)) }, inner, key)
  }
  return withoutNull(plain)
}

function only(members: unknown, path: string, keyword: string): unknown {
  if (Array.isArray(members) && members.length === 1) return members[0]
  throw new SchemaProblem(path, 'keywordUnsupported', { keyword })
}

function isNull(option: unknown): boolean {
  return isObject(option) && Object.keys(option).length === 1 && (option['type'] === 'null' || ('const' in option && option['const'] === null))
}

/** A JSON Pointer (RFC 6901) into the document. */
function resolve(reference: unknown, path: string, root: Schema, visited: readonly string[]): PlainSchema {
  const broken = new SchemaProblem(inside(path, '$ref'), 'referenceBroken', { reference: JSON.stringify(reference) })
  if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference) || visited.includes(reference)) throw broken
  let target: unknown = root
  for (const part of reference.split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (!isObject(target) || !Object.hasOwn(target, key)) throw broken
    target = target[key]
  }
  return plainSchema(target, path, root, [...visited, reference])
}

function merge(outer: PlainSchema, inner: PlainSchema, keyword: string): PlainSchema {
  for (const [key, value] of Object.entries(outer.keywords)) {
    const other = inner.keywords[key]
    if (other === undefined || annotations.has(key) || JSON.stringify(other) === JSON.stringify(value)) continue
    throw new SchemaProblem(inside(outer.path, keyword), 'keywordUnsupported', { keyword: key })
  }
  return { keywords: { ...inner.keywords, ...outer.keywords }, nullable: outer.nullable || inner.nullable, path: outer.path }
}

function withoutNull({ keywords, nullable, path }: PlainSchema): PlainSchema {
  const { type, enum: values, ...rest } = keywords
  const types: unknown[] = Array.isArray(type) ? type : type === undefined ? [] : [type]
  const named = types.filter((each) => each !== 'null')
  if (named.length > 1 || (types.length > 0 && named.length === 0)) throw new SchemaProblem(inside(path, 'type'), 'valueUnsupported', { keyword: 'type', value: JSON.stringify(type) })
  const listed = Array.isArray(values) ? values.filter((each: unknown) => each !== null) : values
  return {
    keywords: { ...rest, ...(named.length === 1 ? { type: named[0] } : {}), ...(values === undefined ? {} : { enum: listed }) },
    // Null must be allowed by both to be allowed.
    nullable: nullable || (types.includes('null') && (!Array.isArray(values) || values.includes(null))) || (types.length === 0 && Array.isArray(values) && values.includes(null)),
    path,
  }
}
