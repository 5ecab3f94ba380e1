import { expect, it } from 'vitest'
import { StatusLine } from './StatusLine.ts'
import { errorLine, harmless, jsonText, type Terminal } from './terminal.ts'

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

function terminal(errorIsScreen: boolean, language: Terminal['language'] = 'en'): { terminal: Terminal; error: () => string } {
  let error = ''
  return { terminal: { out: () => undefined, error: (text) => (error += text), outIsScreen: false, errorIsScreen, language }, error: () => error }
}

it('writes progress over itself and takes it away', () => {
  const { terminal: screen, error } = terminal(true)
  const status = new StatusLine(screen)
  status.show({ type: 'progress', phase: 'loading', fraction: 0.501 })
  status.show({ type: 'progress', phase: 'loading', fraction: 0.502 })
  status.show({ type: 'progress', phase: 'image', fraction: null })
  status.clear()
  status.clear()
  expect(error()).toBe('\r\u001b[KLoading the model 50 %\r\u001b[KLooking at the picture ...\r\u001b[K')
})

it('is silent where nobody watches', () => {
  const { terminal: pipe, error } = terminal(false)
  const status = new StatusLine(pipe)
  status.show({ type: 'progress', phase: 'loading', fraction: 0.5 })
  status.clear()
  expect(error()).toBe('')
})
