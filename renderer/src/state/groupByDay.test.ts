import { describe, expect, it } from 'vitest'
import { groupByDay, untilMidnight } from './groupByDay.ts'

const now = new Date(2026, 10, 23, 9, 30).getTime()
const at = (...[year, month, day, hour]: [number, number, number, number]) => ({ updatedAt: new Date(year, month - 1, day, hour).getTime() })

describe('groupByDay', () => {
  it('goes by calendar days, not by hours passed', () => {
    const groups = groupByDay([at(2026, 11, 23, 0), at(2026, 11, 22, 23), at(2026, 11, 22, 0), at(2026, 11, 21, 23)], now)
    expect(groups.map(({ key, items }) => [key, items.length])).toEqual([['today', 1], ['yesterday', 2], ['week', 1]])
  })

  it('ends with months, one group each', () => {
    const groups = groupByDay([at(2026, 11, 16, 12), at(2026, 11, 15, 12), at(2026, 10, 24, 12), at(2026, 10, 23, 12), at(2026, 10, 1, 12), at(2025, 10, 1, 12)], now)
    expect(groups.map(({ key, items }) => [key, items.length])).toEqual([['week', 1], ['month', 2], ['2026-10', 2], ['2025-10', 1]])
  })

  it('takes a clock that was set back for today', () => {
    expect(groupByDay([at(2026, 11, 24, 12)], now)[0]?.label).toEqual({ kind: 'today' })
  })

  it('knows how long the day lasts', () => {
    expect(new Date(now + untilMidnight(now)).toString()).toBe(new Date(2026, 10, 24).toString())
  })
})
