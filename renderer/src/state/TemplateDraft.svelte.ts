import type { StoredTemplate, Template, TemplateField, TemplateRule } from '../../../main/contract/domains/template.ts'
import { nameFrom, freeName, newField, newTemplate, renameIn } from './newTemplate.ts'
import type { KeptDraft } from './keptDrafts.ts'
import { sameValue } from './sameValue.ts'
import { templateProblems, type TemplateProblem } from './templateProblems.ts'

/** A template as a person has it on the screen, saved or not. Nothing in it is changed in place: each change makes a new one. */
export class TemplateDraft {
  template = $state.raw<Template>(newTemplate())
  /** What it was made of; null: nothing is saved yet. */
  base = $state.raw<StoredTemplate | null>(null)
  /** The version that it was made of: older than `base` where it comes from before another window has saved. 0: nothing was saved. */
  version = $state(0)
  /** One for each field, the same as long as the field is the same, however it is called and wherever it stands. */
  keys = $state.raw<readonly number[]>([])
  ruleKeys = $state.raw<readonly number[]>([])
  // Remembered, not `$derived`: a draft outlives the screen that it was opened by, and what an effect derives ends with it.
  readonly #differs = remembering((template: Template, saved: Template) => !sameValue(template, saved))
  readonly #problems = remembering(templateProblems)
  readonly #askable = remembering(askable)
  readonly #byPath = remembering(groupByPath)
  readonly #changed: () => void
  #nextKey = 1

  /** @param changed Called after every change. */
  constructor(base: StoredTemplate | null, changed: () => void = () => undefined) {
    this.#changed = changed
    this.base = base
    this.version = base?.version ?? 0
    this.#show(base?.template ?? newTemplate())
  }

  /** There is something to save. */
  get dirty(): boolean {
    return this.#differs(this.template, this.base?.template ?? emptyTemplate)
  }

  get problems(): readonly TemplateProblem[] {
    return this.#problems(this.template)
  }

  /** What preview and trial ask with: it needs no title yet. Null where something else is wrong; the same until something changes. */
  get askable(): Template | null {
    return this.#askable(this.template, this.problems)
  }

  /** The problem to show beside a member; undefined where there is none. */
  problemOf(path: string): TemplateProblem | undefined {
    return this.#byPath(this.problems).get(path)
  }

  /** How many problems a member and everything in it have. */
  problemsIn(path: string): number {
    return this.problems.filter((problem) => problem.path === path || problem.path.startsWith(`${path}.`)).length
  }

  change(change: Partial<Template>): void {
    this.template = { ...this.template, ...change }
    this.#changed()
  }

  /** Another template in place of what is on the screen; `base` stays. */
  replace(template: Template): void {
    this.#show(template)
    this.#changed()
  }

  /** Goes on with what was typed before. */
  resume({ version, template }: KeptDraft): void {
    this.version = version
    this.replace(template)
  }

  /** What is saved, in place of what is on the screen. */
  follow(base: StoredTemplate): void {
    this.base = base
    this.version = base.version
    this.#show(base.template)
  }

  /** It was saved as `base`, or thrown away for it. What was typed since `sent` stays. */
  saved(base: StoredTemplate, sent: Template): void {
    const later = !sameValue(this.template, sent)
    this.base = base
    this.version = base.version
    if (!later) this.template = base.template
    this.#changed()
  }

