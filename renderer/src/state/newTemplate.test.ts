import { expect, it } from 'vitest'
import { fieldTypes, template as schema } from '../../../main/contract/domains/template.ts'
import { columnAs, fieldAs, freeName, nameFrom, newField, newTemplate } from './newTemplate.ts'

it('makes names of labels in any script', () => {
  expect(['Total (incl. VAT)', '价税合计', '  2nd date ', 'Größe', '—'].map(nameFrom)).toEqual(['total_incl_vat', '价税合计', '_2nd_date', 'größe', ''])
  expect(nameFrom('a'.repeat(80))).toHaveLength(64)
})

it('finds a name that is free', () => {
  expect(freeName('field', [{ name: 'field' }, { name: 'field_2' }])).toBe('field_3')
})

it('turns a field into every other kind, which the contract takes, and keeps what both have', () => {
  const field = { ...newField([]), label: 'Sum', hint: 'at the bottom', required: true }
  for (const type of fieldTypes) {
    const other = fieldAs(field, type)
    const fields = [other.type === 'oneOf' ? { ...other, choices: ['a', 'b'] } : other]
    expect(schema.parse({ ...newTemplate(), title: 'T', fields }).fields).toEqual(fields)
    expect(other).toMatchObject({ name: 'field', label: 'Sum', hint: 'at the bottom', required: true, type })
  }
})

it('keeps a range between numbers and money', () => {
  const number = { ...columnAs(newField([]), 'number'), min: 1, max: 9 }
  expect(columnAs(number, 'money')).toMatchObject({ min: 1, max: 9, currency: null })
})
