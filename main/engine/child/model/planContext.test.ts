import { describe, expect, it } from 'vitest'
import type { LoadRequest } from '../../protocol.ts'
import type { NativeDevice } from '../../native/binding.d.ts'
import type { CheckedFiles } from '../../../gguf/checkFiles.ts'
import type { GgufValue } from '../../../gguf/ggufValue.ts'
import type { GgufFile } from '../../../gguf/readGguf.ts'
import { headerOf } from '../../../gguf/testing/headerOf.ts'
import { planContext } from './planContext.ts'
import type { Machine } from './planContext.ts'

const gibibyte = 1024 ** 3
const automatic: LoadRequest = { files: { model: 'a', projector: 'b' }, isDemo: false, backend: 'auto', threads: null, contextSize: null, gpuLayers: null, kvType: null, projectorOnGpu: null, adapters: [] }

const file = (bytes: number, shape: Record<string, number> = {}): GgufFile => {
  const keys = { context_length: 4096, embedding_length: 4096, block_count: 32, 'attention.head_count': 32, ...shape }
  const metadata = { 'general.architecture': 'llama', ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`llama.${key}`, value])) }
  return { path: 'a', bytes, header: headerOf(metadata) }
}
/** A projector whose pictures take 576 tokens. */
const projector: GgufFile = { path: 'b', bytes: 0.6 * gibibyte, header: headerOf({ 'clip.projector_type': 'mlp' }) }
/** The KV cache of 4096 tokens takes 2 GiB in f16. */
const sevenB: CheckedFiles = { model: file(4.1 * gibibyte), projector }
const card = (free: number): NativeDevice => ({ name: 'GPU0', description: 'a card', type: 'gpu', freeBytes: free * gibibyte, totalBytes: 48 * gibibyte })
const plenty = 64 * gibibyte
const machine = (device: NativeDevice | null, { cores = 2, freeBytes = plenty, totalBytes = plenty } = {}): Machine => ({ device, cores, freeBytes, totalBytes })
/** On a card with so many GiB free, or on the CPU. */
const onCard = (free: number, options: Partial<LoadRequest> = {}, files = sevenB) => planContext(files, { ...automatic, ...options }, machine(card(free)))
const onCpu = (free: number, options: Partial<LoadRequest> = {}, files = sevenB) => planContext(files, { ...automatic, ...options }, machine(null, { freeBytes: free * gibibyte }))

