import type { FieldType, ScalarField, Template, TemplateField, TemplateRule } from '../../../main/contract/domains/template.ts'
import { templateProblems as problemsOfMeaning, type TemplateProblemCode } from '../../../main/contract/templateProblems.ts'

/** What is wrong with the form of a template, as its schema has it; the screen has a sentence for each. */
export type FormProblemCode =
  | 'titleEmpty'
  | 'tooLong'
  | 'noFields'
  | 'tooManyFields'
  | 'nameEmpty'
  | 'nameForm'
  | 'numberForm'
  | 'numberBounds'
  | 'currencyForm'
  | 'dayForm'
  | 'choicesFew'
  | 'choicesMany'
  | 'choiceEmpty'
  | 'columnsNone'
  | 'columnsMany'
  | 'ruleEmpty'

/** One of them. `path`: the member it is about, such as `fields.2.columns.0.name`; `params` fill its sentence. */
export interface TemplateProblem {
  readonly path: string
  readonly code: FormProblemCode | TemplateProblemCode
  readonly params: Readonly<Record<string, string | number>>
}

/** As `fieldName` of the contract. */
const NAME = /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u

type Tell = (path: string, code: FormProblemCode, params?: TemplateProblem['params']) => void

/** Characters, at most, of the texts that a template has. As in the contract's schema; a test holds both to each other. */
export const lengths = { title: 100, description: 500, instructions: 2000, name: 64, label: 80, hint: 300, example: 200, pattern: 500, choice: 100 } as const
/** The numbers of parts that a template may have. */
export const counts = { fields: 60, columns: 12, choices: 50, rules: 40 } as const

/**
 * Everything that keeps a template from being saved; empty where it is whole. First its form, which the contract's schema judges, too,
 * but without words for a person; then what the services judge with the same function.
 */
export function templateProblems(template: Template): readonly TemplateProblem[] {
  const form = formProblems(template)
  const told = new Set(form.map(({ path }) => path))
  // The list of choices has one place on the screen.
  const meaning = problemsOfMeaning(template).map((problem) => ({ ...problem, path: problem.path.replace(/\.choices\.\d+$/, '.choices') }))
  return [...form, ...meaning.filter(({ path }) => !told.has(path))]
}

function formProblems(template: Template): TemplateProblem[] {
  const problems: TemplateProblem[] = []
  const tell: Tell = (path, code, params = {}) => problems.push({ path, code, params })
  if (template.title.trim() === '') tell('title', 'titleEmpty')
  for (const part of ['title', 'description', 'instructions'] as const) length(tell, part, template[part], lengths[part])
  if (template.fields.length === 0) tell('fields', 'noFields')
  if (template.fields.length > counts.fields) tell('fields', 'tooManyFields', { limit: counts.fields })
  for (const [at, field] of template.fields.entries()) judgeField(tell, `fields.${at}`, field)
  for (const [at, rule] of template.rules.entries()) judgeRule(tell, `rules.${at}`, rule)
  return problems
}

function length(tell: Tell, path: string, text: string, limit: number): void {
  if (text.trim().length > limit) tell(path, 'tooLong', { limit })
}

function judgeField(tell: Tell, path: string, field: TemplateField): void {
  const { name } = field
  if (name === '') tell(`${path}.name`, 'nameEmpty')
  else if (!NAME.test(name)) tell(`${path}.name`, 'nameForm')
  if (name.length > lengths.name) tell(`${path}.name`, 'tooLong', { limit: lengths.name })
  for (const part of ['label', 'hint', 'example'] as const) length(tell, `${path}.${part}`, field[part], lengths[part])
  judgeType(tell, path, field)
}

