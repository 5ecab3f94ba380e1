import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatPlace, parsePlace } from './place.ts'

it('is read back as it was written, whatever the chat is called', () => {
  fc.assert(
    fc.property(fc.record({ chatId: fc.option(fc.string({ minLength: 1, unit: 'grapheme' })), models: fc.boolean() }), (place) => {
      expect(parsePlace(formatPlace(place))).toEqual(place)
    }),
  )
})

it('takes addresses as browsers hand them over, and malformed ones for the empty chat', () => {
  expect(['', '#', '#/', '#/abc', '#abc', '#/abc?models', '#/?models', '#/%E0%A4%A', '#/abc?other'].map(parsePlace)).toEqual([
    { chatId: null, models: false },
    { chatId: null, models: false },
    { chatId: null, models: false },
    { chatId: 'abc', models: false },
    { chatId: 'abc', models: false },
    { chatId: 'abc', models: true },
    { chatId: null, models: true },
    { chatId: null, models: false },
    { chatId: 'abc', models: false },
  ])
})
