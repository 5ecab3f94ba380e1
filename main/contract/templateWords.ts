import type { StoredTemplate, Template, TemplateField, TemplateWords } from './domains/template.ts'
import type { Language } from './language.ts'

/** Every field of a template and every column of its tables with its path, in order: `total`, `items`, `items.amount`. */
export function fieldsByPath({ fields }: Template): { path: string; field: TemplateField }[] {
  return fields.flatMap((field) => [{ path: field.name, field }, ...(field.type === 'table' ? field.columns.map((column) => ({ path: `${field.name}.${column.name}`, field: column })) : [])])
}

/** What people read in place of a field's name, in the template's own words. */
export function labelOf({ label, name }: Pick<TemplateField, 'label' | 'name'>): string {
  return label === '' ? name : label
}

/**
 * Title, description and the label of every path in a language; what has no translation is in the template's own words.
 * For a run's copy of a shipped template, give the `translations` of the shipped one: paths it no longer has do no harm.
 */
export function wordsOf({ template, translations }: Pick<StoredTemplate, 'template' | 'translations'>, language: Language): TemplateWords {
  const words = translations[language]
  return {
    title: words?.title ?? template.title,
    description: words?.description ?? template.description,
    labels: Object.fromEntries(fieldsByPath(template).map(({ path, field }) => [path, words?.labels[path] ?? labelOf(field)])),
  }
}

/**
 * A template with its words in a language instead of its own: what an editor shows of a shipped one, so that a copy is in the
 * language of whoever makes it. Only title, description and labels change. Without a translation: the template as it is.
 */
export function translated({ template, translations }: Pick<StoredTemplate, 'template' | 'translations'>, language: Language): Template {
  const words = translations[language]
  if (words === undefined) return template
  const labelled = <T extends { readonly name: string; readonly label: string }>(field: T, path: string): T => ({ ...field, label: words.labels[path] ?? field.label })
  return {
    ...template,
    title: words.title,
    description: words.description,
    fields: template.fields.map((field) => {
      const own = labelled(field, field.name)
      return own.type === 'table' ? { ...own, columns: own.columns.map((column) => labelled(column, `${own.name}.${column.name}`)) } : own
    }),
  }
}
