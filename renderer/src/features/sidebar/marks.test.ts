import { expect, it } from 'vitest'
import { piecesOf } from './marks.ts'

it('takes a text apart and loses nothing of it', () => {
  const pieces = piecesOf('the total, in total', [{ start: 4, end: 9 }, { start: 14, end: 19 }])
  expect(pieces.map(({ text, marked }) => (marked ? `[${text}]` : text))).toEqual(['the ', '[total]', ', in ', '[total]'])
  expect(piecesOf('plain', [])).toEqual([{ text: 'plain', marked: false }])
})
