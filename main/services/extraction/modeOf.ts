import type { Template } from '../../contract/domains/template.ts'

/** How a template is read where `asked` or itself leave it open: by field where every field is one value, else as a whole record. */
export function modeOf(template: Pick<Template, 'mode' | 'fields'>, asked: Template['mode']): 'fields' | 'whole' {
  const wanted = asked === 'auto' ? template.mode : asked
  if (wanted !== 'auto') return wanted
  return template.fields.some(({ type }) => type === 'list' || type === 'table') ? 'whole' : 'fields'
}
