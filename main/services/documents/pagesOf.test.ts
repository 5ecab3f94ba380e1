import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pagesOf } from './pagesOf.ts'

describe('pagesOf', () => {
  test.each([
    ['', 3, [1, 2, 3]],
    ['  ', 2, [1, 2]],
    ['2', 3, [2]],
    ['1-3, 5, 8-', 10, [1, 2, 3, 5, 8, 9, 10]],
    ['-2', 5, [1, 2]],
    ['5,1,3-4,4', 5, [1, 3, 4, 5]],
    ['1 – 2；4', 4, [1, 2, 4]],
    ['1～3、5', 5, [1, 2, 3, 5]],
    ['2-99', 4, [2, 3, 4]],
    ['1,2,', 4, [1, 2]],
  ])('%j of %i pages', (text, count, pages) => {
    expect(pagesOf(text, count)).toEqual(pages)
  })

  test.each(['0', '4', '4-', '3-2', 'x', '1-2-3', '-', ',', '1.5', '1;b', '0-2', '٣', '99999999999999999999'])('refuses %j of 3 pages', (text) => {
    expect(() => pagesOf(text, 3)).toThrow(expect.objectContaining({ code: 'PAGES_INVALID', params: { text, pages: 3 } }))
  })

  test('whatever is typed, pages exist, are in order and are named once', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9,;\- ]{0,12}$/), fc.integer({ min: 1, max: 50 }), (text, count) => {
        let pages: number[]
        try {
          pages = pagesOf(text, count)
        } catch (error) {
          expect(error).toMatchObject({ code: 'PAGES_INVALID' })
          return
        }
        expect(pages.length).toBeGreaterThan(0)
        expect(pages).toEqual([...new Set(pages)].filter((page) => Number.isInteger(page) && page >= 1 && page <= count).sort((a, b) => a - b))
      }),
    )
  })
})
