import { invalidType, invalidValue } from './ApiError.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Throws unless it is an object. */
export function objectAt(param: string, value: unknown): JsonObject {
  if (!isObject(value)) throw invalidType(param, 'an object', value)
  return value
}

/** Throws unless it is a string. */
export function textAt(param: string, value: unknown): string {
  if (typeof value !== 'string') throw invalidType(param, 'a string', value)
  return value
}

/** Throws unless it is an array. */
export function listAt(param: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidType(param, 'an array', value)
  return value
}

/** Throws unless it is true, false, or absent, which is false. */
export function flagAt(param: string, value: unknown): boolean {
  if (value === undefined) return false
  if (typeof value !== 'boolean') throw invalidType(param, 'a boolean', value)
  return value
}

interface Range {
  readonly least: number
  readonly most: number
  readonly whole?: true
}

/** A number from `least` to `most`; undefined where it is absent. Throws otherwise. */
export function numberAt(param: string, value: unknown, { least, most, whole }: Range): number | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'number' || (whole && !Number.isInteger(value))) throw invalidType(param, whole ? 'an integer' : 'a decimal', value)
  if (value < least || value > most) throw invalidValue(param, `expected a number from ${least} to ${most}, but got ${value}.`)
  return value
}

/** Throws at the first member whose name is none of these. Members that are null count as absent and are left out of the result, as OpenAI has it. */
export function onlyMembers(param: string, value: JsonObject, known: readonly string[]): JsonObject {
  const given = Object.entries(value).filter(([, member]) => member !== null)
  for (const [name] of given) if (!known.includes(name)) throw invalidValue(`${param}.${name}`, 'this member is not known here.')
  return Object.fromEntries(given)
}
