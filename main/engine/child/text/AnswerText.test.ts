import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnswerText } from './AnswerText.ts'

/** Feeds pieces as tokens 0, 1, 2, ... and returns what came out at each step and in all. */
function run(pieces: readonly (string | Uint8Array)[], stopTexts: readonly string[] = [], continues = false) {
  const answer = new AnswerText(stopTexts, continues)
  const steps: string[] = []
  const tokens: number[] = []
  let stoppedAt: number | null = null
  for (const [index, piece] of pieces.entries()) {
    const stopped = answer.push(index, typeof piece === 'string' ? Buffer.from(piece) : piece)
    const released = answer.release()
    steps.push(released.text)
    tokens.push(...released.tokens)
    if (!stopped) continue
    stoppedAt = index
    break
  }
  const last = answer.finish()
  return { steps, text: steps.join('') + last.text, tokens: [...tokens, ...last.tokens], stoppedAt }
}

describe('AnswerText', () => {
  it('leaves out white space at both ends', () => {
    expect(run([' ', '\n', ' 12', '.50', ' ', '\n']).text).toBe('12.50')
  })

  it('counts the bytes left out in front, and none of those behind', () => {
    const answer = new AnswerText([])
    for (const [index, piece] of [' ', '\u3000', ' 12', ' '].entries()) answer.push(index, Buffer.from(piece))
    answer.finish()
    expect(answer.lead).toBe(5)
  })

  it('holds a space back until something follows it', () => {
    expect(run(['a', ' ', 'b']).steps).toEqual(['a', '', ' b'])
  })

  it('holds an incomplete character back', () => {
    const [first, second, third] = Buffer.from('图')
    const { steps, text } = run(['a', Uint8Array.of(first!), Uint8Array.of(second!), Uint8Array.of(third!), 'b'])
    expect(steps).toEqual(['a', '', '', '图', 'b'])
    expect(text).toBe('a图b')
  })

  it('replaces a character that is never completed', () => {
    expect(run(['a', Buffer.from('图').subarray(0, 2)]).text).toBe('a\uFFFD')
  })

  it('finds a stop text across tokens and leaves it out, with its tokens', () => {
    const { text, tokens, stoppedAt } = run(['Yes', '.', '#', '##', 'Human'], ['###'])
    expect({ text, tokens, stoppedAt }).toEqual({ text: 'Yes.', tokens: [0, 1], stoppedAt: 3 })
  })

  it('gives back what looked like a stop text and was none', () => {
    const { steps, text } = run(['a', '#', '#', ' b'], ['###'])
    expect(steps).toEqual(['a', '', '', '## b'])
    expect(text).toBe('a## b')
  })

  it('takes the first of several stop texts', () => {
    expect(run(['one two three'], ['three', 'two']).text).toBe('one')
  })

  it('keeps every token of an answer that ends by itself', () => {
    expect(run([' ', 'a', ' ', 'b', ' ']).tokens).toEqual([0, 1, 2, 3, 4])
  })

  it('gives the same text however it is cut into tokens', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '#', '图', '😀', '\n'), maxLength: 30 })
    fc.assert(
      fc.property(text, fc.array(fc.nat(6), { minLength: 1, maxLength: 40 }), fc.subarray(['###', 'ab', '图a']), (whole, sizes, stops) => {
        const bytes = Buffer.from(whole)
        const pieces: Uint8Array[] = []
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = Math.max(1, sizes[turn % sizes.length] ?? 1)
          pieces.push(bytes.subarray(at, at + size))
          at += size
        }
        // White space in front is cut before stop texts are looked for.
        const body = whole.trimStart()
        const ends = stops.map((stop) => body.indexOf(stop)).filter((index) => index >= 0)
        const expected = (ends.length === 0 ? body : body.slice(0, Math.min(...ends))).trimEnd()
        expect(run(pieces, stops).text).toBe(expected)
      }),
    )
  })
})

it('keeps white space in front of what goes on from a text', () => {
  expect([run([' hour', ' ']).text, run([' hour', ' '], [], true).text]).toEqual(['hour', ' hour'])
})
