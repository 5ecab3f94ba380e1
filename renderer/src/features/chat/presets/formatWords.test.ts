import { expect, it } from 'vitest'
import { chosenFormat, formatWords, premiseKey, presetKey } from './formatWords.ts'

const press = (code: string, held: Partial<Record<'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey', boolean>> = { altKey: true }) =>
  presetKey({ code, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...held })

it('has a key for every format, and one for the premise', () => {
  expect([formatWords.length, premiseKey]).toEqual([8, 9])
  expect([press('Digit1'), press('Digit9'), press('Numpad4')]).toEqual([1, 9, 4])
})

it('leaves other keys alone', () => {
  expect([press('Digit0'), press('KeyA'), press('Digit1', {}), press('Digit1', { altKey: true, ctrlKey: true }), press('Digit1', { altKey: true, shiftKey: true }), press('Digit1', { altKey: true, metaKey: true })]).toEqual([null, null, null, null, null, null])
})

it('a format that is chosen again keeps what was filled in', () => {
  const letters = { type: 'letter', options: ['red', 'blue'] } as const
  expect(chosenFormat('letter', { ...letters, options: [...letters.options] })).toEqual(letters)
  expect(chosenFormat('letter', { type: 'free' })).toEqual({ type: 'letter', options: ['', ''] })
  expect(chosenFormat('json', { type: 'free' })).toEqual({ type: 'json', record: null })
  expect(chosenFormat('short', { ...letters, options: [...letters.options] })).toEqual({ type: 'short' })
})
