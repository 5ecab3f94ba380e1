import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MemoryPlace } from '../../../../main/contract/domains/library.ts'
import { memoryBar } from './memoryBar.ts'

const none = { weights: 0, projector: 0, kv: 0, compute: 0, encode: 0, process: 0 }
const place = (change: Partial<MemoryPlace>): MemoryPlace => ({ kind: 'gpu', name: '', totalBytes: 100, freeBytes: 80, parts: none, neededBytes: 0, ...change })

describe('memoryBar', () => {
  it('lays what others use first, then what this load takes, and leaves out what takes nothing', () => {
    const { segments, free, over, limit } = memoryBar(place({ parts: { ...none, weights: 40, kv: 10 } }))
    expect(segments).toEqual([
      { kind: 'others', bytes: 20, start: 0, width: 0.2 },
      { kind: 'weights', bytes: 40, start: 0.2, width: 0.4 },
      { kind: 'kv', bytes: 10, start: 0.6, width: 0.1 },
    ])
    expect([free, over, limit]).toEqual([30, 0, 1])
  })

  it('shows how much is wanted beyond what is there', () => {
    const { segments, free, over, limit } = memoryBar(place({ parts: { ...none, weights: 180 } }))
    expect([segments.at(-1)?.width, free, over, limit]).toEqual([0.9, 0, 100, 0.5])
  })

  it('survives a device that tells nothing', () => {
    expect(memoryBar(place({ totalBytes: 0, freeBytes: 0 }))).toEqual({ segments: [], others: 0, free: 0, over: 0, limit: 0 })
  })

  it('stays within the bar for any figures, and accounts for every byte', () => {
    const bytes = fc.integer({ min: -10, max: 2 ** 40 })
    const figures = fc.record({ weights: bytes, projector: bytes, kv: bytes, compute: bytes, encode: bytes, process: bytes })
    fc.assert(
      fc.property(bytes, bytes, figures, (totalBytes, freeBytes, parts) => {
        const { segments, others, free, over, limit } = memoryBar(place({ totalBytes, freeBytes, parts }))
        let end = 0
        for (const segment of segments) {
          expect(segment.start).toBeCloseTo(end, 9)
          expect(segment.width).toBeGreaterThan(0)
          end = segment.start + segment.width
        }
        expect(end).toBeLessThanOrEqual(1 + 1e-9)
        expect([others >= 0, free >= 0, over >= 0, limit >= 0, limit <= 1]).toEqual(Array(5).fill(true))
        const laid = segments.reduce((sum, segment) => sum + segment.bytes, 0)
        expect(laid + free - over).toBe(Math.max(0, totalBytes))
      }),
    )
  })
})
