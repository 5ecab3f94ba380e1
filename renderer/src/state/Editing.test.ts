import { expect, it } from 'vitest'
import type { CellContent } from '../../../main/contract/domains/extraction.ts'
import { templateField } from '../../../main/contract/domains/template.ts'
import { Editing } from './Editing.svelte.ts'
import { cellOf } from './testing/records.ts'

const place = { record: 'a', field: 'f' }
const reading = (value: string | number | null) => ({ value, printed: value === null ? null : String(value), confidence: 0.9 })

it('keeps what was typed where it cannot be taken, and says what is wrong', () => {
  const editing = new Editing(place, templateField.parse({ type: 'date', name: 'f' }), cellOf('2026-11-30').content, 'en')
  expect([editing.text, editing.changed]).toEqual(['2026-11-30', false])
  editing.text = '2026-02-30'
  expect([editing.read(), editing.text, editing.problems]).toEqual([null, '2026-02-30', [{ row: 0, column: 0, problem: 'date' }]])
  editing.text = 'Feb 28, 2026'
  expect([editing.read(), editing.problems]).toEqual([{ kind: 'one', reading: { value: '2026-02-28', printed: 'Feb 28, 2026', confidence: 1 } }, []])
})

it('takes nothing typed for "not on the page"', () => {
  const editing = new Editing(place, templateField.parse({ type: 'text', name: 'f' }), cellOf('x').content, 'en')
  editing.text = ' '
  expect(editing.read()).toEqual({ kind: 'one', reading: { value: null, printed: null, confidence: 1 } })
})

it('reads a list line by line, and finds the line that is wrong', () => {
  const content: CellContent = { kind: 'list', items: [reading(1.5), reading(2)] }
  const editing = new Editing(place, templateField.parse({ type: 'list', name: 'f', item: 'number' }), content, 'en')
  expect(editing.text).toBe('1.5\n2')
  editing.text = '1.5\n\nx'
  expect([editing.read(), editing.problems]).toEqual([null, [{ row: 2, column: 0, problem: 'number' }]])
  editing.text = '1.5\n\n3\n'
  expect(editing.read()).toMatchObject({ items: [{ value: 1.5 }, { value: 3 }] })
})

it('changes a table by rows, leaves empty rows out, and goes back to the model’s', () => {
  const field = templateField.parse({ type: 'table', name: 'f', columns: [{ type: 'text', name: 'item' }, { type: 'money', name: 'price' }] })
  const content: CellContent = { kind: 'table', rows: [{ item: reading('Chair'), price: reading(6.31) }, { item: reading('Notebook'), price: reading(null) }] }
  const editing = new Editing(place, field, content, 'en')
  expect(editing.rows).toEqual([['Chair', '6.31'], ['Notebook', '']])
  editing.addRow(0)
  editing.addRow(2)
  editing.rows[3] = ['Lamp', 'seven']
  expect([editing.read(), editing.problems]).toEqual([null, [{ row: 3, column: 1, problem: 'number' }]])
  editing.rows[3] = ['Lamp', '7']
  expect(editing.read()).toMatchObject({ rows: [{ item: { value: 'Chair' } }, { item: { value: 'Notebook' }, price: { value: null } }, { item: { value: 'Lamp' }, price: { value: 7 } }] })
  editing.removeRow(0)
  expect([editing.rows.length, editing.changed]).toEqual([3, true])
  editing.begin(content)
  expect(editing.changed).toBe(false)
})
