import { describe, expect, test } from 'vitest'
import { makeCell } from './makeCell.ts'
import { parseAnswer } from './parseAnswer.ts'
import { templateOf } from './testing/readings.ts'
import { TokenSpans } from './TokenSpans.ts'

test.each<[string, unknown, boolean]>([
  ['{"a": "x\\"y\\u00e9"', 'x"yé', true], ['{"a": "x', 'x', false], ['{"a": "x\\', 'x', false], ['{"a": "x\\u00', 'x', false],
  ['{"a": 12.5,', 12.5, true], ['{"a": 12.5', '12.5', false], ['{"a": -', null, false], ['{"a": null', null, true], ['{"a": nul', null, false], ['{"a": true}', true, true],
])('%s', (text, value, finished) => expect(parseAnswer(text).members.get('a')).toMatchObject({ value, finished }))

test.each(['{', '{"a', '{"a"', '{"a":', '{"a": '])('%s has no value yet', (text) => expect([...parseAnswer(text).members.keys()]).toEqual([]))

test('what no grammar here leads to is refused', () => {
  for (const text of ['', 'x', '[1]', '{"a": ?}']) expect(() => parseAnswer(text)).toThrow()
})

describe('tokens of a value', () => {
  const text = '{"é": "ä", "b": 12.5, "c": [1, 2]}'
  // Each piece is a token with the logarithm of its place.
  const pieces = [' "', 'ä', '",', ' "b', '": ', '12', '.5', ',', ' "c": ', '[1', ', 2', ']}']
  const spans = new TokenSpans(text, '{"é":'.length, pieces.map((piece, index) => ({ bytes: Buffer.byteLength(piece), logProbability: -index })))
  const { members } = parseAnswer(text)
  const of = (name: string) => spans.of(members.get(name)?.start ?? 0, members.get(name)?.end ?? 0)

  test('are those that stand in it, but for one that goes on behind it', () => {
    expect(of('é')).toEqual([-0, -1])
    expect(of('b')).toEqual([-5, -6])
    expect(of('c')).toEqual([-9, -10])
  })

  test('are one that goes on, where there is no other', () => {
    const one = new TokenSpans('{"a": 1}', 5, [{ bytes: 3, logProbability: -2 }])
    expect(one.of(6, 7)).toEqual([-2])
  })

  test('make the confidence of a cell', () => {
    const [field] = templateOf([{ name: 'b', type: 'number' }]).fields
    const cell = makeCell(field!, members.get('b'), { spans: new TokenSpans('{"b": 12}', 5, [{ bytes: 2, logProbability: Math.log(0.5) }, { bytes: 1, logProbability: Math.log(0.5) }]), locale: 'en', threshold: 0.5, repeated: false })
    expect(cell.status).toBe('unsure')
  })
})
