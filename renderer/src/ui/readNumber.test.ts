import { describe, expect, it } from 'vitest'
import { readNumber } from './readNumber.ts'

describe('readNumber', () => {
  const temperature = { min: 0, max: 5, whole: false }
  it('reads what people type', () => {
    expect(['', '  ', '0', ' 0.7 ', '0,7', '.5', '5.'].map((text) => readNumber(text, temperature))).toEqual([null, null, 0, 0.7, 0.7, 0.5, 5])
  })

  it('refuses what is no number within bounds', () => {
    expect(['-1', '5.1', '1e3', '0x1', 'warm', '1.2.3', 'NaN', 'Infinity'].map((text) => readNumber(text, temperature))).toEqual(Array(8).fill('invalid'))
    expect(readNumber('1.5', { min: 1, max: 9, whole: true })).toBe('invalid')
  })
})
