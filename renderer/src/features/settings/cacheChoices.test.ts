import { expect, it } from 'vitest'
import { cacheChoices } from './cacheChoices.ts'

it('a budget set on the command line has its place among the usual ones', () => {
  const usual = [0, 1, 4, 16, 64].map((GiB) => GiB * 2 ** 30)
  expect(cacheChoices(4 * 2 ** 30)).toEqual(usual)
  expect(cacheChoices(5e8)).toEqual([0, 5e8, ...usual.slice(1)])
  expect(cacheChoices(2 ** 40).at(-1)).toBe(2 ** 40)
})
