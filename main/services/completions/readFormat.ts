import { invalidValue, unsupportedValue } from './ApiError.ts'
import { objectGrammar, schemaGrammar } from './schemaGrammar.ts'
import { flagAt, objectAt, onlyMembers, textAt } from './values.ts'

/** The grammar that `response_format` comes to; null: any text. Throws `ApiError`. */
export function readFormat(value: unknown): string | null {
  if (value === undefined) return null
  const format = objectAt('response_format', value)
  const type = textAt('response_format.type', format['type'])
  switch (type) {
    case 'text':
      onlyMembers('response_format', format, ['type'])
      return null
    case 'json_object':
      onlyMembers('response_format', format, ['type'])
      return objectGrammar()
    case 'json_schema':
      return namedSchema(onlyMembers('response_format', format, ['type', 'json_schema'])['json_schema'])
    default:
      throw unsupportedValue('response_format.type', `does not support '${type}'. Supported are 'text', 'json_object' and 'json_schema'.`)
  }
}

function namedSchema(value: unknown): string {
  const at = 'response_format.json_schema'
  const given = onlyMembers(at, objectAt(at, value), ['name', 'description', 'schema', 'strict'])
  const name = textAt(`${at}.name`, given['name'])
  if (!/^[\w-]{1,64}$/.test(name)) throw invalidValue(`${at}.name`, 'expected up to 64 letters, digits, underscores and dashes.')
  // Answers keep to the schema with and without it.
  flagAt(`${at}.strict`, given['strict'])
  return schemaGrammar(objectAt(`${at}.schema`, given['schema']), name)
}
