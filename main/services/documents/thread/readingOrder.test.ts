import { expect, test } from 'vitest'
import { inReadingOrder } from './readingOrder.ts'
import type { TextLine } from './readingOrder.ts'

const line = (text: string, left: number, top: number, right = left + text.length * 10, bottom = top + 10): TextLine => ({ text, left, top, right, bottom })

test('lines come from the top, whatever their order in the file', () => {
  expect(inReadingOrder([line('Total', 0, 90), line('Shop', 0, 0), line('Milk', 0, 40)])).toBe('Shop\nMilk\nTotal')
})

test('a value stays beside its label, also where it stands a little lower', () => {
  expect(inReadingOrder([line('12.50', 300, 3), line('7.00', 300, 20), line('Total', 0, 0), line('Tax', 0, 21)])).toBe('Total\t12.50\nTax\t7.00')
})

test('a table drawn column by column keeps its rows', () => {
  const column = (left: number, cells: string[]) => cells.map((cell, row) => line(cell, left, row * 20))
  expect(inReadingOrder([...column(0, ['Item', 'Red tea', 'Milk', 'Old bread', 'Eggs']), ...column(300, ['Price', '1', '2', '3', '4'])])).toBe('Item\tPrice\nRed tea\t1\nMilk\t2\nOld bread\t3\nEggs\t4')
})

test('columns of prose come one after the other, between headings', () => {
  const prose = (left: number, letter: string) => Array.from({ length: 5 }, (_, row) => line(`${letter}${row} and so it goes on and on`, left, 40 + row * 15, left + 280))
  const text = inReadingOrder([line('A heading over both columns of this page', 0, 0, 600), ...prose(320, 'r'), ...prose(0, 'l'), line('A line below, over both columns as well', 0, 140, 600)])
  expect(text.split('\n').map((found) => found.slice(0, 2))).toEqual(['A ', 'l0', 'l1', 'l2', 'l3', 'l4', 'r0', 'r1', 'r2', 'r3', 'r4', 'A '])
})

test('nothing is nothing', () => {
  expect(inReadingOrder([])).toBe('')
})
