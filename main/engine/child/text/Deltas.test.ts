import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Deltas } from './Deltas.ts'

describe('Deltas', () => {
  const sent: [number, string, number[]][] = []
  beforeEach(() => {
    sent.length = 0
    vi.useFakeTimers()
  })
  afterEach(() => vi.useRealTimers())

  const deltas = () => new Deltas((seq, text, tokens) => sent.push([seq, text, tokens]), 16)

  it('sends the first piece at once and gathers those of the same frame', () => {
    const gathered = deltas()
    for (const [index, text] of ['a', 'b', 'c'].entries()) gathered.add({ text, tokens: [index] })
    expect(sent).toEqual([[0, 'a', [0]]])
    vi.advanceTimersByTime(16)
    expect(sent).toEqual([
      [0, 'a', [0]],
      [1, 'bc', [1, 2]],
    ])
  })

  it('sends what is left at once at the end', () => {
    const gathered = deltas()
    gathered.add({ text: 'a', tokens: [1] })
    gathered.add({ text: 'b', tokens: [2] })
    gathered.flush()
    expect(sent.map(([, text]) => text)).toEqual(['a', 'b'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('sends nothing where there is nothing', () => {
    const gathered = deltas()
    gathered.add({ text: '', tokens: [] })
    gathered.flush()
    expect(sent).toEqual([])
  })
})