describe('planContext', () => {
  it('stores the KV cache as it is told to, and puts the projector there', () => {
    expect(planContext(sevenB, automatic, machine(card(24)))).toMatchObject({ kvType: 'f16', projectorOnGpu: true, layers: 33 })
    expect(planContext(sevenB, { ...automatic, kvType: 'q8_0', projectorOnGpu: false }, machine(card(24)))).toMatchObject({ kvType: 'q8_0', projectorOnGpu: false })
    expect(planContext(sevenB, { ...automatic, gpuLayers: 0 }, machine(card(24))).projectorOnGpu).toBe(false)
    expect(planContext(sevenB, { ...automatic, gpuLayers: 0, projectorOnGpu: true }, machine(card(24))).projectorOnGpu).toBe(true)
    expect(planContext(sevenB, { ...automatic, projectorOnGpu: true }, machine(null)).projectorOnGpu).toBe(false)
    // What the projector and half of the cache do not take, layers can have.
    const tight = card(5.5)
    expect(planContext(sevenB, { ...automatic, kvType: 'q8_0', projectorOnGpu: false }, machine(tight)).gpuLayers).toBeGreaterThan(planContext(sevenB, automatic, machine(tight)).gpuLayers)
  })

  it('gives one conversation its context even where memory is short, several where it is not', () => {
    const plan = planContext(sevenB, automatic, machine(null, { cores: 8 }))
    expect(plan).toMatchObject({ contextSize: 4096, gpuLayers: 0, threads: 8 })
    expect(plan.cells).toBe(4096)
    const roomy = { totalBytes: plenty, cores: 8 }
    const small4: CheckedFiles = { model: file(gibibyte, { 'attention.head_count_kv': 8 }), projector: null }
    // 0.5 GiB a conversation: four where they fit, else what is left.
    expect(planContext(small4, automatic, machine(null, roomy)).cells).toBe(4 * 4096)
    expect(planContext(small4, automatic, machine(null, { ...roomy, freeBytes: 2.6 * gibibyte })).cells).toBe(2 * 4096)
    const small: CheckedFiles = { model: file(1e6, { context_length: 2048, embedding_length: 64, block_count: 2 }), projector: null }
    expect(planContext(small, automatic, machine(null, { cores: 8 }))).toMatchObject({ contextSize: 2048, cells: 4 * 2048, threads: 1 })
  })

  it('never goes beyond the trained context, nor beyond what was asked for', () => {
    expect(planContext(sevenB, { ...automatic, contextSize: 100_000 }, machine(null)).contextSize).toBe(4096)
    expect(planContext(sevenB, { ...automatic, contextSize: 1000, threads: 3 }, machine(null))).toMatchObject({ contextSize: 1000, threads: 3 })
  })

  it('puts as many layers on the card as fit, and asks for no more', () => {
    expect(planContext(sevenB, automatic, machine(card(24)))).toMatchObject({ gpuLayers: 33, maxActive: 8 })
    expect(planContext(sevenB, automatic, machine(card(2))).gpuLayers).toBe(0)
    const half = planContext(sevenB, automatic, machine(card(5.5))).gpuLayers
    expect(half).toBeGreaterThan(5)
    expect(half).toBeLessThan(30)
    expect(planContext(sevenB, { ...automatic, gpuLayers: 7 }, machine(card(24))).gpuLayers).toBe(7)
  })

  it('makes the cache smaller, then the context, then moves the projector, where all layers fit on the card only so', () => {
    const all = { gpuLayers: 33, layers: 33 }
    expect(onCard(7.8)).toMatchObject({ ...all, contextSize: 4096, kvType: 'f16', projectorOnGpu: true })
    expect(onCard(7.6)).toMatchObject({ ...all, contextSize: 4096, kvType: 'q8_0', projectorOnGpu: true })
    expect(onCard(6.7)).toMatchObject({ ...all, contextSize: 2048, kvType: 'q8_0', projectorOnGpu: true })
    expect(onCard(6.2)).toMatchObject({ ...all, contextSize: 4096, kvType: 'q8_0', projectorOnGpu: false })
    expect(onCard(5.8)).toMatchObject({ ...all, contextSize: 2048, kvType: 'q8_0', projectorOnGpu: false })
    // What would not bring all layers there is not given up.
    const partly = onCard(5.5)
    expect(partly).toMatchObject({ contextSize: 4096, kvType: 'f16', projectorOnGpu: true })
    expect(partly.gpuLayers).toBeLessThan(33)
    expect(onCard(5.5, { gpuLayers: 33 })).toMatchObject({ gpuLayers: 33, contextSize: 4096, kvType: 'f16' })
  })

  it('gives up only what it was not told', () => {
    expect(onCard(6.7, { contextSize: 4096 })).toMatchObject({ gpuLayers: 33, contextSize: 4096, kvType: 'q8_0', projectorOnGpu: false })
    expect(onCard(6.5, { kvType: 'f16' })).toMatchObject({ gpuLayers: 33, contextSize: 2048, kvType: 'f16', projectorOnGpu: false })
    expect(onCard(6.2, { projectorOnGpu: true })).toMatchObject({ contextSize: 4096, kvType: 'f16', projectorOnGpu: true })
    expect(onCard(6.2, { contextSize: 4096, kvType: 'f16', projectorOnGpu: true }).gpuLayers).toBeLessThan(33)
  })

  it('makes cache and context smaller where main memory is short, without a card or where none is to be used', () => {
    expect(onCpu(7.3)).toMatchObject({ contextSize: 4096, kvType: 'f16' })
    expect(onCpu(7.1)).toMatchObject({ contextSize: 4096, kvType: 'q8_0' })
    expect(onCpu(6)).toMatchObject({ contextSize: 2048, kvType: 'q8_0' })
    expect(onCpu(2)).toMatchObject({ contextSize: 2048, kvType: 'q8_0', cells: 2048 })
    expect(onCpu(2, { contextSize: 4096, kvType: 'f16' })).toMatchObject({ contextSize: 4096, kvType: 'f16', cells: 4096 })
    const unused = planContext(sevenB, { ...automatic, gpuLayers: 0 }, machine(card(24), { freeBytes: 6 * gibibyte }))
    expect(unused).toMatchObject({ gpuLayers: 0, contextSize: 2048, kvType: 'q8_0' })
  })

  it('chooses nothing smaller that the model cannot do with', () => {
    const having = (shape: Record<string, number>, metadata: Record<string, GgufValue> = {}): CheckedFiles => ({
      model: file(4.1 * gibibyte, shape),
      projector: { ...projector, header: headerOf({ 'clip.projector_type': 'mlp', ...metadata }) },
    })
    expect(onCpu(2, {}, having({ context_length: 1024 })).contextSize).toBe(1024)
    // Heads of 80 numbers are no whole blocks of q8_0.
    expect(onCpu(2, {}, having({ embedding_length: 2560 }))).toMatchObject({ contextSize: 2048, kvType: 'f16' })
    // One picture in tiles takes up to 2880 tokens.
    expect(onCpu(2, {}, having({}, { 'clip.vision.image_grid_pinpoints': [336, 672] }))).toMatchObject({ contextSize: 4096, kvType: 'q8_0' })
    expect(onCpu(2, {}, having({}, { 'clip.projector_type': 'qwen2vl_merger' }))).toMatchObject({ contextSize: 4096, kvType: 'q8_0' })
  })
})
