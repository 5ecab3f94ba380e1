import * as z from 'zod'
import { template as schema, templateField, templateRule } from '../../contract/domains/template.ts'
import type { Template, TemplateField, TemplateRule } from '../../contract/domains/template.ts'
import { fromJsonSchema } from './jsonSchema/fromJsonSchema.ts'
import { SchemaProblem } from './jsonSchema/Keywords.ts'
import { toJsonSchema } from './jsonSchema/toJsonSchema.ts'
import { assertUsable, invalidTemplate } from './templateErrors.ts'

/** How a file may hold a template: as itself, or as a JSON Schema of its records. */
export type TemplateFileFormat = 'template' | 'schema'

/**
 * The template in the text of a file of either format. Nothing in it is passed over: a member that is not known, a keyword that
 * a template cannot express are errors. `name` is the file's. Throws `TEMPLATE_INVALID`.
 */
export function readTemplate(text: string, name: string): Template {
  const content = parseJson(text, name)
  const read = isTemplate(content) ? readTemplateFile(content, name) : readSchema(content, name)
  assertUsable(read, name)
  return read
}

/** The text of a file of a usable template, and a name for it. */
export function writeTemplate(template: Template, format: TemplateFileFormat): { text: string; name: string } {
  const content = format === 'template' ? withoutDefaults(template) : toJsonSchema(template)
  // The title is the person's: letters and digits of it alone make a name that every file system takes.
  const name = template.title.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '')
  return { text: `${JSON.stringify(content, null, 2)}\n`, name: `${name === '' ? 'template' : name}.${format}.json` }
}

/** A template's content as one text that is the same for the same content: every default filled in, members in one order. */
export function contentOf(template: Template): string {
  return JSON.stringify(schema.parse(template))
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw invalidTemplate(name, { path: '', code: 'notJson', params: { detail: error instanceof Error ? error.message : String(error) } }, { cause: error })
  }
}

function isTemplate(content: unknown): content is { format: string } {
  return typeof content === 'object' && content !== null && 'format' in content && typeof content.format === 'string' && content.format.startsWith('llava-desk-template/')
}

function readTemplateFile(content: { format: string }, name: string): Template {
  if (content.format !== schema.shape.format.value) throw invalidTemplate(name, { path: 'format', code: 'formatUnknown', params: { format: content.format } })
  const read = parsed(content, name)
  const [unknown] = unknownMembers(content, read, '')
  if (unknown !== undefined) throw invalidTemplate(name, { path: unknown.path, code: 'unknownMember', params: { member: unknown.member } })
  return read
}

function readSchema(content: unknown, name: string): Template {
  try {
    return parsed(fromJsonSchema(content, name.replace(/(\.(schema|template))?\.json$/i, '')), name)
  } catch (error) {
    if (error instanceof SchemaProblem) throw invalidTemplate(name, error.problem, { cause: error })
    throw error
  }
}

function parsed(content: unknown, name: string): Template {
  const { data, error } = schema.safeParse(content)
  if (data !== undefined) return data
  const [issue] = error.issues
  throw invalidTemplate(name, { path: issue?.path.map(String).join('.') ?? '', code: 'malformed', params: { detail: issue?.message ?? z.prettifyError(error) } }, { cause: error })
}

/** Members of `given` that a schema left out of what it made of it: misspelt ones, most of all. */
function unknownMembers(given: unknown, kept: unknown, path: string): { path: string; member: string }[] {
  if (typeof given !== 'object' || given === null || typeof kept !== 'object' || kept === null) return []
  const members = new Map<string, unknown>(Object.entries(kept))
  return Object.entries(given).flatMap(([member, value]) => {
    if (!members.has(member)) return [{ path, member }]
    return unknownMembers(value, members.get(member), path === '' ? member : `${path}.${member}`)
  })
}

/** A template as people would write it. */
function withoutDefaults(template: Template): object {
  const plain = schema.parse({ format: template.format, title: template.title, fields: [{ type: 'text', name: 'x' }] })
  const short = omit(template, { ...plain, format: null, title: null })
  return { ...short, fields: template.fields.map(shortField), ...(template.rules.length === 0 ? {} : { rules: template.rules.map(shortRule) }) }
}

function shortField(field: TemplateField): object {
  const needed = { type: field.type, name: 'x', choices: ['a', 'b'], item: 'text', columns: [{ type: 'text', name: 'x' }] }
  const short = omit(field, { ...templateField.parse(needed), type: null, name: null, choices: null, item: null, columns: null })
  return field.type === 'table' ? { ...short, columns: field.columns.map(shortField) } : short
}

function shortRule(rule: TemplateRule): object {
  const { tolerance } = templateRule.parse({ type: 'sum', parts: ['x'], total: 'x' }) as Extract<TemplateRule, { type: 'sum' }>
  return omit(rule, { tolerance })
}

/** Without the members that are as in `usual`. */
function omit(value: object, usual: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(value).filter(([key, member]) => JSON.stringify(member) !== JSON.stringify(usual[key])))
}
