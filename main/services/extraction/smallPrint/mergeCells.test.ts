import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Cell, CellContent, Reading, Region, Scalar } from '../../../contract/domains/extraction.ts'
import { cell as cellShape } from '../../../contract/domains/extraction.ts'
import { template as templateShape } from '../../../contract/domains/template.ts'
import { mergeCells } from './mergeCells.ts'
import type { RegionReading } from '../ports.ts'

const template = templateShape.parse({
  format: 'llava-desk-template/1',
  title: 'Test',
  fields: [
    { name: 'total', type: 'money' },
    { name: 'tags', type: 'list', item: 'text' },
    { name: 'items', type: 'table', columns: [{ name: 'name', type: 'text' }, { name: 'price', type: 'money' }] },
  ],
})
const upper: Region = { x: 0, y: 0, width: 1, height: 0.6 }
const lower: Region = { x: 0, y: 0.4, width: 1, height: 0.6 }
const left: Region = { x: 0, y: 0, width: 0.6, height: 1 }
const right: Region = { x: 0.4, y: 0, width: 0.6, height: 1 }

const read = (value: Scalar, confidence = 0.9): Reading => ({ value, printed: value === null ? null : String(value), confidence })
const one = (value: Scalar, confidence = 0.9, status: Cell['status'] = value === null ? 'absent' : 'ok'): Cell => ({ content: { kind: 'one', reading: read(value, confidence) }, confidence, status, checks: [], region: null })
const many = (content: CellContent, status: Cell['status'] = 'ok'): Cell => ({ content, confidence: 0.9, status, checks: [], region: null })
const list = (...values: Scalar[]): Cell => many({ kind: 'list', items: values.map((value) => read(value)) }, values.length === 0 ? 'absent' : 'ok')
const table = (...rows: [Scalar, Scalar][]): Cell => many({ kind: 'table', rows: rows.map(([name, price]) => ({ name: read(name), price: read(price) })) }, rows.length === 0 ? 'absent' : 'ok')

const merged = (name: string, ...parts: [Region | null, Cell][]): Cell => mergeCells(template, parts.map(([region, cell]) => ({ region, cells: { [name]: cell } })))[name]!
const itemsOf = ({ content }: Cell) => (content.kind === 'list' ? content.items.map(({ value }) => value) : content.kind === 'table' ? content.rows.map((row) => [row['name']?.value, row['price']?.value]) : [])

describe('a value', () => {
  test('that one part has and the other has not is found', () => {
    expect(merged('total', [upper, one(null, 0.99)], [lower, one(12.5, 0.6, 'unsure')])).toEqual({ ...one(12.5, 0.6, 'unsure'), region: lower })
  })

  test('that two parts agree on is surer than in either', () => {
    const { confidence, content } = merged('total', [upper, one(12.5, 0.8)], [lower, one(12.5, 0.9)])
    expect(confidence).toBeCloseTo(1 - 0.1 * 0.6)
    expect(content).toMatchObject({ reading: { value: 12.5, confidence } })
  })

  test('that two parts contradict each other about is the surer one, less sure, and to be looked at', () => {
    const cell = merged('total', [upper, one(12.5, 0.8)], [lower, one(72.5, 0.9)])
    expect(cell).toMatchObject({ content: { reading: { value: 72.5 } }, status: 'unsure', region: lower })
    expect(cell.confidence).toBeCloseTo(0.9 * 0.6)
  })

  test('that most parts agree on outweighs one that is surer', () => {
    const middle: Region = { x: 0, y: 0.2, width: 1, height: 0.6 }
    expect(merged('total', [upper, one(12.5, 0.8)], [lower, one(72.5, 0.85)], [middle, one(12.5, 0.8)])).toMatchObject({ content: { reading: { value: 12.5 } } })
  })

  test('that is whole comes before one that was cut off, however sure that was', () => {
    const cell = merged('total', [upper, one('KÖL', 0.99, 'cutOff')], [lower, one('KÖLN', 0.7)])
    expect(cell).toMatchObject({ content: { reading: { value: 'KÖLN' } }, confidence: 0.7, status: 'ok' })
  })

  test('is the same where only white space or its composition differs', () => {
    expect(merged('total', [upper, one('Ko\u0308ln  Mitte')], [lower, one('K\u00f6ln Mitte')]).status).toBe('ok')
  })

  test('that is nowhere is as surely absent as the least sure part says; unreadable says more than absent', () => {
    expect(merged('total', [upper, one(null, 0.9)], [lower, one(null, 0.5)])).toMatchObject({ status: 'absent', confidence: 0.5 })
    expect(merged('total', [upper, one(null, 0.9)], [lower, one(null, 0.5, 'unreadable')])).toMatchObject({ status: 'unreadable', region: lower })
  })
})

