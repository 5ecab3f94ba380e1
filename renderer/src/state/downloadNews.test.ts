import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { downloadNews, fractionOf, overallFraction } from './downloadNews.ts'
import { downloadOf } from './testing/models.ts'

const at = (received: number) => [downloadOf({ received })]

describe('downloadNews', () => {
  it('tells each quarter once, and the end', () => {
    const steps = [0, 100, 249, 250, 251, 600, 740, 750, 999].map(at)
    const told = steps.slice(1).flatMap((after, index) => downloadNews(steps[index] ?? [], after))
    expect(told).toEqual([25, 50, 75].map((percent) => ({ kind: 'quarter', name: 'LLaVA-1.5 7B', percent })))
    expect(downloadNews(at(999), [downloadOf({ received: 1000, state: 'verifying' })])).toEqual([])
    expect(downloadNews([downloadOf({ state: 'verifying' })], [downloadOf({ state: 'done' })])).toEqual([{ kind: 'done', name: 'LLaVA-1.5 7B' }])
    expect(downloadNews(at(300), [downloadOf({ state: 'failed', received: 300 })])).toEqual([{ kind: 'failed', name: 'LLaVA-1.5 7B' }])
  })

  it('says nothing about what it sees for the first time, nor about what stays as it was', () => {
    const list = [downloadOf({ received: 700 }), downloadOf({ id: 'd2', state: 'done' }), downloadOf({ id: 'd3', state: 'failed' })]
    expect(downloadNews([], list)).toEqual([])
    expect(downloadNews(list, list)).toEqual([])
    expect(downloadNews(list, [])).toEqual([])
  })

  it('never tells more than three quarters of a download, however it trickles in', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1000 }), { maxLength: 60 }), (amounts) => {
        const steps = amounts.toSorted((a, b) => a - b).map(at)
        const told = steps.slice(1).flatMap((after, index) => downloadNews(steps[index] ?? [], after))
        expect(new Set(told.map((news) => (news.kind === 'quarter' ? news.percent : 0))).size).toBe(told.length)
        expect(told.length).toBeLessThanOrEqual(3)
      }),
    )
  })
})

describe('fractions', () => {
  it('are unknown while no size is known', () => {
    expect(fractionOf({ bytes: null, received: 10 })).toBeNull()
    expect(fractionOf({ bytes: 0, received: 0 })).toBeNull()
    expect(overallFraction([])).toBeNull()
    expect(overallFraction([downloadOf({ bytes: null })])).toBeNull()
  })

  it('weigh downloads by their size, and leave out those that wait for the person', () => {
    const list = [downloadOf({ bytes: 100, received: 100, state: 'verifying' }), downloadOf({ bytes: 900, received: 150 }), downloadOf({ bytes: 5000, received: 10, state: 'paused' })]
    expect(overallFraction(list)).toBe(0.25)
  })

  it('stay within their bounds where the server sends more than it said', () => {
    expect(fractionOf({ bytes: 100, received: 140 })).toBe(1)
  })
})
