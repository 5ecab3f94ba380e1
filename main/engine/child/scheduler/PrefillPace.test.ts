import { describe, expect, it } from 'vitest'
import { PrefillPace } from './PrefillPace.ts'

describe('PrefillPace', () => {
  it('takes whole micro-batches while nobody waits, however slow', () => {
    const pace = new PrefillPace()
    pace.measured(512, 60_000)
    expect(pace.tokens(false)).toBe(512)
  })

  it('keeps the pause of others short at the speed it has seen', () => {
    const pace = new PrefillPace()
    expect(pace.tokens(true)).toBe(64)
    pace.measured(100, 1000)
    expect(pace.tokens(true)).toBe(40)
    pace.measured(1, 1_000_000)
    expect(pace.tokens(true)).toBe(40)
  })

  it('bounds what a batch takes at a time, by time where the machine is fast enough for more', () => {
    const pace = new PrefillPace()
    expect(pace.tokens(false, true)).toBe(128)
    pace.measured(100, 100_000)
    expect(pace.tokens(false, true)).toBe(128)
    expect(pace.tokens(true, true)).toBe(16)
    const fast = new PrefillPace()
    fast.measured(512, 100)
    expect(fast.tokens(false, true)).toBe(512)
  })

  it('never goes below a chunk that is worth a step, nor above a micro-batch', () => {
    const slow = new PrefillPace()
    slow.measured(16, 10_000)
    expect(slow.tokens(true)).toBe(16)
    const fast = new PrefillPace()
    fast.measured(512, 1)
    expect(fast.tokens(true)).toBe(512)
  })
})
