import type { ScalarField, TemplateField } from '../../../contract/domains/template.ts'
import { unreachable } from '../../../platform/unreachable.ts'

/** No answer needs more; the engine keeps room for it while it is written. */
const MOST = 2048
/** Quotes, the end, and a few tokens to spare. */
const AROUND = 12
const PRINTED_NUMBER = 40
const PRINTED_DAY = 48

/** Tokens that an answer with these fields may take; capitals and digits take one each, scripts that a vocabulary lacks up to three. */
export function answerLength(fields: readonly TemplateField[]): number {
  return Math.min(MOST, fields.reduce((sum, field) => sum + field.name.length + AROUND + tokensOf(field), 0))
}

function tokensOf(field: ScalarField | TemplateField): number {
  switch (field.type) {
    case 'text':
      return Math.ceil(field.maxLength * 1.5)
    case 'number':
    case 'money':
      return PRINTED_NUMBER
    case 'date':
      return PRINTED_DAY
    case 'yesNo':
      return 4
    case 'oneOf':
      return Math.max(...field.choices.map((choice) => Buffer.byteLength(JSON.stringify(choice))))
    case 'list':
      return field.maxItems * (field.item === 'text' ? field.maxLength + 4 : PRINTED_NUMBER)
    case 'table':
      return field.maxRows * field.columns.reduce((sum, column) => sum + column.name.length + AROUND + tokensOf(column), 0)
    default:
      return unreachable(field)
  }
}
