import { expect, it } from 'vitest'
import { boxText } from '../../../../main/contract/answerWords.ts'
import { mostBoxes, parseBoxes } from './parseBoxes.ts'

it.each<[string, number[][]]>([
  ['[0.12, 0.3, 0.56, 0.78]', [[0.12, 0.3, 0.56, 0.78]]],
  ['The dog is at [0.0,0.10, 0.5 , .9] and the cat at [0.5, 0.5, 1, 1.0].', [[0, 0.1, 0.5, 0.9], [0.5, 0.5, 1, 1]]],
  ['twice [0.1, 0.1, 0.2, 0.2], [0.10, 0.10, 0.20, 0.20]', [[0.1, 0.1, 0.2, 0.2]]],
])('finds the boxes in %j', (text, boxes) => {
  expect(parseBoxes(text)).toEqual(boxes)
})

it.each([
  'no box at all',
  '[0, 0, 1, 1]',
  '[1, 2, 3, 4]',
  '[0.5, 0.1, 0.2, 0.9]',
  '[0.5, 0.5, 0.5, 0.9]',
  '[0.1, 0.2, 0.3]',
  '[0.1, 0.2, 0.3, 0.4, 0.5]',
  '[-0.1, 0.2, 0.3, 0.4]',
  '[0.1, 0.2, 0.3, 1.4]',
  '[0.1, 0.2, 0.3, NaN]',
  '(0.1, 0.2, 0.3, 0.4)',
  '[0.1, 0.2, 0.3, 0.4',
])('takes %j for no box', (text) => {
  expect(parseBoxes(text)).toEqual([])
})

it('reads what the model is told', () => {
  expect(parseBoxes(boxText([0.123, 0, 0.5, 1]))).toEqual([[0.12, 0, 0.5, 1]])
})

it('ends at a number of boxes that a picture can show', () => {
  const text = Array.from({ length: 5 * mostBoxes }, (_, index) => `[0.1, 0.1, 0.9, 0.${String(index).padStart(4, '2')}1]`).join(' ')
  expect(parseBoxes(text)).toHaveLength(mostBoxes)
})

it('is not held up by a long line of beginnings', () => {
  expect(parseBoxes('[0.1, '.repeat(200_000))).toEqual([])
})
