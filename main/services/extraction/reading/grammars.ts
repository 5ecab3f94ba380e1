import type { ScalarField, TemplateField } from '../../../contract/domains/template.ts'
import { unreachable } from '../../../platform/unreachable.ts'
import { GrammarWriter, literal } from './GrammarWriter.ts'

/** Characters of a number or an amount as it is printed, with its currency. */
const PRINTED_NUMBER = 32
/** Characters of a day as it is printed: "Wednesday, 30 September 2026". */
const PRINTED_DAY = 40

/**
 * What may follow an answer's beginning `{"name":` of one field: a space, the value, and "," or "}" behind a string or a number.
 *
 * [Note: A value's end] The model means to go on with the record, so what it writes at a value's end is "," or "}", often in one token
 * with the closing quote. Were only the quote allowed there, any other character it holds for possible would be likelier, and the
 * value would run on. Behind `null`, `true` and `false` nothing else can stand, so they need no such end.
 */
export function valueGrammar(field: TemplateField): string {
  const writer = new GrammarWriter()
  const { open, closed } = valueOf(writer, field, 'value')
  return writer.write(`" " (${[...(open.length > 0 ? [`(${open.join(' | ')}) [,}]`] : []), ...closed].join(' | ')})`)
}

/** What may follow the beginning of a whole record, `{"first":`. White space stands only where the question's model writes it. */
export function recordGrammar(template: { readonly fields: readonly TemplateField[] }): string {
  const writer = new GrammarWriter()
  const members = template.fields.map((field, index) => `${index === 0 ? '" "' : literal(`, ${JSON.stringify(field.name)}: `)} ${writer.rule(`value${index}`, anyOf(writer, field, `value${index}`))}`)
  return writer.write(`${members.join(' ')} "}"`)
}

interface Alternatives {
  /** Values that something must follow; see [Note: A value's end]. */
  readonly open: readonly string[]
  readonly closed: readonly string[]
}

const anyOf = (writer: GrammarWriter, field: TemplateField, name: string): string => {
  const { open, closed } = valueOf(writer, field, name)
  return [...open, ...closed].join(' | ')
}

const NULL = '"null"'

function valueOf(writer: GrammarWriter, field: TemplateField, name: string): Alternatives {
  switch (field.type) {
    case 'text':
      return { open: [writer.text(field.maxLength)], closed: [NULL] }
    case 'number':
    case 'money':
      return { open: [writer.number(), writer.text(PRINTED_NUMBER)], closed: [NULL] }
    case 'date':
      return { open: [writer.text(PRINTED_DAY)], closed: [NULL] }
    case 'yesNo':
      return { open: [], closed: ['"true"', '"false"', NULL] }
    case 'oneOf':
      return { open: field.choices.map((choice) => literal(JSON.stringify(choice))), closed: [NULL] }
    case 'list': {
      const item = writer.rule(`${name}-item`, itemOf(writer, field))
      return { open: [writer.list(`${name}-list`, item, field.maxItems)], closed: [NULL] }
    }
    case 'table': {
      const row = writer.rule(`${name}-row`, rowOf(writer, field.columns, `${name}-row`))
      return { open: [writer.list(`${name}-rows`, row, field.maxRows)], closed: [NULL] }
    }
    default:
      return unreachable(field)
  }
}

function itemOf(writer: GrammarWriter, { item, maxLength }: { item: 'text' | 'number' | 'money' | 'date'; maxLength: number }): string {
  switch (item) {
    case 'text':
      return `${writer.text(maxLength)} | ${NULL}`
    case 'number':
    case 'money':
      return `${writer.number()} | ${writer.text(PRINTED_NUMBER)} | ${NULL}`
    case 'date':
      return `${writer.text(PRINTED_DAY)} | ${NULL}`
    default:
      return unreachable(item)
  }
}

function rowOf(writer: GrammarWriter, columns: readonly ScalarField[], name: string): string {
  const members = columns.map((column, index) => {
    const key = literal(`${JSON.stringify(column.name)}: `)
    return `${key} ${writer.rule(`${name}-${index}`, anyOf(writer, column, `${name}-${index}`))}`
  })
  return `"{" ${members.join(' ", " ')} "}"`
}
