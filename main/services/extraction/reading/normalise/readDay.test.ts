import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDay } from './readDay.ts'

test.each<[string, string, string | null]>([
  ['2026-03-04', 'en', '2026-03-04'], ['2026/3/4', 'de', '2026-03-04'], ['2026.03.04', 'en', '2026-03-04'], ['20260304', 'en', '2026-03-04'],
  ['03/04/2026', 'en-US', '2026-03-04'], ['03/04/2026', 'en-GB', '2026-04-03'], ['03/04/2026', 'de', '2026-04-03'], ['3/4/26', 'en-US', '2026-03-04'],
  ['13/04/2026', 'en-US', '2026-04-13'], ['04/13/2026', 'en-GB', '2026-04-13'],
  ['04.03.26', 'de', '2026-03-04'], ['4. 3. 2026', 'de', '2026-03-04'], ['04-03-2026', 'nl', '2026-03-04'], ['4 3 2026', 'fr', '2026-03-04'], ['26/03/04', 'ja', '2026-03-04'],
  ['31.12.99', 'de', '1999-12-31'], ['01.01.40', 'de', '2040-01-01'], ['01.01.47', 'de', '1947-01-01'],
  ['4 Mar 2026', 'en', '2026-03-04'], ['March 4, 2026', 'en', '2026-03-04'], ['Mar 4th, 2026', 'de', '2026-03-04'], ['WED 4 MAR 2026', 'en', '2026-03-04'], ['04-MAR-26', 'en', '2026-03-04'], ['2026 March 4', 'en', '2026-03-04'], ['4 Sept. 2026', 'en', '2026-09-04'],
  ['4. März 2026', 'en', '2026-03-04'], ['Mittwoch, 4. Maerz 2026', 'de', null], ['4. Jänner 2026', 'de-AT', '2026-01-04'], ['4 mars 2026', 'en', '2026-03-04'], ['1er août 2026', 'fr', '2026-08-01'], ['4 de marzo de 2026', 'en', '2026-03-04'], ['4 marzo 2026', 'it', '2026-03-04'], ['4 de março de 2026', 'pt', '2026-03-04'], ['4 maart 2026', 'nl', '2026-03-04'],
  ['2026年3月4日', 'zh', '2026-03-04'], ['２０２６年３月４日', 'en', '2026-03-04'], ['2026年03月04日 星期三', 'zh', '2026-03-04'], ['2026년 3월 4일', 'ko', '2026-03-04'],
  ['2026-03-04T10:15:00Z', 'en', '2026-03-04'], ['04.03.2026 10:15', 'de', '2026-03-04'], ['03/04/2026 3:15 PM', 'en-US', '2026-03-04'], ['04.03.2026, 10:15 Uhr', 'de', '2026-03-04'],
  ['30/02/2026', 'en-GB', null], ['2026-13-01', 'en', null], ['', 'en', null], ['March', 'en', null], ['Q3 2026', 'en', null], ['12:30', 'en', null], ['4 Mar', 'en', null], ['12345', 'en', null],
  ['29/02/2024', 'en-GB', '2024-02-29'], ['29/02/2025', 'en-GB', null],
])('%s in %s is %s', (printed, locale, day) => expect(readDay(printed, locale, 2026)).toBe(day))

describe('days as Intl prints them', () => {
  const day = fc.date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2039-12-31T00:00:00Z'), noInvalidDate: true })
  const locales = ['en-US', 'en-GB', 'de', 'de-AT', 'fr', 'es', 'it', 'pt-BR', 'pt-PT', 'nl', 'zh', 'ja', 'ko', 'pl', 'sv']
  const styles = ['short', 'medium', 'long', 'full'] as const

  test.each(locales)('are read back in %s', (locale) => {
    const prints = styles.map((dateStyle) => new Intl.DateTimeFormat(locale, { dateStyle, timeZone: 'UTC' }))
    fc.assert(fc.property(day, fc.constantFrom(...prints), (date, print) => {
      expect(readDay(print.format(date), locale, 2026), print.format(date)).toBe(date.toISOString().slice(0, 10))
    }))
  })

  test('with names of months are understood in any of seven languages by an English app', () => {
    const prints = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl'].flatMap((locale) => (['long', 'short'] as const).map((month) => new Intl.DateTimeFormat(locale, { day: 'numeric', month, year: 'numeric', timeZone: 'UTC' })))
    fc.assert(fc.property(day, fc.constantFrom(...prints), (date, print) => {
      expect(readDay(print.format(date), 'en-US', 2026), print.format(date)).toBe(date.toISOString().slice(0, 10))
    }))
  })

  test('and whatever else is printed, it is a day of the calendar or none', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[0-9./ -]{4,12}$/)), fc.constantFrom(...locales, 'no such locale'), (printed, locale) => {
      const read = readDay(printed, locale, 2026)
      if (read !== null) expect(new Date(`${read}T00:00:00Z`).toISOString().slice(0, 10)).toBe(read)
    }))
  })
})
