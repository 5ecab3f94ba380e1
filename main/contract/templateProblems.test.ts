import { describe, expect, test } from 'vitest'
import { template } from './domains/template.ts'
import type { Template, TemplateInput } from './domains/template.ts'
import { problemWords, templateFileProblemCodes } from './templateProblemTexts.ts'
import { templateProblemCodes, templateProblems } from './templateProblems.ts'
import { translated, wordsOf } from './templateWords.ts'

type Fields = TemplateInput['fields']
const make = (fields: Fields, more: Partial<TemplateInput> = {}): Template => template.parse({ format: 'llava-desk-template/1', title: 'T', fields, ...more })
const found = (fields: Fields, more: Partial<TemplateInput> = {}) => templateProblems(make(fields, more)).map(({ path, code }) => `${path} ${code}`)
const ruled = (...rules: NonNullable<TemplateInput['rules']>) =>
  found(
    [
      { type: 'money', name: 'net' },
      { type: 'number', name: 'total' },
      { type: 'date', name: 'from' },
      { type: 'date', name: 'to' },
      { type: 'text', name: 'note' },
      { type: 'table', name: 'rows', columns: [{ type: 'number', name: 'count' }, { type: 'money', name: 'price' }, { type: 'money', name: 'amount' }, { type: 'text', name: 'what' }] },
      { type: 'table', name: 'others', columns: [{ type: 'number', name: 'count' }] },
    ],
    { rules },
  )

describe('names', () => {
  test('may be there once in a record, and once in each table', () => {
    const columns = [{ type: 'text', name: 'a' }, { type: 'text', name: 'b' }] as const
    expect(found([{ type: 'text', name: 'a' }, { type: 'table', name: 'b', columns: [...columns] }, { type: 'table', name: 'c', columns: [...columns] }])).toEqual([])
    expect(found([{ type: 'text', name: 'a' }, { type: 'date', name: 'a' }, { type: 'table', name: 'b', columns: [...columns, { type: 'text', name: 'b' }] }])).toEqual([
      'fields.2.columns.2.name nameTaken',
      'fields.1.name nameTaken',
    ])
  })

  test('that look the same are the same', () => {
    expect(found([{ type: 'text', name: 'caf\u00e9' }, { type: 'text', name: 'cafe\u0301' }])).toEqual(['fields.1.name nameTaken'])
  })

  test('may be of any script, but none that every object has', () => {
    expect(found([{ type: 'text', name: 'नाम' }, { type: 'text', name: '名称' }, { type: 'text', name: '_1' }])).toEqual([])
    expect(found([{ type: 'text', name: '__proto__' }, { type: 'text', name: 'constructor' }])).toEqual(['fields.0.name nameReserved', 'fields.1.name nameReserved'])
  })
})

test('ranges hold something, choices can be told apart, patterns can be used, the locale is one', () => {
  expect(
    found(
      [
        { type: 'number', name: 'a', min: 2, max: 1 },
        { type: 'date', name: 'b', earliest: '2024-01-02', latest: '2023-12-31' },
        { type: 'oneOf', name: 'c', choices: ['Yes', 'no', 'YES'], example: 'maybe' },
        { type: 'table', name: 'd', columns: [{ type: 'text', name: 'e', pattern: '(' }, { type: 'text', name: 'f', pattern: '(a+)+b' }] },
        { type: 'number', name: 'g', min: 1, max: 1 },
        { type: 'oneOf', name: 'h', choices: ['Yes', 'No'], example: 'no' },
      ],
      { locale: 'x_y' },
    ),
  ).toEqual(['locale localeUnknown', 'fields.0.min rangeEmpty', 'fields.1.earliest rangeEmpty', 'fields.2.choices.2 choiceTwice', 'fields.2.example exampleNoChoice', 'fields.3.columns.0.pattern patternSyntax', 'fields.3.columns.1.pattern patternSlow'])
})

