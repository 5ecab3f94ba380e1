import { expect, it } from 'vitest'
import { matchWords } from './matchWords.ts'

const entries = [{ label: 'Show the sidebar' }, { label: 'Settings', also: 'preferences options' }, { label: 'New chat' }, { label: 'Café receipts' }, { label: '新对话', also: 'New chat' }]
const found = (typed: string) => matchWords(typed, entries).map(({ label }) => label)

it('wants every word, wherever it stands, and no case or accents', () => {
  expect(found('CHAT new')).toEqual(['New chat', '新对话'])
  expect(found('cafe')).toEqual(['Café receipts'])
  expect(found('chat xyz')).toEqual([])
})

it('finds other words that mean the same, and parts of Chinese ones', () => {
  expect(found('prefer')).toEqual(['Settings'])
  expect(found('对话')).toEqual(['新对话'])
})

it('puts what begins with it first, then what has a word that does', () => {
  expect(matchWords('re', [{ label: 'Explore' }, { label: 'The receipts' }, { label: 'Receipts' }]).map(({ label }) => label)).toEqual(['Receipts', 'The receipts', 'Explore'])
})

it('leaves everything in its order where nothing is typed', () => {
  expect(matchWords('  ', entries)).toBe(entries)
})