describe('rows', () => {
  test('are joined in the order of the page, those that two parts show counting once', () => {
    const cell = merged('items', [lower, table(['TEA', 2], ['EGGS', 3], ['SOAP', 4])], [upper, table(['PEN', 1], ['TEA', 2], ['EGGS', 3])])
    expect(itemsOf(cell)).toEqual([['PEN', 1], ['TEA', 2], ['EGGS', 3], ['SOAP', 4]])
    expect(cell.region).toEqual({ x: 0, y: 0, width: 1, height: 1 })
    const confidences = cell.content.kind === 'table' ? cell.content.rows.map((row) => row['price']?.confidence) : []
    expect(confidences[1]).toBeGreaterThan(0.9)
    expect(confidences[0]).toBe(0.9)
  })

  test('of parts that do not overlap all count', () => {
    expect(itemsOf(merged('tags', [{ ...upper, height: 0.4 }, list('A', 'B')], [lower, list('B', 'C')]))).toEqual(['A', 'B', 'B', 'C'])
  })

  test('that are cut by the edge of a crop do not hide the common ones', () => {
    const cell = merged('items', [upper, table(['PEN', 1], ['TEA', 2], ['FCC', null])], [lower, table(['TFA', 7], ['TEA', 2], ['EGGS', 3])])
    expect(itemsOf(cell)).toEqual([['PEN', 1], ['TFA', 7], ['TEA', 2], ['FCC', null], ['EGGS', 3]])
  })

  test('that were read differently in one column are one row, less sure there', () => {
    const cell = merged('items', [upper, table(['PEN', 1], ['TOWEL', 12.5], ['EGGS', 3])], [lower, table(['TOWEI', 12.5], ['EGGS', 3], ['SOAP', 4])])
    expect(itemsOf(cell)).toEqual([['PEN', 1], ['TOWEL', 12.5], ['EGGS', 3], ['SOAP', 4]])
    expect(cell.confidence).toBeCloseTo(0.9 * 0.55)
  })

  test('that look alike are two where nothing beside them shows that the crops share them', () => {
    expect(itemsOf(merged('items', [upper, table(['TOWEL', 12.5])], [lower, table(['TOWEI', 12.5])]))).toEqual([['TOWEL', 12.5], ['TOWEI', 12.5]])
  })

  test('that only share a price are two', () => {
    expect(itemsOf(merged('items', [upper, table(['PEN', 2])], [lower, table(['TEA', 2])]))).toEqual([['PEN', 2], ['TEA', 2]])
  })

  test('whose columns are in parts side by side are put together', () => {
    expect(itemsOf(merged('items', [left, table(['PEN', null], ['TEA', null])], [right, table([null, 1], [null, 2])]))).toEqual([['PEN', 1], ['TEA', 2]])
  })

  test('that one part lacks are those of the other; what was cut off stays said', () => {
    expect(merged('tags', [upper, list()], [lower, list('A')])).toEqual({ ...list('A'), region: lower })
    expect(merged('tags', [upper, { ...list('A', 'B'), status: 'cutOff' }], [lower, list('B', 'C')])).toMatchObject({ status: 'cutOff' })
    expect(merged('tags', [upper, list()], [lower, list()])).toMatchObject({ status: 'absent', content: { items: [] } })
  })
})

