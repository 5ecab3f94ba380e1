import { expect, it } from 'vitest'
import { foundWords } from './found.ts'

it.each([
  ['text', 'text', '文本'],
  ['pdf', 'a document (PDF)', '文档（PDF）'],
  ['PNG', 'a picture (PNG)', '图片（PNG）'],
  ['Z', 'an archive (Z)', '压缩包（Z）'],
  ['a Git LFS pointer', 'a Git LFS pointer', '大文件指针（Git LFS）'],
  ['from the future', 'from the future', 'from the future'],
])('%s is put as "%s" and "%s", the other parameters as they are', (found, english, chinese) => {
  expect(foundWords({ name: 'text', found }, 'en')).toEqual({ name: 'text', found: english })
  expect(foundWords({ name: 'text', found }, 'zh-CN')).toEqual({ name: 'text', found: chinese })
})

it('leaves alone what is no word', () => {
  expect(foundWords({ path: '/a', found: 99 }, 'zh-CN')).toEqual({ path: '/a', found: 99 })
  expect(foundWords({ path: 'pdf' }, 'zh-CN')).toEqual({ path: 'pdf' })
})

it('says what is wrong with a template, and where', () => {
  const params = { name: 'Bill', path: 'total.min', problem: 'rangeEmpty', from: 2, to: 1 }
  expect(foundWords(params, 'en')['problem']).toBe('total.min: nothing lies between 2 and 1')
  expect(foundWords({ ...params, path: '' }, 'zh-CN')['problem']).toBe('2 与 1 之间没有任何值')
  expect(foundWords({ ...params, problem: 'from the future' }, 'en')['problem']).toBe('from the future')
})
