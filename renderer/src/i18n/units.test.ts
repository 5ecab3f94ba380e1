import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scaleBytes, splitTimeLeft } from './units.ts'
import { Words } from './Words.svelte.ts'

describe('bytes', () => {
  it('are shown as download pages and memory makers write them', () => {
    const words = new Words('en')
    expect([0, 512, 1999, 624_412_672, 4_081_004_224, 13_478_000_000, 999_600_000].map((count) => words.bytes(count))).toEqual(['0 bytes', '512 bytes', '2 kB', '624 MB', '4.08 GB', '13.5 GB', '1 GB'])
    expect([24 * 2 ** 30, 7.5 * 2 ** 30, 300 * 2 ** 20].map((count) => words.memory(count))).toEqual(['24 GB', '7.5 GB', '300 MB'])
    expect(new Words('zh-CN').bytes(4_081_004_224)).toBe('4.08 GB')
    expect(words.speed(18_400_000)).toBe('18 MB/s')
  })

  it('never show four digits before the unit, and never a larger size as a smaller one', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.constantFrom(1000 as const, 1024 as const), (bytes, base) => {
        const { value, unit, decimals } = scaleBytes(bytes, base)
        if (unit !== 'terabyte') expect(Number(value.toFixed(decimals))).toBeLessThan(1000)
        const power = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'].indexOf(unit)
        expect(value * base ** power).toBeCloseTo(bytes, -Math.max(0, Math.ceil(Math.log10(bytes + 1)) - 12))
      }),
    )
  })
})

describe('time left', () => {
  it('is rounded up, so that it never ends before it says', () => {
    const words = new Words('en')
    expect([0, 59, 60, 61, 3599, 3600, 5400, 86_000].map((seconds) => words.timeLeft(seconds))).toEqual([
      'less than a minute left',
      'less than a minute left',
      '1 min left',
      '2 min left',
      '1 hr left',
      '1 hr left',
      '1 hr 30 min left',
      '24 hr left',
    ])
    expect([30, 200, 5400].map((seconds) => new Words('zh-CN').timeLeft(seconds))).toEqual(['剩余不到 1 分钟', '剩余 4分钟', '剩余 1小时 30分钟'])
  })

  it('has no hour of sixty minutes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000_000 }), (seconds) => {
        const time = splitTimeLeft(seconds)
        expect(time === null).toBe(seconds < 60)
        if (time !== null) expect(time.minutes).toBeLessThan(60)
      }),
    )
  })
})
