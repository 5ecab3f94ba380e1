import { expect, test } from 'vitest'
import { images } from '../../../../resources/samples/expected.json'
import { demoQuestions, offers } from './samples.ts'

test('every offered sample comes with the app', () => {
  expect(images.map(({ file }) => file)).toEqual(expect.arrayContaining(offers.map(({ name }) => name)))
})

test.each(offers)('the questions about $name are wordings the demo model knows', ({ questions }) => {
  // Behind a line break stands how short the answer should be.
  const known = images.flatMap(({ prompts }) => prompts.map(({ prompt }) => prompt.split('\n', 1)[0]))
  expect(known).toEqual(expect.arrayContaining([...questions]))
})

test('a sample has questions of its own while it is the only picture', () => {
  const [receipt, , , shapes] = offers
  expect(demoQuestions(['shapes-1.png'])).toEqual(shapes!.questions)
  expect(demoQuestions(['receipt-1.png', 'receipt-1.png'])).toEqual(receipt!.questions)
  expect(demoQuestions(['shapes-1.png', 'receipt-1.png'])).toEqual(demoQuestions(['mine.jpg']))
})
