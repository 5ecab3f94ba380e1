import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTypedDay } from './typedDay.ts'
import { readTyped, readTypedNumber, startText, type ValueShape } from './typedValue.ts'

describe('a typed number', () => {
  it.each([
    ['12.40', 12.4],
    ['12,40', 12.4],
    ['1,234', 1234],
    ['1,234.50', 1234.5],
    ['1.234,50', 1234.5],
    ['1,234,567', 1234567],
    ['$ 25.97', 25.97],
    ['USD 25.97', 25.97],
    ['25.97 EUR', 25.97],
    ['¥１，２８０．５０', 1280.5],
    ['1280元', 1280],
    ['−3.5', -3.5],
    ['.5', 0.5],
    ["1'000", 1000],
    ['0', 0],
  ])('%s', (text, value) => expect(readTypedNumber(text, 'en')).toBe(value))

  it('follows the locale where comma and point could be either', () => {
    expect([readTypedNumber('1,234', 'de'), readTypedNumber('1.234', 'de'), readTypedNumber('1.234', 'en')]).toEqual([1.234, 1234, 1.234])
  })

  it.each(['', 'abc', '1.2.3', '1,23,4', '12,3456.7', '--1', '1e5', '1 2 x', ','])('is none: %s', (text) => expect(readTypedNumber(text, 'en')).toBeNull())
})

describe('a typed day', () => {
  it.each([
    ['2026-11-30', '2026-11-30'],
    ['2026/1/5', '2026-01-05'],
    ['11/30/2026', '2026-11-30'],
    ['30/11/2026', '2026-11-30'],
    ['3/4/26', '2026-03-04'],
    ['Nov 30, 2026', '2026-11-30'],
    ['30 November 2026', '2026-11-30'],
    ['30th nov. 2026', '2026-11-30'],
    ['2026年11月30日', '2026-11-30'],
  ])('%s', (text, day) => expect(readTypedDay(text, 'en')).toBe(day))

  it('follows the order of the locale', () => {
    expect([readTypedDay('3/4/2026', 'en'), readTypedDay('3/4/2026', 'en-GB'), readTypedDay('3.4.2026', 'de'), readTypedDay('26/3/4', 'zh-CN')]).toEqual(['2026-03-04', '2026-04-03', '2026-04-03', '2026-03-04'])
  })

  it.each(['2026-02-30', '2026-13-01', '31/31/2026', 'yesterday', 'Nov 2026', '5 Foo 2026', '', '2026'])('is none: %s', (text) => expect(readTypedDay(text, 'en')).toBeNull())
})

it('is read back as the value that it was made of', () => {
  const money: ValueShape = { type: 'money', currency: 'EUR', min: null, max: null }
  for (const locale of ['en', 'zh-CN', 'de']) {
    fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e9 }), (cents) => {
      expect(readTyped(startText(cents / 100, money, locale), money, locale)).toEqual({ value: cents / 100 })
    }))
  }
})

it('says what is wrong', () => {
  expect(readTyped('12.345', { type: 'number', decimals: 2, min: null, max: null }, 'en')).toEqual({ problem: 'decimals' })
  expect(readTyped('maybe', { type: 'oneOf', choices: ['cash', 'card'] }, 'en')).toEqual({ problem: 'choice' })
  expect(readTyped('  ', { type: 'date', earliest: null, latest: null }, 'en')).toEqual({ value: null })
  expect(readTyped('false', { type: 'yesNo' }, 'en')).toEqual({ value: false })
})
