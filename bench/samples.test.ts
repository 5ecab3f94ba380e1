import { expect, test } from 'vitest'
import { isRight, sampleQuestions } from './samples.ts'

const box = { prompt: 'Where?', answer: '[0, 0, 1.0, 1.0]', check: 'iou>=0.5' }

test.each([
  ['[0, 0, 1, 1]', true],
  ['[0.25, 0, 1, 1]', true],
  // One half of it: just enough.
  ['[0, 0, 0.5, 1]', true],
  ['[0, 0, 0.49, 1]', false],
  ['[0, 0, 2, 2]', false],
  ['[2, 2, 3, 3]', false],
  ['[1, 1, 0, 0]', false],
  ['[0, 0, 1]', false],
  ['[0, 0, 1, 1, 1]', false],
  ['nowhere', false],
])('the box %s is right: %s', (given, right) => {
  expect(isRight(box, given)).toBe(right)
})

test('a text is right where it is the same', () => {
  const total = { prompt: 'What?', answer: '$25.97', check: 'exact' }
  expect([isRight(total, '$25.97'), isRight(total, '$25.9'), isRight(total, ' $25.97')]).toEqual([true, false, false])
})

test('there are 96 questions, checked in one of two ways', () => {
  expect(sampleQuestions).toHaveLength(96)
  expect(new Set(sampleQuestions.map(({ check }) => check))).toEqual(new Set(['exact', box.check]))
})
