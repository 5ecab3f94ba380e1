import type { ScalarField, Template, TemplateField } from '../../contract/domains/template.ts'
import { unreachable } from '../../platform/unreachable.ts'

/** A record as it may come out of a template, as JSON for people: its examples where it has any, else something of the kind. */
export function exampleRecord({ fields }: Pick<Template, 'fields'>): string {
  return JSON.stringify(Object.fromEntries(fields.map((field) => [field.name, valueOf(field)])), null, 2)
}

function valueOf(field: TemplateField): unknown {
  if (field.type === 'list') return [field.example === '' ? kindOf(field.item) : field.example]
  if (field.type === 'table') return [Object.fromEntries(field.columns.map((column) => [column.name, scalarOf(column)]))]
  return scalarOf(field)
}

function scalarOf(field: ScalarField): unknown {
  switch (field.type) {
    case 'number':
    case 'money': {
      const number = Number(field.example)
      return field.example === '' || Number.isNaN(number) ? kindOf(field.type) : number
    }
    case 'yesNo':
      return true
    case 'oneOf':
      return field.choices[0]
    case 'text':
    case 'date':
      return field.example === '' ? kindOf(field.type) : field.example
    default:
      return unreachable(field)
  }
}

function kindOf(type: 'text' | 'number' | 'money' | 'date'): string | number {
  return { text: '…', number: 12, money: 12.5, date: '2026-01-31' }[type]
}
