import { expect, it } from 'vitest'
import { isPageChoice } from './readPages.ts'

it('takes what people type for pages', () => {
  for (const text of ['', ' ', '1', '1, 3-5', '2-', '-4', '1，3、5；7', '3 – 5', '1, 2,']) expect([text, isPageChoice(text)]).toEqual([text, true])
})

it('refuses what cannot be meant', () => {
  for (const text of ['a', '0', '5-3', '-', ',', '1-2-3', '1.5']) expect([text, isPageChoice(text)]).toEqual([text, false])
})
