import * as z from 'zod'
import type { FoundProblem } from '../templateErrors.ts'

/** A JSON object of a JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>

/** The keyword that holds what JSON Schema has no words for. */
export const ownKeyword = 'x-llava-desk'

/** Why a JSON Schema cannot become a template, and where in it. */
export class SchemaProblem extends Error {
  override readonly name = 'SchemaProblem'
  readonly problem: FoundProblem

  constructor(path: string, code: FoundProblem['code'], params: FoundProblem['params'] = {}) {
    super(`${path}: ${code} ${JSON.stringify(params)}`)
    this.problem = { path, code, params }
  }
}

/** Say nothing about which records are valid; other programs' own keywords (`x-...`) are like these. */
const remarks = new Set(['$schema', '$id', '$anchor', '$comment', '$defs', 'definitions', 'deprecated', 'readOnly', 'writeOnly'])

export function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The path of a member. */
export function inside(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`
}

/** The keywords of one schema, each of which somebody must take: what is left at the end is more than a template can express. */
export class Keywords {
  readonly path: string
  readonly #left: Map<string, unknown>

  constructor(schema: Schema, path: string) {
    this.path = path
    this.#left = new Map(Object.entries(schema).filter(([key]) => !remarks.has(key) && (!key.startsWith('x-') || key === ownKeyword)))
  }

  has(key: string): boolean {
    return this.#left.has(key)
  }

  /** Whether a keyword has this value. */
  is(key: string, value: unknown): boolean {
    return this.#left.get(key) === value
  }

  /** The value of a keyword; undefined where it is absent. Throws a `SchemaProblem` where it does not fit. */
  take<T>(key: string, form: z.ZodType<T>): T | undefined {
    if (!this.#left.has(key)) return undefined
    const { data, error } = form.safeParse(this.#left.get(key))
    if (error !== undefined) this.refuse(key)
    this.#left.delete(key)
    return data
  }

  /** Throws the problem that this keyword has a value that cannot be expressed. */
  refuse(key: string): never {
    throw new SchemaProblem(inside(this.path, key), 'valueUnsupported', { keyword: key, value: JSON.stringify(this.#left.get(key) ?? null).slice(0, 100) })
  }

  /** The members of our own keyword. */
  own(): Keywords {
    return new Keywords(this.take(ownKeyword, z.record(z.string(), z.unknown())) ?? {}, inside(this.path, ownKeyword))
  }

  /** Throws a `SchemaProblem` that names the first keyword nobody took. */
  done(): void {
    // A value for what is not on the page would be made up; "null" says just that it is absent.
    if (this.#left.get('default') === null) this.#left.delete('default')
    for (const [key, value] of this.#left) {
      // Switched off, they say nothing.
      if (value === false && (key === 'uniqueItems' || key === 'unevaluatedProperties')) continue
      throw new SchemaProblem(inside(this.path, key), 'keywordUnsupported', { keyword: key })
    }
  }
}
