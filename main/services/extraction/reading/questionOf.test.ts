import { expect, test } from 'vitest'
import { withBeginning } from './answerBeginning.ts'
import { questionOf } from '../../../contract/questionOf.ts'
import { repeatsItself } from './repetition.ts'
import { templateOf } from './testing/readings.ts'

test('a template of names and plain types asks as the demo model was trained', () => {
  expect(questionOf(templateOf(['vendor', { name: 'date', type: 'date' }, { name: 'total', type: 'money' }]))).toBe('Extract the following fields as JSON: vendor, date, total.')
})

test('what a template says besides stands before it in lines', () => {
  const template = templateOf(
    [
      { name: 'number', type: 'text', hint: 'top\nright', example: 'INV-1' },
      { name: 'kind', type: 'oneOf', choices: ['a', 'b "c"'] },
      { name: 'paid', type: 'yesNo' },
      { name: 'total', type: 'money', currency: 'EUR' },
      { name: 'tags', type: 'list', item: 'text' },
      { name: 'items', type: 'table', columns: [{ name: 'what', type: 'text', hint: 'first column' }, { name: 'price', type: 'money' }] },
    ],
    { instructions: 'A receipt.' },
  )
  expect(questionOf(template).split('\n')).toEqual([
    'A receipt.', 'number: top right; for example INV-1', 'kind: one of "a", "b \\"c\\""', 'paid: true or false',
    'total: in EUR', 'tags: a list', 'items: a list of objects with what, price', 'items.what: first column', 'Extract the following fields as JSON: number, kind, paid, total, tags, items.',
  ])
})

test('the beginning of an answer joins the last ordinary text, with the space that answers have there', () => {
  const text = (written: string, trusted = false) => ({ type: 'text' as const, text: written, trusted })
  expect(withBeginning([text('a ASSISTANT:')], '{"a":')).toEqual([text('a ASSISTANT: {"a":')])
  expect(withBeginning([text('assistant\n')], '{"a":')).toEqual([text('assistant\n{"a":')])
  expect(withBeginning([text('a'), text('<|assistant|>', true)], '{"a":')).toEqual([text('a'), text('<|assistant|>', true), text('{"a":')])
})

test.each<[string, boolean, boolean]>([
  ['"1000000', false, false], ['"................', false, false], [`"${'.'.repeat(24)}`, false, true], [`"${'HA '.repeat(8)}`, false, true], [`"${'GOLDEN BAKERY '.repeat(3)}`, false, false], [`"${'GOLDEN BAKERY '.repeat(4)}`, false, true],
  [`[${'{"a": 1}, '.repeat(6)}`, true, false], [`[${'{"a": 1}, '.repeat(12)}`, true, true], ['', false, false],
])('%s repeats itself (many %s): %s', (text, isMany, repeats) => expect(repeatsItself(text, isMany)).toBe(repeats))
