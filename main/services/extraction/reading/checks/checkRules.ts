import type { Cell, FailedCheck, Scalar } from '../../../../contract/domains/extraction.ts'
import type { TemplateRule } from '../../../../contract/domains/template.ts'
import { unreachable } from '../../../../platform/unreachable.ts'
import { isDay } from './checkValue.ts'

/** A check that failed, and the fields that it speaks of. */
export interface BrokenRule {
  readonly fields: readonly string[]
  readonly check: FailedCheck
}
export interface RuleOutcome {
  readonly broken: readonly BrokenRule[]
  /** Fields whose values a sum or a product bears out. */
  readonly borneOut: ReadonlySet<string>
}

type Cells = Readonly<Record<string, Cell>>

/** What the rules between fields say of a record. A rule with a value that is not there, or was not understood, says nothing. */
export function checkRules(rules: readonly TemplateRule[], cells: Cells): RuleOutcome {
  const broken: BrokenRule[] = []
  const borneOut = new Set<string>()
  for (const rule of rules) {
    const { failed, fields } = outcomeOf(rule, cells)
    if (failed !== null) broken.push(...failed.map((check) => ({ fields, check })))
    if (failed?.length === 0 && (rule.type === 'sum' || rule.type === 'product')) for (const field of fields) borneOut.add(field)
  }
  return { broken, borneOut }
}

/** `failed` is null where the rule says nothing. */
interface Outcome {
  readonly failed: readonly FailedCheck[] | null
  readonly fields: readonly string[]
}

function outcomeOf(rule: TemplateRule, cells: Cells): Outcome {
  switch (rule.type) {
    case 'sum':
      return { failed: checkSum(rule, cells), fields: fieldsOf([...rule.parts, rule.total]) }
    case 'product':
      return { failed: checkProduct(rule, cells), fields: fieldsOf([...rule.factors, rule.product]) }
    case 'order':
      return { failed: checkOrder(rule, cells), fields: fieldsOf([rule.first, rule.then]) }
    case 'needs': {
      const isMissing = has(cells, rule.field) && !has(cells, rule.needs)
      return { failed: isMissing ? [{ code: 'needs', params: { field: rule.field, needs: rule.needs } }] : [], fields: fieldsOf([rule.needs]) }
    }
    default:
      return unreachable(rule)
  }
}

const fieldsOf = (paths: readonly string[]): string[] => [...new Set(paths.map(fieldOf))]
/** The field of a path such as `items.amount`. */
const fieldOf = (path: string): string => path.split('.', 1)[0] ?? path

/** Values of a field, or of a column in each row. */
function valuesAt(cells: Cells, path: string): Scalar[] {
  const content = cells[fieldOf(path)]?.content
  if (content === undefined) return []
  if (content.kind === 'one') return [content.reading.value]
  if (content.kind === 'list') return content.items.map(({ value }) => value)
  const column = path.slice(fieldOf(path).length + 1)
  return content.rows.map((row) => row[column]?.value ?? null)
}

const has = (cells: Cells, path: string): boolean => valuesAt(cells, path).some((value) => value !== null)

/** Null where one of them is no number or there is none. */
function numbersAt(cells: Cells, path: string): number[] | null {
  const values = valuesAt(cells, path)
  return values.length > 0 && values.every((value) => typeof value === 'number') ? values : null
}

function checkSum({ parts, total, tolerance }: Extract<TemplateRule, { type: 'sum' }>, cells: Cells): FailedCheck[] | null {
  const summands = parts.map((path) => numbersAt(cells, path))
  const [wanted, ...more] = numbersAt(cells, total) ?? []
  if (wanted === undefined || more.length > 0 || !summands.every((numbers) => numbers !== null)) return null
  const sum = summands.flat().reduce((all, number) => all + number, 0)
  return isNear(sum, wanted, tolerance) ? [] : [{ code: 'sum', params: { parts: parts.join(','), total, sum: rounded(sum), found: wanted } }]
}

function checkProduct({ factors, product, tolerance }: Extract<TemplateRule, { type: 'product' }>, cells: Cells): FailedCheck[] | null {
  const columns = factors.map((path) => valuesAt(cells, path))
  const failed: FailedCheck[] = []
  let said = 0
  for (const [row, wanted] of valuesAt(cells, product).entries()) {
    // A field of one value goes with every row.
    const numbers = columns.map((column) => (column.length === 1 ? column[0] : column[row]))
    if (typeof wanted !== 'number' || !numbers.every((number) => typeof number === 'number')) continue
    said++
    const found = numbers.reduce((all, number) => all * number, 1)
    if (!isNear(found, wanted, tolerance)) failed.push({ code: 'product', params: { product, row: row + 1, result: rounded(found), found: wanted } })
  }
  return said === 0 ? null : failed
}

/** Holds for each row where both are columns. */
function checkOrder({ first, then }: Extract<TemplateRule, { type: 'order' }>, cells: Cells): FailedCheck[] | null {
  const [befores, afters] = [valuesAt(cells, first), valuesAt(cells, then)]
  for (const [row, before] of befores.entries()) {
    for (const after of befores.length === afters.length ? [afters[row] ?? null] : afters) {
      if (isAfter(before, after)) return [{ code: 'order', params: { first, then, before: String(before), after: String(after) } }]
    }
  }
  return []
}

/** Of numbers, and of days, which compare as texts; nothing else has an order. */
function isAfter(one: Scalar, other: Scalar): boolean {
  if (typeof one === 'number' && typeof other === 'number') return one > other
  return isDay(one) && isDay(other) && one > other
}

/** Sums of doubles are off by next to nothing; that much is no difference. */
const isNear = (one: number, other: number, tolerance: number): boolean => Math.abs(one - other) <= tolerance + 1e-9 * Math.max(1, Math.abs(one), Math.abs(other))
const rounded = (number: number): number => Number(number.toFixed(6))
