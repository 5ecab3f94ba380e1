import { expect, it } from 'vitest'
import { DistinctTexts } from './distinctTexts.ts'

it('knows exactly the texts it has seen', () => {
  const words = Array.from({ length: 3000 }, (_, index) => `token ${index % 1500}`)
  const source = Buffer.from(words.join(''))
  const texts = new DistinctTexts(source, words.length)
  let start = 0
  const isNew = words.map((word) => texts.add(start, (start += word.length)))
  expect(isNew.indexOf(false)).toBe(1500)
  expect(isNew.filter(Boolean)).toHaveLength(1500)
})

it('takes an empty text, a byte and two for different ones', () => {
  const texts = new DistinctTexts(Buffer.of(0, 0), 4)
  expect([[0, 0], [0, 1], [0, 2], [1, 2]].map(([start, end]) => texts.add(start!, end!))).toEqual([true, true, true, false])
})
