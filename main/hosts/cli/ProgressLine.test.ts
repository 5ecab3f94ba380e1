import { expect, it } from 'vitest'
import { describeAnswer } from './describeAnswer.ts'
import { describePile } from './extract/describePile.ts'
import { ProgressLine, type Describe } from './ProgressLine.ts'
import type { Terminal } from './terminal.ts'

/** What is written for these steps, one after the other, and for clearing the line twice. */
function written<Step>(describe: Describe<Step>, steps: readonly Step[], errorIsScreen: boolean, language: Terminal['language'] = 'en'): string {
  let error = ''
  const line = new ProgressLine({ out: () => undefined, error: (text) => (error += text), outIsScreen: false, errorIsScreen, language }, describe)
  for (const step of steps) line.show(step)
  line.clear()
  line.clear()
  return error
}

const answer = [
  { type: 'progress', phase: 'loading', fraction: 0.501 },
  { type: 'progress', phase: 'loading', fraction: 0.502 },
  { type: 'progress', phase: 'image', fraction: null },
] as const
const pile = [1, 2, 3, 10].map((done) => ({ type: 'progress' as const, counts: { done, failed: done === 3 ? 1 : 0, skipped: 1, total: 40 }, millisecondsLeft: done === 1 ? null : 61_000 }))

it('is written over itself where somebody watches, never twice for the same sentence, and taken away', () => {
  expect(written(describeAnswer, answer, true)).toBe('\r\u001b[KLoading the model 50 %\r\u001b[KLooking at the picture ...\r\u001b[K')
  expect(written(describePile, pile, true).split('\r\u001b[K')).toEqual(['', 'Read 2 of 40', 'Read 3 of 40, 1 min 01 s left', 'Read 5 of 40, 1 failed, 1 min 01 s left', 'Read 11 of 40, 1 min 01 s left', ''])
  expect(written(describePile, pile.slice(2, 3), true, 'zh-CN')).toContain('已读取 5 / 40, 1 个失败, 剩余 1 min 01 s')
})

it('is a line for every new sentence where nobody watches, and none where there is none', () => {
  expect(written(describePile, pile, false)).toBe('Read 0 %\nRead 10 %\nRead 20 %\n')
  expect(written(describeAnswer, answer, false)).toBe('')
})
