import { describe, expect, it } from 'vitest'
import { duration, parameters, size, table } from './table.ts'

describe('the words of a table', () => {
  it('stand in columns, wide characters counted twice', () => {
    expect(table([['NAME', 'SIZE'], ['llava', '4.1 GB'], ['模型', '1 B']])).toBe('NAME   SIZE\nllava  4.1 GB\n模型   1 B\n')
    expect(table([])).toBe('')
  })

  it.each([[0, '0 B'], [999, '999 B'], [1000, '1.0 kB'], [9949, '9.9 kB'], [10_400, '10 kB'], [999_499, '999 kB'], [999_500, '1.0 MB'], [4_081_004_224, '4.1 GB'], [5e15, '5000 TB']])('%d bytes are %s', (bytes, text) => {
    expect(size(bytes)).toBe(text)
  })

  it.each([[999, '999 B'], [1000, '1.0 kB'], [2 ** 30, '1.0 GB'], [64 * 2 ** 30, '64 GB']])('%d bytes of a budget are %s', (bytes, text) => {
    expect(size(bytes, 1024)).toBe(text)
  })

  it.each([[6_738_415_616, '6.7 B'], [1e9, '1.0 B'], [350_400_000, '350 M'], [2_100_000, '2.1 M']])('%d parameters are %s', (count, text) => {
    expect(parameters(count)).toBe(text)
  })

  it.each([[0.4, '0 s'], [59.4, '59 s'], [60, '1 min 00 s'], [200, '3 min 20 s'], [3600, '1 h 00 min'], [7505, '2 h 05 min']])('%d seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })
})
