import type { FieldType, ScalarField, Template, TemplateField, TemplateRule } from '../../../main/contract/domains/template.ts'

/** A template to begin with: one field, ready to be named. */
export function newTemplate(): Template {
  return { format: 'llava-desk-template/1', title: '', description: '', instructions: '', locale: null, mode: 'auto', fields: [newField([])], rules: [] }
}

/** A name that none of the others has. */
export function freeName(wanted: string, others: readonly { readonly name: string }[]): string {
  const taken = new Set(others.map(({ name }) => name))
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}_${number}`
    if (!taken.has(name)) return name
  }
}

/** A text field to begin with. */
export function newField(others: readonly { readonly name: string }[]): ScalarField {
  return scalar('text', { name: freeName('field', others), label: '', required: false, hint: '', example: '' })
}

type Common = Pick<TemplateField, 'name' | 'label' | 'required' | 'hint' | 'example'>

function commonOf({ name, label, required, hint, example }: Common): Common {
  return { name, label, required, hint, example }
}

/** One value of a type, with everything else as it is for most. */
function scalar(type: ScalarField['type'], common: Common): ScalarField {
  switch (type) {
    case 'text':
      return { ...common, type, maxLength: 120, pattern: null, checksum: null }
    case 'number':
      return { ...common, type, min: null, max: null, decimals: null }
    case 'money':
      return { ...common, type, min: null, max: null, currency: null }
    case 'date':
      return { ...common, type, earliest: null, latest: null }
    case 'yesNo':
      return { ...common, type }
    case 'oneOf':
      return { ...common, type, choices: ['', ''] }
  }
}

/** The same column with another type. Its name, label, hint and example stay; a range stays between numbers and money. */
export function columnAs(field: ScalarField, type: ScalarField['type']): ScalarField {
  const next = scalar(type, commonOf(field))
  if ((next.type === 'number' || next.type === 'money') && (field.type === 'number' || field.type === 'money')) return { ...next, min: field.min, max: field.max }
  return next
}

/** The same field with another type, as `columnAs`. */
export function fieldAs(field: TemplateField, type: FieldType): TemplateField {
  const common = commonOf(field)
  if (type === 'list') return { ...common, type, item: 'text', maxItems: 20, maxLength: 80 }
  if (type === 'table') return { ...common, type, columns: [newField([])], maxRows: 30 }
  if (field.type === 'list' || field.type === 'table') return scalar(type, common)
  return columnAs(field, type)
}

/** A rule to begin with; its places are empty. */
export function newRule(type: TemplateRule['type']): TemplateRule {
  switch (type) {
    case 'sum':
      return { type, parts: [''], total: '', tolerance: 0.01 }
    case 'product':
      return { type, factors: ['', ''], product: '', tolerance: 0.01 }
    case 'order':
      return { type, first: '', then: '' }
    case 'needs':
      return { type, field: '', needs: '' }
  }
}

/** A rule with one field, or one column, called otherwise. */
export function renameIn(rule: TemplateRule, rename: (path: string) => string): TemplateRule {
  switch (rule.type) {
    case 'sum':
      return { ...rule, parts: rule.parts.map(rename), total: rename(rule.total) }
    case 'product':
      return { ...rule, factors: rule.factors.map(rename), product: rename(rule.product) }
    case 'order':
      return { ...rule, first: rename(rule.first), then: rename(rule.then) }
    case 'needs':
      return { ...rule, field: rename(rule.field), needs: rename(rule.needs) }
  }
}

/**
 * What a label is called in the data: small letters of any script, digits and "_"; empty where nothing of it is left.
 * "Total (incl. VAT)" becomes "total_incl_vat".
 */
export function nameFrom(label: string): string {
  const name = label
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 64)
  return /^\p{N}/u.test(name) ? `_${name}`.slice(0, 64) : name
}
