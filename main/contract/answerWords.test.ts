import { expect, it } from 'vitest'
import { askedText, boxText, isAsTrained, premiseCheck, presumes, requestAlone, trickyQuestion } from './answerWords.ts'
import { answerFormat } from './domains/format.ts'

it.each([
  ['caption', 'Provide a one-sentence caption for the provided image.'],
  ['detailed', 'Describe the following image in detail.'],
] as const)('%s needs no question, and is asked once where its words are the question', (type, words) => {
  expect([requestAlone({ type }), askedText('', { type }), askedText(words, { type })]).toEqual([words, words, words])
})

it.each(['a red cup', ' a red cup. ', 'a red cup。'])('what is to be found ends with one full stop: %j', (text) => {
  expect(askedText(text, { type: 'find' })).toBe('Please provide the bounding box coordinate of the region this sentence describes: a red cup.')
})

it('options stand on a line each, whatever was pasted into them', () => {
  expect(askedText('Which?', { type: 'letter', options: ['one\n two', 'three'] })).toBe("Which?\nA. one two\nB. three\nAnswer with the option's letter from the given choices directly.")
})

it('tells the words of training from our own', () => {
  expect([isAsTrained({ type: 'short' }, 'x'), isAsTrained({ type: 'detailed' }, ''), isAsTrained({ type: 'detailed' }, 'x'), isAsTrained({ type: 'json', record: null }, 'x')]).toEqual([true, true, false, false])
})

it('a box has two decimals', () => {
  expect(boxText([0, 0.126, 0.5, 1])).toBe('[0.00, 0.13, 0.50, 1.00]')
})

it('checks a premise, and questions one, in a text of its own', () => {
  expect(premiseCheck(' Why? ').split('\n')).toHaveLength(3)
  expect(trickyQuestion(' Why? ')).toMatch(/^If there are factual errors.* Why\?$/)
  expect(trickyQuestion('a cup', { type: 'find' })).toMatch(/^If there are factual errors.* region this sentence describes: a cup\.$/)
})

it('a request that is asked alone presumes nothing', () => {
  const caption = { type: 'caption' } as const
  expect([presumes(requestAlone(caption) ?? '', caption), presumes('Why is she sad?', caption), presumes('Why?')]).toEqual([false, true, true])
})

it.each([
  { type: 'letter', options: ['only one'] },
  { type: 'letter', options: ['one', '  '] },
  { type: 'letter', options: Array.from({ length: 27 }, (_, index) => `option ${index}`) },
  { type: 'region', box: [0.5, 0.1, 0.4, 0.9], reading: 'square' },
  { type: 'region', box: [0.1, 0.1, 1.4, 0.9], reading: 'square' },
  { type: 'region', box: [0.1, 0.1, 0.4, 0.9], reading: 'other' },
  { type: 'poem' },
])('refuses %j', (format) => {
  expect(answerFormat.safeParse(format).success).toBe(false)
})
