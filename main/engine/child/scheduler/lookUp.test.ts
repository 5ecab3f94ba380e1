import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeImage } from '../testing/jobs.ts'
import { lookUp } from './lookUp.ts'

describe('lookUp', () => {
  it('gives what followed the last time', () => {
    expect(lookUp([1, 2, 3, 4, 5, 9, 1, 2], 3, 3)).toEqual([4, 5, 9])
    expect(lookUp([1, 2, 3, 4, 7, 1, 2, 3, 5, 7, 1, 2], 3, 1)).toEqual([5])
  })

  it('would rather follow three tokens than two, however long ago', () => {
    expect(lookUp([1, 2, 3, 4, 9, 2, 3, 5, 1, 2], 3, 1)).toEqual([4])
    expect(lookUp([8, 2, 3, 4, 9, 2, 3, 5, 1, 2], 3, 1)).toEqual([5])
  })

  it('goes round in a loop', () => {
    expect(lookUp([5, 6, 7, 5, 6], 7, 7)).toEqual([5, 6, 7, 5, 6, 7, 5])
    expect(lookUp([4, 4], 4, 3)).toEqual([4, 4, 4])
  })

  it('knows nothing of what never stood there, nor across pictures', () => {
    expect(lookUp([], 1, 3)).toEqual([])
    expect(lookUp([1], 1, 3)).toEqual([])
    expect(lookUp([1, 2, 3, 4], 5, 3)).toEqual([])
    expect(lookUp([1, fakeImage(1), 2, 3, 1, fakeImage(1)], 2, 3)).toEqual([])
    expect(lookUp([1, 2, 3, fakeImage(1), 1, 2], 3, 3)).toEqual([])
    expect(lookUp([1, 2, 3, 4, fakeImage(1), 1, 2], 3, 3)).toEqual([4])
    expect(lookUp([1, 2, 3, 4, 1, 2], 3, 0)).toEqual([])
  })

  it('gives no more than is asked for, and only what its own end says', () => {
    const item = fc.integer({ min: 1, max: 3 })
    fc.assert(
      fc.property(fc.array(item, { maxLength: 20 }), item, fc.nat(9), (items, last, most) => {
        const guesses = lookUp(items, last, most)
        expect(guesses.length).toBeLessThanOrEqual(most)
        const text = [...items, last, ...guesses]
        // Every guess continues one place of the text in front of it that holds the same two tokens.
        const shift = items.length + 1
        const places = [...items.keys()].filter((at) => at > 0 && items[at] === last && items[at - 1] === items.at(-1))
        if (guesses.length === 0) expect(places.length === 0 || most === 0).toBe(true)
        else expect(places.some((at) => guesses.every((guess, index) => text[at + 1 + index] === guess && at + 1 + index < shift + index))).toBe(true)
      }),
    )
  })
})
