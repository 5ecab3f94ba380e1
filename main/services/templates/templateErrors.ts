import type { Template } from '../../contract/domains/template.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import type { AnyProblemCode } from '../../contract/templateProblemTexts.ts'
import { templateProblems } from '../../contract/templateProblems.ts'
import type { TemplateProblem } from '../../contract/templateProblems.ts'

/** Something wrong with a template or a file that is to become one. */
export interface FoundProblem extends Omit<TemplateProblem, 'code'> {
  readonly code: AnyProblemCode
}

/** `TEMPLATE_INVALID` for a problem; `name` is the template's title or the file's name. */
export function invalidTemplate(name: string, { code, path, params }: FoundProblem, options?: { cause?: unknown }): AppError {
  return new AppError('TEMPLATE_INVALID', { ...params, name, path, problem: code }, options)
}

/** Throws `TEMPLATE_INVALID` with the first problem of a template, its place told by the names of fields. */
export function assertUsable(template: Template, name: string = template.title): void {
  const [problem] = templateProblems(template)
  if (problem !== undefined) throw invalidTemplate(name, { ...problem, path: pathByNames(template, problem.path) })
}

/** `fields.2.columns.0.pattern` as `items.amount.pattern`; what is about a name itself stays, since two fields may have it. */
function pathByNames({ fields }: Template, path: string): string {
  const [, place, , column, rest] = /^fields\.(\d+)(\.columns\.(\d+))?\.(?!columns|name$)(.+)$/.exec(path) ?? []
  const field = fields[Number(place)]
  if (field === undefined || rest === undefined) return path
  const inner = column !== undefined && field.type === 'table' ? field.columns[Number(column)] : undefined
  return [field.name, ...(inner === undefined ? [] : [inner.name]), rest].join('.')
}
