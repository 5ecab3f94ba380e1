import { describe, expect, it } from 'vitest'
import { median, toRow } from './statistics.ts'

describe('figures', () => {
  it('are medians', () => {
    expect(median([3])).toBe(3)
    expect(median([100, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 100])).toBe(3)
    expect(() => median([])).toThrow()
  })

  it('read as a ratio for rates and times, as a difference for costs', () => {
    const base = { what: 'x', unit: 'ms', peer: 'them' }
    expect(toRow({ ...base, kind: 'rate', ours: [19], theirs: [20] }).result).toBe('0.950x')
    expect(toRow({ ...base, kind: 'time', ours: [0.5], theirs: [400] }).result).toBe('0.0013x')
    expect(toRow({ ...base, kind: 'cost', ours: [1.5], theirs: [1.25] }).result).toBe('+0.250 ms')
    expect(toRow({ ...base, kind: 'cost', ours: [1], theirs: [1.25] })).toEqual({ what: 'x', ours: '1.000 ms', theirs: '1.250 ms (them)', result: '-0.250 ms' })
  })
})
