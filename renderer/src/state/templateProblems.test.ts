import { describe, expect, it } from 'vitest'
import { template as schema, type Template, type TemplateField } from '../../../main/contract/domains/template.ts'
import { fieldAs, newRule } from './newTemplate.ts'
import { templateProblems } from './templateProblems.ts'
import { templateOf } from './testing/extract.ts'

const [vendor, day, items, total] = templateOf().fields
const withField = (field: Partial<TemplateField>, of: TemplateField | undefined) => templateOf({ fields: [{ ...of!, ...field } as TemplateField], rules: [] })
const found = (template: Template) => templateProblems(template).map(({ path, code }) => `${path} ${code}`)

it('finds nothing wrong with a whole template, and neither does the contract', () => {
  expect(templateProblems(templateOf())).toEqual([])
  expect(schema.parse(templateOf())).toEqual(templateOf())
})

describe('what the contract refuses', () => {
  it.each<[string, Template]>([
    ['title titleEmpty', templateOf({ title: '  ' })],
    ['title tooLong', templateOf({ title: 'a'.repeat(101) })],
    ['description tooLong', templateOf({ description: 'a'.repeat(501) })],
    ['instructions tooLong', templateOf({ instructions: 'a'.repeat(2001) })],
    ['fields noFields', templateOf({ fields: [], rules: [] })],
    ['fields tooManyFields', templateOf({ fields: Array.from({ length: 61 }, (_, at) => ({ ...vendor!, name: `f${at}` })), rules: [] })],
    ['fields.0.name nameEmpty', withField({ name: '' }, vendor)],
    ['fields.0.name nameForm', withField({ name: 'net total' }, vendor)],
    ['fields.0.name nameForm', withField({ name: '1st' }, vendor)],
    ['fields.0.name tooLong', withField({ name: 'a'.repeat(65) }, vendor)],
    ['fields.0.label tooLong', withField({ label: 'a'.repeat(81) }, vendor)],
    ['fields.0.hint tooLong', withField({ hint: 'a'.repeat(301) }, vendor)],
    ['fields.0.example tooLong', withField({ example: 'a'.repeat(201) }, vendor)],
    ['fields.0.maxLength numberBounds', withField({ maxLength: 2001 }, vendor)],
    ['fields.0.maxLength numberBounds', withField({ maxLength: NaN }, vendor)],
    ['fields.0.pattern tooLong', withField({ pattern: 'a'.repeat(501) }, vendor)],
    ['fields.0.currency currencyForm', withField({ currency: 'EURO' }, total)],
    ['fields.0.min numberForm', withField({ min: NaN }, total)],
    ['fields.0.decimals numberBounds', withField({ decimals: 7 }, fieldAs(vendor!, 'number'))],
    ['fields.0.latest dayForm', withField({ latest: '2026-02-30' }, day)],
    ['fields.0.choices choicesFew', withField({ choices: ['one'] }, fieldAs(vendor!, 'oneOf'))],
    ['fields.0.choices choiceEmpty', withField({ choices: ['one', ' '] }, fieldAs(vendor!, 'oneOf'))],
    ['fields.0.choices choicesMany', withField({ choices: Array.from({ length: 51 }, (_, at) => `c${at}`) }, fieldAs(vendor!, 'oneOf'))],
    ['fields.0.choices tooLong', withField({ choices: ['one', 'a'.repeat(101)] }, fieldAs(vendor!, 'oneOf'))],
    ['fields.0.maxItems numberBounds', withField({ maxItems: 0 }, fieldAs(vendor!, 'list'))],
    ['fields.0.maxLength numberBounds', withField({ maxLength: 501 }, fieldAs(vendor!, 'list'))],
    ['fields.0.maxRows numberBounds', withField({ maxRows: 201 }, items)],
    ['fields.0.columns columnsNone', withField({ columns: [] }, items)],
    ['rules.0.field ruleEmpty', templateOf({ rules: [newRule('needs')] })],
    ['rules.0.tolerance numberBounds', templateOf({ rules: [{ type: 'sum', parts: ['total'], total: 'total', tolerance: -1 }] })],
  ])('is told here as well: %s', (expected, template) => {
    expect(found(template)).toContain(expected)
    expect(schema.safeParse(template).success).toBe(false)
  })
})

describe('what its schema cannot see', () => {
  it.each<[string, Template]>([
    ['fields.1.name nameTaken', templateOf({ fields: [vendor!, { ...day!, name: 'vendor' }], rules: [] })],
    ['fields.0.pattern patternSyntax', withField({ pattern: '[a-' }, vendor)],
    ['fields.0.pattern patternSlow', withField({ pattern: '(a+)+x' }, vendor)],
    ['fields.0.min rangeEmpty', withField({ min: 5, max: 4 }, total)],
    ['fields.0.earliest rangeEmpty', withField({ earliest: '2026-02-01', latest: '2026-01-01' }, day)],
    ['fields.0.choices choiceTwice', withField({ choices: ['one', 'one'] }, fieldAs(vendor!, 'oneOf'))],
    ['rules.0.total ruleUnknownField', templateOf({ rules: [{ type: 'sum', parts: ['items.amount'], total: 'gross', tolerance: 0 }] })],
    ['rules.0.total ruleWrongType', templateOf({ rules: [{ type: 'sum', parts: ['items.amount'], total: 'vendor', tolerance: 0 }] })],
    ['rules.0.first ruleWrongType', templateOf({ rules: [{ type: 'order', first: 'vendor', then: 'day' }] })],
  ])('is told as the services tell it: %s', (expected, template) => {
    expect(found(template)).toContain(expected)
  })

  it('is told once, beside what is wrong with the form of the same place', () => {
    expect(found(templateOf({ rules: [newRule('needs')] })).filter((one) => one.startsWith('rules.0.field'))).toEqual(['rules.0.field ruleEmpty'])
  })
})

it('takes names in every script that the contract takes', () => {
  expect(found(withField({ name: 'हिन्दी' }, vendor))).toEqual([])
  expect(schema.safeParse(withField({ name: 'हिन्दी' }, vendor)).success).toBe(true)
})
