import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countToReview, needsReview, nextToReview, type CellPlace } from './reviewOrder.ts'
import { cellOf, recordOf } from './testing/records.ts'

const fields = ['vendor', 'total']
/** Records of which these cells want to be looked at, written as record and field. */
function recordsOf(ids: readonly string[], unsure: readonly string[]) {
  return ids.map((id) => recordOf(id, Object.fromEntries(fields.map((field) => [field, cellOf('x', { status: unsure.includes(`${id} ${field}`) ? 'unsure' : 'ok' })]))))
}
const none = () => null
const at = (record: string, field: string): CellPlace => ({ record, field })

describe('the next cell to review', () => {
  const records = recordsOf(['a', 'b', 'c'], ['a total', 'c vendor', 'c total'])

  it('comes in reading order, and from the last again the first', () => {
    const seen: string[] = []
    for (let place = nextToReview(records, fields, none, null, 1); place !== null && seen.length < 5; place = nextToReview(records, fields, none, place, 1)) seen.push(`${place.record} ${place.field}`)
    expect(seen).toEqual(['a total', 'c vendor', 'c total', 'a total', 'c vendor'])
  })

  it('comes backwards the other way round', () => {
    expect(nextToReview(records, fields, none, null, -1)).toEqual(at('c', 'total'))
    expect(nextToReview(records, fields, none, at('c', 'vendor'), -1)).toEqual(at('a', 'total'))
    expect(nextToReview(records, fields, none, at('a', 'vendor'), -1)).toEqual(at('c', 'total'))
  })

  it('is none that a person has said something of', () => {
    const reviewOf = (record: { id: string }, field: string) => (record.id === 'c' && field === 'vendor' ? ({ state: 'accepted' } as const) : null)
    expect(nextToReview(records, fields, reviewOf, at('a', 'total'), 1)).toEqual(at('c', 'total'))
  })

  it('is none where only the place itself is left, or nothing', () => {
    expect(nextToReview(recordsOf(['a'], ['a total']), fields, none, at('a', 'total'), 1)).toBeNull()
    expect(nextToReview(recordsOf(['a'], []), fields, none, null, 1)).toBeNull()
    expect(nextToReview([], fields, none, null, 1)).toBeNull()
  })

  it('is found from a place that is gone', () => {
    expect(nextToReview(records, fields, none, at('z', 'total'), 1)).toEqual(at('a', 'total'))
    expect(nextToReview(records, fields, none, at('z', 'total'), -1)).toEqual(at('c', 'total'))
  })

  it('reaches each of them once in a round, whatever their places', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom(...fields)).map(([row, field]) => `r${row} ${field}`), { minLength: 2 }), fc.constantFrom(1 as const, -1 as const), (unsure, step) => {
        const many = recordsOf(['r0', 'r1', 'r2', 'r3', 'r4', 'r5'], unsure)
        const seen = new Set<string>()
        let place = nextToReview(many, fields, none, null, step)
        for (let presses = 0; presses < unsure.length; presses++) {
          seen.add(`${place?.record ?? ''} ${place?.field ?? ''}`)
          place = nextToReview(many, fields, none, place, step)
        }
        expect([...seen].sort()).toEqual([...unsure].sort())
      }),
    )
  })
})

it('what wants to be looked at is whatever is not sure, until somebody has', () => {
  expect((['ok', 'unsure', 'absent', 'unreadable', 'failedCheck', 'cutOff'] as const).map((status) => needsReview(cellOf('x', { status }), null))).toEqual([false, true, false, true, true, true])
  expect(needsReview(cellOf('x', { status: 'unsure' }), { state: 'unreadable' })).toBe(false)
  const records = recordsOf(['a', 'b'], ['a total', 'b total'])
  expect(countToReview(records, ({ id }) => (id === 'a' ? { state: 'accepted' } : null))).toEqual({ left: 1, all: 2 })
})