  /** Adds a text field at the end, or a given one at its place; returns where. */
  addField(field: TemplateField = newField(this.template.fields), at = this.template.fields.length): number {
    this.keys = this.keys.toSpliced(at, 0, this.#nextKey++)
    this.change({ fields: this.template.fields.toSpliced(at, 0, field) })
    return at
  }

  removeField(at: number): void {
    this.keys = this.keys.toSpliced(at, 1)
    this.change({ fields: this.template.fields.toSpliced(at, 1) })
  }

  /** Moves a field by one place or more; returns where it is now. */
  moveField(at: number, by: number): number {
    const to = Math.min(this.template.fields.length - 1, Math.max(0, at + by))
    this.keys = moved(this.keys, at, to)
    this.change({ fields: moved(this.template.fields, at, to) })
    return to
  }

  /** Rules follow a field, or a column, to its new name. */
  setField(at: number, field: TemplateField): void {
    const { fields, rules } = this.template
    const before = fields[at]
    if (before === undefined) return
    const names = renamed(before, field)
    const unique = fields.filter(({ name }) => name === before.name).length === 1
    this.change({ fields: fields.with(at, field), ...(names.size > 0 && unique ? { rules: rules.map((rule) => renameIn(rule, (path) => names.get(path) ?? path)) } : {}) })
  }

  /** What people read in place of the name. The name follows as long as nobody has chosen another one. */
  relabel(at: number, label: string): void {
    const { fields } = this.template
    const field = fields[at]
    if (field !== undefined) this.setField(at, relabelled(field, label, fields.toSpliced(at, 1)))
  }

  addRule(rule: TemplateRule): void {
    this.ruleKeys = [...this.ruleKeys, this.#nextKey++]
    this.change({ rules: [...this.template.rules, rule] })
  }

  setRule(at: number, rule: TemplateRule): void {
    this.change({ rules: this.template.rules.with(at, rule) })
  }

  removeRule(at: number): void {
    this.ruleKeys = this.ruleKeys.toSpliced(at, 1)
    this.change({ rules: this.template.rules.toSpliced(at, 1) })
  }

  #show(template: Template): void {
    this.template = template
    this.keys = template.fields.map(() => this.#nextKey++)
    this.ruleKeys = template.rules.map(() => this.#nextKey++)
  }
}

const emptyTemplate = newTemplate()

/** A field with another label, and with the name made of it where the name was made of the label before. */
export function relabelled<Field extends TemplateField>(field: Field, label: string, others: readonly TemplateField[]): Field {
  const made = field.label === '' ? /^field(_\d+)?$/.test(field.name) || field.name === '' : field.name.replace(/_\d+$/, '') === nameFrom(field.label).replace(/_\d+$/, '')
  const name = nameFrom(label)
  return { ...field, label, name: made && name !== '' ? freeName(name, others) : field.name }
}

/** Old and new paths of what is called otherwise now. An empty name is one in the making: nothing follows to it, or from it. */
function renamed(before: TemplateField, after: TemplateField): ReadonlyMap<string, string> {
  if (before.name === '' || after.name === '') return new Map()
  if (before.type !== 'table' || after.type !== 'table') return new Map(before.name === after.name ? [] : [[before.name, after.name]])
  const column = renamedColumn(before.columns, after.columns)
  const pairs = before.columns.map(({ name }) => [`${before.name}.${name}`, `${after.name}.${name === column?.from ? column.to : name}`] as const)
  return new Map(pairs.filter(([from, to]) => from !== to))
}

/** The one column that is called otherwise; null where columns were moved, added or removed. */
function renamedColumn(before: readonly { name: string }[], after: readonly { name: string }[]): { from: string; to: string } | null {
  const different = before.flatMap(({ name }, at) => (after[at] === undefined || after[at].name === name ? [] : [{ from: name, to: after[at].name }]))
  const [only] = different
  return before.length === after.length && different.length === 1 && only !== undefined && only.from !== '' && only.to !== '' ? only : null
}

function moved<Value>(list: readonly Value[], from: number, to: number): readonly Value[] & Value[] {
  const [value] = list.slice(from, from + 1)
  return value === undefined ? [...list] : list.toSpliced(from, 1).toSpliced(to, 0, value)
}

function askable(template: Template, problems: readonly TemplateProblem[]): Template | null {
  if (problems.some(({ code }) => code !== 'titleEmpty')) return null
  return problems.length === 0 ? template : { ...template, title: '–' }
}

/** The same function, which works only when it is asked about something else than the last time. */
function remembering<Input extends readonly unknown[], Result>(work: (...input: Input) => Result): (...input: Input) => Result {
  let last: { readonly input: Input; readonly result: Result } | null = null
  return (...input) => {
    if (last === null || input.some((one, at) => one !== last?.input[at])) last = { input, result: work(...input) }
    return last.result
  }
}

function groupByPath(problems: readonly TemplateProblem[]): ReadonlyMap<string, TemplateProblem> {
  return new Map([...problems].reverse().map((problem) => [problem.path, problem]))
}
