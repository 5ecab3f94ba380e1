import { expect, it } from 'vitest'
import { Words } from '../../i18n/Words.svelte.ts'
import { itemOf } from '../../state/testing/extract.ts'
import { itemName } from './words.ts'

it('names the page that a row of the queue is, and the file alone where it is the whole of it', () => {
  const page = itemOf(1, { name: 'bill.pdf', page: 3 })
  expect([itemName(new Words('en'), page), itemName(new Words('zh-CN'), page)]).toEqual(['bill.pdf, page 3', 'bill.pdf，第 3 页'])
  expect(itemName(new Words('en'), itemOf(1, { name: 'bill.pdf' }))).toBe('bill.pdf')
})
