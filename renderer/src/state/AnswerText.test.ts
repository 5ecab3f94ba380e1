import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnswerText } from './AnswerText.ts'

describe('AnswerText', () => {
  it('puts snapshot and deltas together', () => {
    const answer = new AnswerText()
    answer.apply({ type: 'snapshot', seq: 3, text: 'The to' })
    answer.apply({ type: 'delta', seq: 4, text: 'tal is ' })
    answer.apply({ type: 'delta', seq: 5, text: '$25.97' })
    expect(answer.text).toBe('The total is $25.97')
  })

  it('shows nothing twice and loses nothing, however often deltas repeat and following starts anew', () => {
    const run = fc.array(fc.record({ piece: fc.string({ minLength: 1 }), repeat: fc.integer({ min: 1, max: 3 }), restart: fc.boolean() }), { maxLength: 40 })
    fc.assert(
      fc.property(run, (steps) => {
        const answer = new AnswerText()
        let sent = ''
        answer.apply({ type: 'snapshot', seq: 0, text: '' })
        for (const [seq, { piece, repeat, restart }] of steps.entries()) {
          if (restart) answer.apply({ type: 'snapshot', seq, text: sent })
          for (let times = 0; times < repeat; times++) answer.apply({ type: 'delta', seq, text: piece })
          sent += piece
        }
        expect(answer.text).toBe(sent)
      }),
    )
  })
})
