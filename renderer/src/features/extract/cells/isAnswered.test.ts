import { expect, it } from 'vitest'
import type { Cell } from '../../../../../main/contract/domains/extraction.ts'
import { isAnswered } from './isAnswered.ts'

const none = { value: null, printed: null, confidence: 0.87 }, some = { value: 'A', printed: null, confidence: 0.87 }

it.each<[string, boolean, Pick<Cell, 'content' | 'status'>]>([
  ['a value', true, { content: { kind: 'one', reading: some }, status: 'unsure' }],
  ['no value, and sure of it', true, { content: { kind: 'one', reading: none }, status: 'absent' }],
  ['no value that could be read', false, { content: { kind: 'one', reading: none }, status: 'unreadable' }],
  ['no value where one is required', false, { content: { kind: 'one', reading: none }, status: 'failedCheck' }],
  ['a list with something in it', true, { content: { kind: 'list', items: [none, some] }, status: 'unsure' }],
  ['a list of nothing', false, { content: { kind: 'list', items: [none] }, status: 'cutOff' }],
  ['a table with something in it', true, { content: { kind: 'table', rows: [{ a: none, b: some }] }, status: 'repeated' }],
  ['a table without rows', false, { content: { kind: 'table', rows: [] }, status: 'unreadable' }],
])('%s: %s', (_what, answered, cell) => {
  expect(isAnswered(cell)).toBe(answered)
})
