import { expect, it } from 'vitest'
import { errorLine, harmless, jsonText } from './terminal.ts'

it('keeps text, line ends and tabs of an answer, and nothing a terminal would act upon', () => {
  expect(harmless('Total:\t25.97\n€ 中文 🙂')).toBe('Total:\t25.97\n€ 中文 🙂')
  expect(harmless('\u001b]0;title\u0007a\u001b[2Jb\rc\u009b31md\u0008e')).toBe(']0;titlea[2Jbc31mde')
})

it('writes errors on one line and JSON without controls, whatever a file is called', () => {
  const name = 'a\u009b31m\nb\u0085c\u007fd\u001b[2Je'
  expect(errorLine({ code: 'IMAGE_EMPTY', params: { name } }, 'en')).toMatch(/^a31m bcd\[2Je .*\n$/)
  expect(jsonText({ name })).toBe('{\n  "name": "a\\u009b31m\\nb\\u0085c\\u007fd\\u001b[2Je"\n}\n')
  expect(JSON.parse(jsonText({ name }))).toEqual({ name })
})
