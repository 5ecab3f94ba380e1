import { supportedExtensions } from 'file-type'
import { expect, it } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { foundWords } from '../../contract/errors/found.ts'
import { recognise } from './recognise.ts'

const chinese = (found: string | number | undefined) => String(foundWords({ found: found ?? '' }, 'zh-CN')['found'])

it('has Chinese words for every format that file-type can tell, but those the app reads', () => {
  const read = new Set(['jpg', 'png', 'apng', 'webp', 'gif', 'avif', 'tif', 'bmp', 'heic'])
  expect([...supportedExtensions].filter((format) => !read.has(format) && !/\p{Script=Han}/u.test(chinese(format)))).toEqual([])
})

it.each([
  ['Dear Sir or Madam,\n', '文本'],
  [' \n', '空白文本'],
  ['<!DOCTYPE html><html></html>', '网页（HTML）'],
  ['<?xml version="1.0"?><note/>', '文本（XML）'],
  ['\0\x01\x02\0', '二进制数据'],
  ['%PDF-1.7\n', '文档（PDF）'],
])('has Chinese words for what %j is', async (text, words) => {
  const refused: unknown = await recognise(Buffer.from(text, 'latin1'), 'a.png').catch((thrown: unknown) => thrown)
  expect(refused instanceof AppError && chinese(refused.params['found'])).toBe(words)
})
