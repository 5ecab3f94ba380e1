import type { ScalarField, Template, TemplateField } from '../../../contract/domains/template.ts'
import { ownKeyword } from './Keywords.ts'

type Json = Record<string, unknown>
type OfType<T extends TemplateField['type']> = Extract<TemplateField, { type: T }>

/**
 * The JSON Schema (draft 2020-12) of a template's records: an object with every field, null where the page does not have it.
 * A record that passes the checks of its fields is valid by it. What JSON Schema has no words for stands in `x-llava-desk`, so
 * that `fromJsonSchema` makes exactly this template of it again.
 */
export function toJsonSchema(template: Template): Json {
  const { title, description, format, instructions, locale, mode, rules } = template
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    ...(description === '' ? {} : { description }),
    ...objectOf(template.fields),
    [ownKeyword]: { format, ...(instructions === '' ? {} : { instructions }), ...(locale === null ? {} : { locale }), mode, rules },
  }
}

function objectOf(fields: readonly TemplateField[]): Json {
  return { type: 'object', properties: Object.fromEntries(fields.map((field) => [field.name, memberOf(field)])), required: fields.map(({ name }) => name), additionalProperties: false }
}

function memberOf(field: TemplateField): Json {
  const { label, hint, example, type } = field
  const words = { ...(label === '' ? {} : { title: label }), ...(hint === '' ? {} : { description: hint }) }
  const { own, ...form } = formOf(field)
  // An example is as printed, which only of a text is what the record has.
  const shown = example === '' ? {} : type === 'text' ? { examples: [example] } : {}
  return { ...words, ...form, ...shown, [ownKeyword]: { type, ...present(own), ...(example === '' || type === 'text' ? {} : { example }) } }
}

interface Form extends Json {
  /** What `x-llava-desk` holds; null: nothing. */
  readonly own: Json
}

function formOf(field: TemplateField): Form {
  if (field.type === 'list') return listForm(field)
  if (field.type === 'table') return { ...arrayOf(field), items: objectOf(field.columns), maxItems: field.maxRows, own: {} }
  return scalarForm(field)
}

function scalarForm(field: ScalarField): Form {
  switch (field.type) {
    case 'text':
      return { type: typeOf('string', field), maxLength: field.maxLength, ...(field.pattern === null ? {} : { pattern: `^(?:${field.pattern})$` }), own: { checksum: field.checksum } }
    case 'number':
      return { type: typeOf(field.decimals === 0 ? 'integer' : 'number', field), ...rangeOf(field), own: { decimals: field.decimals === 0 ? null : field.decimals } }
    case 'money':
      return { type: typeOf('number', field), ...rangeOf(field), own: { currency: field.currency } }
    case 'date':
      return { type: typeOf('string', field), format: 'date', own: { earliest: field.earliest, latest: field.latest } }
    case 'yesNo':
      return { type: typeOf('boolean', field), own: {} }
    case 'oneOf':
      return { type: typeOf('string', field), enum: field.required ? field.choices : [...field.choices, null], own: {} }
  }
}

/** Values of a list may be null: those that are there but could not be read. */
function listForm(field: OfType<'list'>): Form {
  const { item, maxLength } = field
  const items: Json = { type: [item === 'number' || item === 'money' ? 'number' : 'string', 'null'], ...(item === 'text' ? { maxLength } : {}), ...(item === 'date' ? { format: 'date' } : {}), ...(item === 'money' ? { [ownKeyword]: { type: item } } : {}) }
  return { ...arrayOf(field), items, maxItems: field.maxItems, own: item === 'text' ? {} : { maxLength } }
}

function arrayOf(field: TemplateField): Json {
  return { type: typeOf('array', field), ...(field.required ? { minItems: 1 } : {}) }
}

function typeOf(type: string, { required }: TemplateField): string | string[] {
  return required ? type : [type, 'null']
}

function rangeOf({ min, max }: { readonly min: number | null; readonly max: number | null }): Json {
  return { ...(min === null ? {} : { minimum: min }), ...(max === null ? {} : { maximum: max }) }
}

function present(values: Json): Json {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
}
