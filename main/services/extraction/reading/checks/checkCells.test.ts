import { describe, expect, test } from 'vitest'
import type { Cell, Scalar } from '../../../../contract/domains/extraction.ts'
import type { TemplateInput } from '../../../../contract/domains/template.ts'
import { templateOf } from '../testing/readings.ts'
import { checkCells } from './checkCells.ts'

const reading = (value: Scalar, confidence = 0.95) => ({ value, printed: value === null ? null : String(value), confidence })
const one = (value: Scalar, confidence = 0.95): Cell => ({ content: { kind: 'one', reading: reading(value, confidence) }, confidence, status: 'ok', checks: [], region: null })
const table = (rows: Record<string, Scalar>[]): Cell => ({ content: { kind: 'table', rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, reading(value)] as const))) }, confidence: 0.95, status: 'ok', checks: [], region: null })

type Field = TemplateInput['fields'][number]
const codesOf = (field: Field, value: Scalar) => checkCells(templateOf([field]), { [field.name]: one(value) }, 0.9)[field.name]?.checks.map(({ code }) => code)

test.each<[Field, Scalar, string[]]>([
  [{ name: 'a', type: 'text', required: true }, null, ['required']], [{ name: 'a', type: 'text' }, null, []], [{ name: 'a', type: 'text', maxLength: 2 }, '😀😀', []], [{ name: 'a', type: 'text', maxLength: 1 }, 'ab', ['length']],
  [{ name: 'a', type: 'text', pattern: String.raw`\d+` }, '12', []], [{ name: 'a', type: 'text', pattern: String.raw`\d+` }, '12a', ['pattern']], [{ name: 'a', type: 'text', checksum: 'luhn' }, '79927398713', []], [{ name: 'a', type: 'text', checksum: 'luhn' }, '79927398712', ['checksum']],
  [{ name: 'a', type: 'number', min: 1, max: 2 }, 2, []], [{ name: 'a', type: 'number', min: 1, max: 2 }, 2.1, ['range']], [{ name: 'a', type: 'number', min: 0 }, -1, ['range']], [{ name: 'a', type: 'number', decimals: 1 }, 1.25, ['number']], [{ name: 'a', type: 'number', decimals: 2 }, 1.25, []], [{ name: 'a', type: 'number', decimals: 6 }, 1e-7, ['number']],
  [{ name: 'a', type: 'money' }, 'about 5', ['number']], [{ name: 'a', type: 'date' }, 'soon', ['date']], [{ name: 'a', type: 'date' }, '2020-10-97', ['date']], [{ name: 'a', type: 'date', earliest: '2026-01-01' }, '2025-12-31', ['range']], [{ name: 'a', type: 'date', latest: '2026-01-01' }, '2026-01-01', []],
  [{ name: 'a', type: 'oneOf', choices: ['x', 'y'] }, 'z', ['choice']], [{ name: 'a', type: 'oneOf', choices: ['x', 'y'] }, 'y', []], [{ name: 'a', type: 'yesNo' }, 'maybe', ['choice']], [{ name: 'a', type: 'yesNo' }, false, []],
])('%j with %j fails %j', (field, value, codes) => expect(codesOf(field, value)).toEqual(codes))

describe('rules between fields', () => {
  const template = templateOf(
    [{ name: 'net', type: 'money' }, { name: 'tax', type: 'money' }, { name: 'total', type: 'money' }, { name: 'from', type: 'date' }, { name: 'to', type: 'date' }, { name: 'items', type: 'table', columns: [{ name: 'count', type: 'number' }, { name: 'each', type: 'money' }, { name: 'sum', type: 'money', required: true }] }],
    { rules: [{ type: 'sum', parts: ['net', 'tax'], total: 'total' }, { type: 'sum', parts: ['items.sum'], total: 'net' }, { type: 'product', factors: ['items.count', 'items.each'], product: 'items.sum' }, { type: 'order', first: 'from', then: 'to' }, { type: 'needs', field: 'tax', needs: 'net' }] },
  )
  const right = { net: one(10.1), tax: one(0.2), total: one(10.3), from: one('2026-01-01'), to: one('2026-01-01'), items: table([{ count: 2, each: 5, sum: 10 }, { count: 1, each: 0.1, sum: 0.1 }]) }
  const codes = (cells: Record<string, Cell>): Record<string, string> => Object.fromEntries<string>(Object.entries(checkCells(template, cells, 0.9)).map(([name, { checks }]) => [name, checks.map(({ code }) => code).join()] as const).filter(([, all]) => all !== ''))

  test('that hold bear their values out', () => {
    const checked = checkCells(template, { ...right, total: one(10.3, 0.8) }, 0.9)
    expect(codes(right)).toEqual({})
    expect(checked['total']).toMatchObject({ status: 'ok', confidence: 0.96 })
    expect(checkCells(template, checked, 0.9)).toEqual(checked)
  })

  test('that do not hold fail every field they speak of', () => {
    expect(codes({ ...right, tax: one(0.3) })).toEqual({ net: 'sum', tax: 'sum', total: 'sum' })
    expect(codes({ ...right, items: table([{ count: 2, each: 5, sum: 11 }]) })).toEqual({ net: 'sum', items: 'sum,product' })
    expect(codes({ ...right, from: one('2026-01-02') })).toEqual({ from: 'order', to: 'order' })
    expect(codes({ ...right, net: one(null) })).toEqual({ net: 'needs' })
    expect(codes({ ...right, items: table([{ count: 2, each: 5, sum: null }]) })).toEqual({ items: 'required' })
    expect(checkCells(template, { ...right, tax: one(0.3) }, 0.9)['tax']).toMatchObject({ status: 'failedCheck', confidence: 0.3 })
  })

  test('say nothing of values that are not there or were not understood', () => {
    expect(codes({ ...right, tax: one(null) })).toEqual({})
    expect(codes({ ...right, total: one('ten') })).toEqual({ total: 'number' })
    expect(codes({ ...right, from: one('someday') })).toEqual({ from: 'date' })
    expect(codes({ net: one(1) })).toEqual({})
  })
})

describe('the status of a value', () => {
  const template = templateOf(['a', { name: 'b', type: 'text', required: true }])
  const statusOf = (name: string, cell: Cell) => checkCells(template, { [name]: cell }, 0.9)[name]?.status

  test('tells absent from unreadable, and sure from unsure', () => {
    expect([one('x', 0.95), one('x', 0.8), one(null, 0.95), one(null, 0.8)].map((cell) => statusOf('a', cell))).toEqual(['ok', 'unsure', 'absent', 'unreadable'])
    expect(statusOf('b', one(null, 0.99))).toBe('failedCheck')
  })

  test('stays that of an answer that was ended', () => {
    for (const status of ['cutOff', 'repeated'] as const) expect(statusOf('b', { ...one(null, 0), status })).toBe(status)
  })
})
