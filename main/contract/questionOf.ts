import type { ScalarField, Template, TemplateField } from './domains/template.ts'

/**
 * What a model is asked about the picture, in either mode. A template of names alone asks what the demo model was trained on, and
 * nothing more; whatever else the template says stands before it, in lines of its own. (Behind it, a sentence of instructions cost
 * the demo model 6 of 100 values in whole records; before it, none.)
 */
export function questionOf(template: Pick<Template, 'fields' | 'instructions'>): string {
  const lines = template.instructions === '' ? [] : [template.instructions]
  for (const field of template.fields) {
    lines.push(...lineOf(field.name, field))
    if (field.type === 'table') for (const column of field.columns) lines.push(...lineOf(`${field.name}.${column.name}`, column))
  }
  return [...lines, `Extract the following fields as JSON: ${template.fields.map(({ name }) => name).join(', ')}.`].join('\n')
}

/** What the template says of a field beyond its name; no line where it says nothing. */
function lineOf(name: string, field: TemplateField): string[] {
  const said = [...kindOf(field), ...(field.hint === '' ? [] : [field.hint.replaceAll(/\s*\n\s*/g, ' ')]), ...(field.example === '' ? [] : [`for example ${field.example.replaceAll(/\s*\n\s*/g, ' ')}`])]
  return said.length === 0 ? [] : [`${name}: ${said.join('; ')}`]
}

function kindOf(field: ScalarField | TemplateField): string[] {
  switch (field.type) {
    case 'oneOf':
      return [`one of ${field.choices.map((choice) => JSON.stringify(choice)).join(', ')}`]
    case 'yesNo':
      return ['true or false']
    case 'money':
      return field.currency === null ? [] : [`in ${field.currency}`]
    case 'list':
      return ['a list']
    case 'table':
      return [`a list of objects with ${field.columns.map((column) => column.name).join(', ')}`]
    case 'text':
    case 'number':
    case 'date':
      return []
  }
}
