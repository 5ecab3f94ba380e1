import type { MemoryPlace, Plan } from '../../contract/domains/library.ts'
import type { Measurement } from '../../engine/protocol.ts'

type MeasuredPlace = Measurement['places'][number]

/** Bytes that come free on a device, by its name, when the model that is loaded now makes room. */
export type ComingFree = ReadonlyMap<string, number>

/** Of a memory's whole size, what has to stay free for a load to be called more than tight: other programs grow, too. */
const roomShare = 0.08

/** A measured load as a person reads it: what it takes where, and whether that is there. `comingFree`: see `freedBy`. */
export function planOf(measured: Measurement & { note: string }, comingFree: ComingFree = new Map()): Plan {
  const { backend, device, plan, note } = measured
  const places = measured.places.map((place, index) => placeOf(place, comingFree, index === 0 ? measured : null))
  const { gpuLayers, layers, projectorOnGpu, contextSize, cells, kvType } = plan
  return {
    verdict: verdictOf(places, gpuLayers, layers),
    places,
    chosen: { backend, device, gpuLayers, layers, projectorOnGpu, contextSize, kvType, conversations: Math.max(1, Math.floor(cells / contextSize)) },
    note,
  }
}

/** What unloading a measured model gives back. File-backed pages count as free already: the system drops them when it wants to. */
export function freedBy({ places, process, adapters }: Measurement): ComingFree {
  return new Map(places.map(({ name, weights, kv, compute, projector, encode }, index) => [name, weights + kv + compute + projector + encode + (index === 0 ? process + adapters : 0)]))
}

/** `engine`: the measurement, for the machine's own memory, which holds the process and the adapters too. */
function placeOf(place: MeasuredPlace, comingFree: ComingFree, engine: Measurement | null): MemoryPlace {
  const { name, description, type, totalBytes, freeBytes, weights, mapped, copied, kv, compute, projector, encode } = place
  const parts = { weights: weights + mapped + copied + (engine?.adapters ?? 0), projector, kv, compute, encode, process: engine?.process ?? 0 }
  return {
    kind: type === 'cpu' ? 'ram' : 'gpu',
    name: type === 'cpu' ? '' : description,
    totalBytes,
    freeBytes: Math.min(totalBytes, freeBytes + (comingFree.get(name) ?? 0)),
    parts,
    neededBytes: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0),
  }
}

/** The worst thing that is true of it, except that a machine without a graphics device is told so rather than that all is well. */
function verdictOf(places: readonly MemoryPlace[], gpuLayers: number, layers: number): Plan['verdict'] {
  const taking = places.filter(({ neededBytes }) => neededBytes > 0)
  if (taking.some(({ neededBytes, freeBytes }) => neededBytes > freeBytes)) return 'tooLarge'
  if (taking.some(({ neededBytes, freeBytes, totalBytes }) => freeBytes - neededBytes < totalBytes * roomShare)) return 'tight'
  if (gpuLayers === 0) return 'cpu'
  return gpuLayers < layers ? 'partly' : 'fits'
}
