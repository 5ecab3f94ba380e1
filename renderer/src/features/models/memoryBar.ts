import type { MemoryParts, MemoryPlace } from '../../../../main/contract/domains/library.ts'

export type Part = keyof MemoryParts

/** What a load takes, in the order it is drawn: what stays first, what comes and goes last. */
export const parts: readonly Part[] = ['process', 'weights', 'projector', 'kv', 'compute', 'encode']

/** A stretch of the bar; `start` and `width` are shares of it. */
export interface Segment {
  readonly kind: 'others' | Part
  readonly bytes: number
  readonly start: number
  readonly width: number
}

/** One kind of memory as a bar. What is left of it uncovered by segments is free. */
export interface MemoryBar {
  readonly segments: readonly Segment[]
  /** Bytes that other programs hold. */
  readonly others: number
  /** Bytes that stay free after the load. */
  readonly free: number
  /** Bytes that are wanted and not there. */
  readonly over: number
  /** Where the memory ends, as a share of the bar; below 1 where more is wanted than there is. */
  readonly limit: number
}

/** Lays out a kind of memory. Whatever the figures, segments neither overlap nor leave the bar. */
export function memoryBar(place: MemoryPlace): MemoryBar {
  const total = Math.max(0, place.totalBytes)
  const others = Math.min(total, Math.max(0, total - place.freeBytes))
  const needed = parts.reduce((sum, part) => sum + Math.max(0, place.parts[part]), 0)
  const scale = Math.max(total, others + needed, 1)
  const segments: Segment[] = []
  let start = 0
  const lay = (kind: Segment['kind'], bytes: number) => {
    if (bytes <= 0) return
    segments.push({ kind, bytes, start: start / scale, width: bytes / scale })
    start += bytes
  }
  lay('others', others)
  for (const part of parts) lay(part, place.parts[part])
  return { segments, others, free: Math.max(0, total - others - needed), over: Math.max(0, others + needed - total), limit: total / scale }
}
