import { describe, expect, it } from 'vitest'
import type { Measurement } from '../../engine/protocol.ts'
import { freedBy, planOf } from './planOf.ts'

const gigabyte = 1e9
type Place = Measurement['places'][number]
const nothing = { weights: 0, mapped: 0, copied: 0, kv: 0, compute: 0, projector: 0, encode: 0 }
const ram = (change: Partial<Place> = {}): Place => ({ name: 'CPU', description: 'a processor', type: 'cpu', totalBytes: 16 * gigabyte, freeBytes: 12 * gigabyte, ...nothing, ...change })
const card = (change: Partial<Place> = {}): Place => ({ name: 'CUDA0', description: 'RTX', type: 'gpu', totalBytes: 8 * gigabyte, freeBytes: 7 * gigabyte, ...nothing, ...change })

function measurement(places: Place[], gpuLayers = 0): Measurement & { note: string } {
  const plan = { contextSize: 4096, cells: 8192, gpuLayers, layers: 33, projectorOnGpu: gpuLayers > 0, kvType: 'f16' as const, threads: 4 }
  return { backend: gpuLayers > 0 ? 'cuda' : 'cpu', device: gpuLayers > 0 ? 'RTX' : null, plan, places, adapters: 3, process: 100, note: 'why' }
}

describe('a plan', () => {
  it('puts every byte of the measurement in its place, the process and adapters into main memory', () => {
    const { places, chosen, note } = planOf(measurement([ram({ weights: 1, mapped: 10, copied: 1, kv: 20, compute: 5, projector: 7, encode: 2 }), card({ weights: 50, kv: 8 })], 33))
    expect(places[0]).toMatchObject({ kind: 'ram', name: '', parts: { weights: 15, projector: 7, kv: 20, compute: 5, encode: 2, process: 100 }, neededBytes: 149 })
    expect(places[1]).toMatchObject({ kind: 'gpu', name: 'RTX', parts: { weights: 50, kv: 8, process: 0 }, neededBytes: 58 })
    expect([chosen.conversations, chosen.device, note]).toEqual([2, 'RTX', 'why'])
  })

  it.each<[verdict: string, places: Place[], gpuLayers: number]>([
    ['cpu', [ram({ mapped: 4 * gigabyte })], 0],
    ['tight', [ram({ mapped: 11 * gigabyte })], 0],
    ['tooLarge', [ram({ mapped: 13 * gigabyte })], 0],
    ['fits', [ram({ kv: gigabyte }), card({ weights: 5 * gigabyte })], 33],
    ['partly', [ram({ mapped: 2 * gigabyte }), card({ weights: 5 * gigabyte })], 20],
    ['tight', [ram(), card({ weights: 6.5 * gigabyte })], 33],
    ['tooLarge', [ram(), card({ weights: 7.5 * gigabyte })], 33],
  ])('is called %s', (verdict, places, gpuLayers) => {
    expect(planOf(measurement(places, gpuLayers)).verdict).toBe(verdict)
  })

  it('counts what the model in use gives back as free, but no more than there is', () => {
    const wanted = measurement([ram({ freeBytes: gigabyte, kv: 2 * gigabyte })])
    expect(planOf(wanted).verdict).toBe('tooLarge')
    const freed = freedBy(measurement([ram({ kv: 4 * gigabyte, mapped: 50 * gigabyte })]))
    expect(freed.get('CPU')).toBe(4 * gigabyte + 103)
    expect(planOf(wanted, freed)).toMatchObject({ verdict: 'cpu', places: [{ freeBytes: 5 * gigabyte + 103 }] })
    expect(planOf(wanted, new Map([['CPU', 100 * gigabyte]])).places[0]?.freeBytes).toBe(16 * gigabyte)
  })
})