describe('rules', () => {
  test('that fit are taken', () => {
    expect(
      ruled(
        { type: 'sum', parts: ['rows.amount', 'net', 'others.count'], total: 'total' },
        { type: 'product', factors: ['rows.count', 'rows.price'], product: 'rows.amount' },
        { type: 'product', factors: ['rows.count', 'rows.count'], product: 'rows.amount' },
        { type: 'order', first: 'from', then: 'to' },
        { type: 'order', first: 'net', then: 'total' },
        { type: 'order', first: 'rows.price', then: 'rows.amount' },
        { type: 'needs', field: 'note', needs: 'rows' },
        { type: 'needs', field: 'rows.price', needs: 'rows.what' },
      ),
    ).toEqual([])
  })

  test.each([
    [{ type: 'sum', parts: ['net', 'gone'], total: 'total' }, 'parts.1 ruleUnknownField'],
    [{ type: 'sum', parts: ['rows.gone'], total: 'total' }, 'parts.0 ruleUnknownField'],
    [{ type: 'sum', parts: ['rows'], total: 'total' }, 'parts.0 ruleWrongType'],
    [{ type: 'sum', parts: ['net', 'note'], total: 'total' }, 'parts.1 ruleWrongType'],
    [{ type: 'sum', parts: ['net'], total: 'from' }, 'total ruleWrongType'],
    [{ type: 'sum', parts: ['net'], total: 'net' }, 'total ruleSameField'],
    [{ type: 'sum', parts: ['rows.price'], total: 'rows.amount' }, 'total ruleNoColumn'],
    [{ type: 'product', factors: ['net', 'rows.count'], product: 'rows.amount' }, 'factors.0 ruleOneTable'],
    [{ type: 'product', factors: ['rows.count', 'others.count'], product: 'rows.amount' }, 'factors.1 ruleOneTable'],
    [{ type: 'product', factors: ['rows.count', 'rows.price'], product: 'total' }, 'product ruleOneTable'],
    [{ type: 'product', factors: ['rows.count', 'rows.count'], product: 'rows.count' }, 'product ruleSameField'],
    [{ type: 'order', first: 'from', then: 'total' }, 'then ruleTwoTypes'],
    [{ type: 'order', first: 'note', then: 'total' }, 'first ruleWrongType'],
    [{ type: 'order', first: 'net', then: 'rows.amount' }, 'then ruleOneTable'],
    [{ type: 'needs', field: 'note', needs: 'note' }, 'needs ruleSameField'],
    [{ type: 'needs', field: 'rows.what', needs: 'note' }, 'needs ruleOneTable'],
  ] as const)('%j: %s', (rule, expected) => {
    const open = 'parts' in rule ? { ...rule, parts: [...rule.parts] } : 'factors' in rule ? { ...rule, factors: [...rule.factors] } : rule
    expect(ruled(open)).toEqual([`rules.0.${expected}`])
  })
})

test('every problem has its words in both languages', () => {
  const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort()
  for (const code of [...templateProblemCodes, ...templateFileProblemCodes]) {
    const params = Object.fromEntries(['field', 'type', 'choice', 'example', 'from', 'to', 'detail', 'what', 'locale', 'first', 'then', 'format', 'member', 'keyword', 'value', 'reference'].map((name) => [name, `{{${name}}}`]))
    const [english, chinese] = [problemWords(code, params, 'en'), problemWords(code, params, 'zh-CN')]
    expect(holes(english), code).toEqual(holes(chinese))
    expect(english).not.toBe(code)
    if (code !== 'malformed') expect(chinese).toMatch(/\p{Script=Han}/u)
  }
})

test('no name is the first word of a sentence, where the screen would give it a capital', () => {
  const field = 'invoice_no'
  for (const code of templateProblemCodes) expect(problemWords(code, { field, first: field, what: field, locale: field }, 'en'), code).not.toMatch(/^invoice_no/)
  expect(problemWords('ruleUnknownField', { field }, 'en')).toBe('there is no field called invoice_no; choose another one, or remove the rule')
})

describe('words', () => {
  const stored = {
    template: make([{ type: 'money', name: 'total', label: 'Total' }, { type: 'table', name: 'rows', columns: [{ type: 'text', name: 'what' }] }]),
    translations: { 'zh-CN': { title: '票', description: '说明', labels: { total: '合计', 'rows.what': '项目', gone: '没有' } } },
  }

  test('are those of the language, else those of the template, else the names', () => {
    expect(wordsOf(stored, 'zh-CN')).toEqual({ title: '票', description: '说明', labels: { total: '合计', rows: 'rows', 'rows.what': '项目' } })
    expect(wordsOf(stored, 'en')).toEqual({ title: 'T', description: '', labels: { total: 'Total', rows: 'rows', 'rows.what': 'what' } })
  })

  test('become the own ones of a copy; nothing else changes', () => {
    const copy = translated(stored, 'zh-CN')
    expect(wordsOf({ template: copy, translations: {} }, 'en').labels).toEqual({ total: '合计', rows: 'rows', 'rows.what': '项目' })
    expect(template.parse(copy)).toEqual(copy)
    expect(copy.fields.map(({ name, type }) => [name, type])).toEqual(stored.template.fields.map(({ name, type }) => [name, type]))
    expect(translated(stored, 'en')).toBe(stored.template)
  })
})
