import { expect, it } from 'vitest'
import { harmless } from './terminal.ts'

it('keeps text, line ends and tabs of an answer, and nothing a terminal would act upon', () => {
  expect(harmless('Total:\t25.97\n€ 中文 🙂')).toBe('Total:\t25.97\n€ 中文 🙂')
  expect(harmless('\u001b]0;title\u0007a\u001b[2Jb\rc\u009b31md\u0008e')).toBe(']0;titlea[2Jbc31mde')
})
