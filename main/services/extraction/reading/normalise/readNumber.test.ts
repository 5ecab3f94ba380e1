import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readNumber } from './readNumber.ts'

test.each<[string, string, number | null]>([
  ['12.50', 'en', 12.5], ['12,50', 'en', 12.5], ['12,50', 'de', 12.5], ['12.50', 'de', 12.5],
  ['1.234,56', 'de', 1234.56], ['1.234,56', 'en', 1234.56], ['1,234.56', 'en', 1234.56], ['1,234.56', 'de', 1234.56],
  ['1,234', 'en', 1234], ['1,234', 'de', 1.234], ['1.234', 'en', 1.234], ['1.234', 'de', 1234],
  ['1 234,56', 'fr', 1234.56], ['1\u202F234,56', 'fr', 1234.56], ['1\u00A0234', 'en', 1234], ["1'234.50", 'de-CH', 1234.5], ['1’234.50', 'en', 1234.5],
  ['1.234.567', 'en', 1234567], ['1,234,567', 'de', 1234567], ['1,234,567.8', 'de', 1234567.8], ['12,34,567.00', 'en-IN', 1234567],
  ['0.123', 'de', 0.123], ['0,123', 'en', 0.123], ['.50', 'en', 0.5], [',50', 'de', 0.5], ['1234.567', 'de', 1234.567], ['12345,678', 'en', 12345.678],
  ['¥1,200', 'ja', 1200], ['￥１，２００', 'zh', 1200], ['１２．５０', 'zh', 12.5], ['1,200円', 'ja', 1200], ['人民币 88.00 元', 'zh', 88],
  ['$ 12.50-', 'en', -12.5], ['-$12.50', 'en', -12.5], ['$-12.50', 'en', -12.5], ['(12.50)', 'en', -12.5], ['($12.50)', 'en', -12.5], ['−5', 'en', -5], ['12,50 € -', 'de', -12.5],
  ['EUR 12,50', 'de', 12.5], ['12,50 EUR', 'de', 12.5], ['€12.50', 'en', 12.5], ['CHF 12.-', 'de-CH', 12], ['12,- €', 'de', 12], ['12,--', 'de', 12], ['Rs. 500', 'en-IN', 500],
  ['19 %', 'de', 19], ['+7', 'en', 7], ['-0', 'en', 0], ['2.00 A', 'en', 2], ['٣٤٫٥', 'ar', 34.5],
  ['', 'en', null], ['abc', 'en', null], ['1.2.3', 'en', null], ['12-34', 'en', null], ['1,23,4', 'en', null], ['12 units of 5', 'en', null], ['2026-03-04', 'en', null], ['1..2', 'en', null], ['total amount due is 5', 'en', null],
])('%s in %s is %s', (printed, locale, number) => expect(readNumber(printed, locale)).toBe(number))

describe('numbers as Intl prints them', () => {
  const locales = ['en', 'en-IN', 'de', 'de-CH', 'fr', 'es', 'it', 'pt-BR', 'nl', 'pl', 'sv', 'zh', 'ja', 'ar-EG', 'hi']
  const amount = fc.integer({ min: -99_999_999, max: 99_999_999 }).map((cents) => cents / 100)

  test.each(locales)('are read back in %s', (locale) => {
    const print = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
    fc.assert(fc.property(amount, (number) => {
      expect(readNumber(print.format(number), locale)).toBeCloseTo(number === 0 ? 0 : number, 6)
    }))
  })

  test.each(locales)('with a currency are read back in %s', (locale) => {
    const prints = ['EUR', 'USD', 'JPY', 'CHF', 'PLN'].flatMap((currency) => (['standard', 'accounting'] as const).map((currencySign) => new Intl.NumberFormat(locale, { style: 'currency', currency, currencySign, minimumFractionDigits: 2 })))
    fc.assert(fc.property(amount, fc.constantFrom(...prints), (number, print) => {
      expect(readNumber(print.format(number), locale), print.format(number)).toBeCloseTo(number === 0 ? 0 : number, 6)
    }))
  })

  test('and whatever else is printed, it is a finite number or none', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(...locales, 'no such locale'), (printed, locale) => {
      const number = readNumber(printed, locale)
      expect(number === null || Number.isFinite(number)).toBe(true)
    }))
  })
})