const share = fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10)
const region: fc.Arbitrary<Region> = fc.tuple(share, share, share, share).map(([a, b, c, d]) => ({ x: Math.min(a, b) * 0.9, y: Math.min(c, d) * 0.9, width: Math.max(0.1, Math.abs(a - b)), height: Math.max(0.1, Math.abs(c - d)) })).map((part) => ({ ...part, width: Math.min(part.width, 1 - part.x), height: Math.min(part.height, 1 - part.y) }))
const reading = fc.record({ value: fc.constantFrom<Scalar>('A', 'B', 'C', 1, 2, null), printed: fc.constant(null), confidence: share })
const status = fc.constantFrom<Cell['status']>('ok', 'unsure', 'failedCheck', 'cutOff', 'repeated', 'unreadable')
const cellOf = (content: fc.Arbitrary<CellContent>): fc.Arbitrary<Cell> => fc.record({ content, confidence: share, status, checks: fc.constant([]), region: fc.constant(null) })
const cells = fc.record(
  {
    total: cellOf(reading.map((own): CellContent => ({ kind: 'one', reading: own }))),
    tags: cellOf(fc.array(reading, { maxLength: 4 }).map((items): CellContent => ({ kind: 'list', items }))),
    items: cellOf(fc.array(fc.record({ name: reading, price: reading }), { maxLength: 4 }).map((rows): CellContent => ({ kind: 'table', rows }))),
  },
  { requiredKeys: [] },
)
const readings: fc.Arbitrary<RegionReading[]> = fc.array(fc.record({ region: fc.option(region), cells }), { minLength: 1, maxLength: 5 }).map((parts) => parts.map(({ region: part, cells: own }) => ({ region: part, cells: Object.fromEntries(Object.entries(own).map(([name, cell]) => [name, cell])) })))

describe('whatever was read', () => {
  test('the order of the parts does not matter', () => {
    const orders = readings.chain((parts) => fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length })))
    fc.assert(
      fc.property(orders, ([parts, shuffled]) => {
        expect(mergeCells(template, shuffled)).toEqual(mergeCells(template, parts))
      }),
    )
  })

  test('one part is what it was, and says where it was read', () => {
    fc.assert(
      fc.property(fc.option(region), cells, (part, own) => {
        const expected = Object.fromEntries(Object.entries(own).map(([name, cell]) => [name, { ...cell, region: part }]))
        expect(mergeCells(template, [{ region: part, cells: Object.fromEntries(Object.entries(own)) }])).toEqual(expected)
      }),
    )
  })

  test('no field, no value of a list and no row of a table is lost, and all cells are valid', () => {
    const valuesOf = (content: CellContent): Scalar[] => (content.kind === 'one' ? [content.reading.value] : content.kind === 'list' ? content.items.map(({ value }) => value) : content.rows.flatMap((row) => Object.values(row).map(({ value }) => value))).filter((value) => value !== null)
    fc.assert(
      fc.property(readings, (parts) => {
        const result = mergeCells(template, parts)
        for (const name of ['total', 'tags', 'items']) {
          const given = parts.flatMap(({ cells: own }) => own[name] ?? [])
          const cell = result[name]
          expect(cell !== undefined).toBe(given.length > 0)
          if (cell === undefined) continue
          expect(cellShape.parse(cell)).toEqual(cell)
          const before = given.flatMap(({ content }) => valuesOf(content))
          const after = valuesOf(cell.content)
          // A field has one value, so of several the others go; it never goes empty.
          if (name === 'total') expect(after.length).toBe(Math.min(1, before.length))
          else expect(before.filter((value) => !after.includes(value))).toEqual([])
        }
      }),
    )
  })
})
