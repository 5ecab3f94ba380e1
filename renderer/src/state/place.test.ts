import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatPlace, parsePlace, type Over } from './place.ts'

const id = fc.string({ minLength: 1, unit: 'grapheme' })
const over: fc.Arbitrary<Over> = fc.oneof(
  fc.constantFrom<Over>(null, 'models', { view: 'templates' }, { view: 'runs' }),
  fc.option(id).map((template) => ({ view: 'template' as const, template })),
  fc.record({ view: fc.constant('run' as const), run: id, review: fc.boolean() }),
)

it('is read back as it was written, whatever chat, template and run are called', () => {
  fc.assert(
    fc.property(fc.record({ chatId: fc.option(id), over }), (place) => {
      expect(parsePlace(formatPlace(place))).toEqual(place)
    }),
  )
})

it('takes addresses as browsers hand them over, and malformed ones for the empty chat', () => {
  expect(['', '#', '#/', '#/abc', '#abc', '#/abc?models', '#/?models', '#/%E0%A4%A', '#/abc?other', '#/?run', '#/?extract=1'].map(parsePlace)).toEqual([
    { chatId: null, over: null },
    { chatId: null, over: null },
    { chatId: null, over: null },
    { chatId: 'abc', over: null },
    { chatId: 'abc', over: null },
    { chatId: 'abc', over: 'models' },
    { chatId: null, over: 'models' },
    { chatId: null, over: null },
    { chatId: 'abc', over: null },
    { chatId: null, over: { view: 'runs' } },
    { chatId: null, over: null },
  ])
})