function judgeType(tell: Tell, path: string, field: TemplateField): void {
  switch (field.type) {
    case 'text':
      bounds(tell, `${path}.maxLength`, field.maxLength, 1, 2000)
      length(tell, `${path}.pattern`, field.pattern ?? '', lengths.pattern)
      break
    case 'number':
    case 'money':
      for (const part of ['min', 'max'] as const) if (Number.isNaN(field[part])) tell(`${path}.${part}`, 'numberForm')
      if (field.type === 'number' && field.decimals !== null) bounds(tell, `${path}.decimals`, field.decimals, 0, 6)
      if (field.type === 'money' && field.currency !== null && !/^[A-Z]{3}$/.test(field.currency)) tell(`${path}.currency`, 'currencyForm')
      break
    case 'date':
      for (const part of ['earliest', 'latest'] as const) if (!isDay(field[part])) tell(`${path}.${part}`, 'dayForm')
      break
    case 'yesNo':
      break
    case 'oneOf':
      judgeChoices(tell, `${path}.choices`, field.choices)
      break
    case 'list':
      bounds(tell, `${path}.maxItems`, field.maxItems, 1, 100)
      bounds(tell, `${path}.maxLength`, field.maxLength, 1, 500)
      break
    case 'table':
      bounds(tell, `${path}.maxRows`, field.maxRows, 1, 200)
      if (field.columns.length === 0) tell(`${path}.columns`, 'columnsNone')
      if (field.columns.length > counts.columns) tell(`${path}.columns`, 'columnsMany', { limit: counts.columns })
      for (const [at, column] of field.columns.entries()) judgeField(tell, `${path}.columns.${at}`, column)
      break
  }
}

function bounds(tell: Tell, path: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) tell(path, 'numberBounds', { min, max })
}

function isDay(day: string | null): boolean {
  if (day === null) return true
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return false
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

function judgeChoices(tell: Tell, path: string, choices: readonly string[]): void {
  const trimmed = choices.map((choice) => choice.trim())
  if (trimmed.some((choice) => choice === '')) tell(path, 'choiceEmpty')
  else if (choices.length < 2) tell(path, 'choicesFew')
  if (choices.length > counts.choices) tell(path, 'choicesMany', { limit: counts.choices })
  if (trimmed.some((choice) => choice.length > lengths.choice)) tell(path, 'tooLong', { limit: lengths.choice })
}

/** A field, or a column of a table, that a rule may name. */
export interface RuleTarget {
  readonly path: string
  readonly type: FieldType
  readonly field: TemplateField
  /** The table it is a column of; null: a field of its own. */
  readonly table: TemplateField | null
}

/** Everything that a rule may name: fields of one value or of a list, and columns. */
export function ruleTargets(template: Pick<Template, 'fields'>): readonly RuleTarget[] {
  return template.fields.flatMap((field): readonly RuleTarget[] =>
    field.type === 'table'
      ? field.columns.map((column: ScalarField) => ({ path: `${field.name}.${column.name}`, type: column.type, field: column, table: field }))
      : [{ path: field.name, type: field.type, field, table: null }],
  )
}

/** What stands behind each place of a rule, with the member of the rule it stands in. */
export function ruleParts(rule: TemplateRule): readonly (readonly [member: string, path: string])[] {
  const many = (member: string, paths: readonly string[]) => paths.map((path, at) => [`${member}.${at}`, path] as const)
  switch (rule.type) {
    case 'sum':
      return [...many('parts', rule.parts), ['total', rule.total]]
    case 'product':
      return [...many('factors', rule.factors), ['product', rule.product]]
    case 'order':
      return [['first', rule.first], ['then', rule.then]]
    case 'needs':
      return [['field', rule.field], ['needs', rule.needs]]
  }
}

/** Whether values of a type can be counted with, or compared, as a rule wants; see `main/contract/templateProblems.ts`. */
export function suits(rule: TemplateRule['type'], { type }: RuleTarget): boolean {
  return rule === 'needs' || type === 'number' || type === 'money' || (rule === 'order' && type === 'date')
}

function judgeRule(tell: Tell, path: string, rule: TemplateRule): void {
  for (const [member, name] of ruleParts(rule)) if (name === '') tell(`${path}.${member}`, 'ruleEmpty')
  if ((rule.type === 'sum' || rule.type === 'product') && !(rule.tolerance >= 0)) tell(`${path}.tolerance`, 'numberBounds', { min: 0, max: 1_000_000 })
}
