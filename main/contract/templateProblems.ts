import type { ScalarField, Template, TemplateField, TemplateRule } from './domains/template.ts'
import { patternProblem } from './patternProblem.ts'

/** Everything that can be wrong with a template that has the right form. `templateProblemTexts.ts` has the sentences. */
export const templateProblemCodes = [
  'nameTaken', // field
  'nameReserved', // field
  'choiceTwice', // choice
  'exampleNoChoice', // example
  'rangeEmpty', // from, to
  'patternSyntax', // detail
  'patternUnsupported', // what
  'patternSlow',
  'localeUnknown', // locale
  'ruleUnknownField', // field
  'ruleWrongType', // field, type
  'ruleTwoTypes', // first, then
  'ruleSameField', // field
  'ruleOneTable', // field
  'ruleNoColumn', // field
] as const
export type TemplateProblemCode = (typeof templateProblemCodes)[number]

/** One thing that is wrong. */
export interface TemplateProblem {
  /** Where in the template: keys and places (from 0) joined by dots, e.g. `fields.2.columns.0.pattern`, `rules.1.total`. */
  readonly path: string
  readonly code: TemplateProblemCode
  /** What fills its sentence. */
  readonly params: Readonly<Record<string, string | number>>
}

/**
 * What is wrong with a template beyond its form, which its schema checks; empty: it can be used. Pure and quick enough to run
 * at every key that is pressed.
 */
export function templateProblems(template: Template): TemplateProblem[] {
  return [...localeProblems(template.locale), ...template.fields.flatMap((field, place) => fieldProblems(field, `fields.${place}`)), ...nameProblems(template.fields, 'fields'), ...ruleProblems(template)]
}

type AnyField = TemplateField | ScalarField
type Report = (path: string, code: TemplateProblemCode, params?: TemplateProblem['params']) => TemplateProblem
const problem: Report = (path, code, params = {}) => ({ path, code, params })

function localeProblems(locale: string | null): TemplateProblem[] {
  try {
    if (locale !== null) Intl.getCanonicalLocales(locale)
    return []
  } catch {
    return [problem('locale', 'localeUnknown', { locale: locale ?? '' })]
  }
}

/** Two spellings of one name (Unicode composes letters in several ways) count as one. */
function nameProblems(fields: readonly AnyField[], path: string): TemplateProblem[] {
  const taken = new Set<string>()
  return fields.flatMap(({ name }, place) => {
    const same = name.normalize('NFC')
    // Names of members that every JavaScript object has: a record must not seem to have a value that it lacks.
    if (same in {}) return [problem(`${path}.${place}.name`, 'nameReserved', { field: name })]
    if (taken.has(same)) return [problem(`${path}.${place}.name`, 'nameTaken', { field: name })]
    taken.add(same)
    return []
  })
}

function fieldProblems(field: AnyField, path: string): TemplateProblem[] {
  switch (field.type) {
    case 'text': {
      const found = field.pattern === null ? null : patternProblem(field.pattern, field.maxLength)
      return found === null ? [] : [{ path: `${path}.pattern`, ...found }]
    }
    case 'number':
    case 'money':
      return rangeProblems(field.min, field.max, `${path}.min`)
    case 'date':
      return rangeProblems(field.earliest, field.latest, `${path}.earliest`)
    case 'oneOf':
      return choiceProblems(field, path)
    case 'table':
      return [...field.columns.flatMap((column, place) => fieldProblems(column, `${path}.columns.${place}`)), ...nameProblems(field.columns, `${path}.columns`)]
    case 'yesNo':
    case 'list':
      return []
  }
}

/** Days of ISO 8601 stand in the order of their letters. */
function rangeProblems<T extends string | number>(from: T | null, to: T | null, path: string): TemplateProblem[] {
  return from !== null && to !== null && from > to ? [problem(path, 'rangeEmpty', { from, to })] : []
}

