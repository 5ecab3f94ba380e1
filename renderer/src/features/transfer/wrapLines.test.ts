import { expect, it } from 'vitest'
import { plainAnswer, wrapLines } from './wrapLines.ts'

const measure = (text: string) => Array.from(text).length
const wrap = (text: string, width: number, language = 'en') => wrapLines(text, width, measure, language)

it.each([
  ['one two three', 8, ['one two', 'three']],
  ['one, two', 4, ['one,', 'two']],
  ['a\n\nb', 8, ['a', '', 'b']],
  ['unbreakable', 4, ['unbr', 'eaka', 'ble']],
  ['', 4, ['']],
  ['👩‍👩‍👧👩‍👩‍👧', 5, ['👩‍👩‍👧', '👩‍👩‍👧']],
])('%j in %i: %j', (text, width, lines) => expect(wrap(text, width)).toEqual(lines))

it('loses no character and keeps within the width, in Chinese too', () => {
  const text = '这张图片里有一只红色的猫，它坐在蓝色的沙发上。The quick brown fox!'
  const lines = wrap(text, 9, 'zh-CN')
  expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
  for (const line of lines) {
    expect(measure(line)).toBeLessThanOrEqual(9)
    expect(line).not.toMatch(/^[，。]/)
  }
})

it('takes the marks of Markdown away and leaves what is none', () => {
  expect(plainAnswer('# Title\n\n**bold** and `code`, 2 * 3 * 4\n- one\n```js\nx\n```')).toBe('Title\n\nbold and code, 2 * 3 * 4\n• one\n\nx')
})