/** Choices that differ in case alone cannot be told apart on a page. */
function choiceProblems({ choices, example }: Extract<ScalarField, { type: 'oneOf' }>, path: string): TemplateProblem[] {
  const taken = new Set<string>()
  const twice = choices.flatMap((choice, place) => {
    const same = choice.normalize('NFKC').toLowerCase()
    if (taken.has(same)) return [problem(`${path}.choices.${place}`, 'choiceTwice', { choice })]
    taken.add(same)
    return []
  })
  return example === '' || taken.has(example.normalize('NFKC').toLowerCase()) ? twice : [...twice, problem(`${path}.example`, 'exampleNoChoice', { example })]
}

/** A field or column that a rule names, with the table it is a column of. */
interface Target {
  readonly field: AnyField
  readonly table: string | null
}

function ruleProblems({ fields, rules }: Template): TemplateProblem[] {
  const targets = new Map<string, Target>()
  for (const field of fields) {
    targets.set(field.name, { field, table: null })
    if (field.type === 'table') for (const column of field.columns) targets.set(`${field.name}.${column.name}`, { field: column, table: field.name })
  }
  return rules.flatMap((rule, place) => oneRuleProblems(rule, `rules.${place}`, targets))
}

/** The first thing wrong with a rule: with an unknown field, say, nothing else about it can be judged. */
function oneRuleProblems(rule: TemplateRule, path: string, targets: ReadonlyMap<string, Target>): TemplateProblem[] {
  const named = namedBy(rule)
  for (const [key, field] of named) if (!targets.has(field)) return [problem(`${path}.${key}`, 'ruleUnknownField', { field })]
  const seen = new Set<string>()
  for (const [key, field] of named) {
    if (seen.has(field)) return [problem(`${path}.${key}`, 'ruleSameField', { field })]
    seen.add(field)
  }
  const uses = named.map(([key, name]): Use => ({ path: `${path}.${key}`, name, ...(targets.get(name) as Target) }))
  return typeProblems(rule.type, uses) ?? placeProblems(rule.type, uses) ?? []
}

interface Use extends Target {
  readonly path: string
  readonly name: string
}

/** The paths a rule names, each with where it names it; what the others add up to comes last. */
function namedBy(rule: TemplateRule): (readonly [key: string, field: string])[] {
  const all = (key: string, paths: readonly string[]) => paths.map((path, place) => [`${key}.${place}`, path] as const)
  switch (rule.type) {
    case 'sum':
      return [...all('parts', rule.parts), ['total', rule.total]]
    case 'product':
      // A factor may count twice: a square.
      return [...all('factors', rule.factors).filter(([, path], place, list) => list.findIndex(([, other]) => other === path) === place), ['product', rule.product]]
    case 'order':
      return [['first', rule.first], ['then', rule.then]]
    case 'needs':
      return [['field', rule.field], ['needs', rule.needs]]
  }
}

function typeProblems(type: TemplateRule['type'], uses: readonly Use[]): TemplateProblem[] | null {
  if (type === 'needs') return null
  const countable = ({ field }: Use) => field.type === 'number' || field.type === 'money'
  const fits = type === 'order' ? (use: Use) => countable(use) || use.field.type === 'date' : countable
  const misfit = uses.find((use) => !fits(use))
  if (misfit !== undefined) return [problem(misfit.path, 'ruleWrongType', { field: misfit.name, type: misfit.field.type })]
  const [first, then] = uses
  if (type === 'order' && first !== undefined && then !== undefined && countable(first) !== countable(then)) return [problem(then.path, 'ruleTwoTypes', { first: first.name, then: then.name })]
  return null
}

/** Whether columns stand where the rule can take them. */
function placeProblems(type: TemplateRule['type'], uses: readonly Use[]): TemplateProblem[] | null {
  if (type === 'sum') {
    const total = uses.at(-1)
    return total === undefined || total.table === null ? null : [problem(total.path, 'ruleNoColumn', { field: total.name })]
  }
  const table = uses[0]?.table ?? null
  const astray = uses.find((use) => use.table !== table || (type === 'product' && use.table === null))
  return astray === undefined ? null : [problem(astray.path, 'ruleOneTable', { field: astray.name })]
}
