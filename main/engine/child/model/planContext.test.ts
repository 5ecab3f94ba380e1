import { describe, expect, it } from 'vitest'
import type { LoadOptions } from '../../protocol.ts'
import type { NativeDevice } from '../../native/binding.d.ts'
import type { CheckedFiles } from '../../../gguf/checkFiles.ts'
import type { GgufFile } from '../../../gguf/readGguf.ts'
import { headerOf } from '../../../gguf/testing/headerOf.ts'
import { planContext } from './planContext.ts'

const gibibyte = 1024 ** 3
const automatic: LoadOptions = { files: { model: 'a', projector: 'b' }, isDemo: false, backend: 'auto', threads: null, contextSize: null, gpuLayers: null }

const file = (bytes: number, shape: Record<string, number> = {}): GgufFile => {
  const keys = { context_length: 4096, embedding_length: 4096, block_count: 32, 'attention.head_count': 32, ...shape }
  const metadata = { 'general.architecture': 'llama', ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`llama.${key}`, value])) }
  return { path: 'a', bytes, header: headerOf(metadata) }
}
const sevenB: CheckedFiles = { model: file(4.1 * gibibyte), projector: file(0.6 * gibibyte) }
const card = (free: number): NativeDevice => ({ name: 'GPU0', description: 'a card', type: 'gpu', freeBytes: free * gibibyte, totalBytes: 48 * gibibyte })

describe('planContext', () => {
  it('gives one conversation its context even where memory is short, several where it is not', () => {
    const plan = planContext(sevenB, automatic, null, 8)
    expect(plan).toMatchObject({ contextSize: 4096, gpuLayers: 0, threads: 8 })
    expect(plan.cells).toBe(4096)
    const small: CheckedFiles = { model: file(1e6, { context_length: 2048, embedding_length: 64, block_count: 2 }), projector: null }
    expect(planContext(small, automatic, null, 8)).toMatchObject({ contextSize: 2048, cells: 4 * 2048, threads: 1 })
  })

  it('never goes beyond the trained context, nor beyond what was asked for', () => {
    expect(planContext(sevenB, { ...automatic, contextSize: 100_000 }, null, 2).contextSize).toBe(4096)
    expect(planContext(sevenB, { ...automatic, contextSize: 1000, threads: 3 }, null, 2)).toMatchObject({ contextSize: 1000, threads: 3 })
  })

  it('puts as many layers on the card as fit, and asks for no more', () => {
    expect(planContext(sevenB, automatic, card(24), 2)).toMatchObject({ gpuLayers: 33, maxActive: 8 })
    expect(planContext(sevenB, automatic, card(2), 2).gpuLayers).toBe(0)
    const half = planContext(sevenB, automatic, card(6), 2).gpuLayers
    expect(half).toBeGreaterThan(5)
    expect(half).toBeLessThan(30)
    expect(planContext(sevenB, { ...automatic, gpuLayers: 7 }, card(24), 2).gpuLayers).toBe(7)
  })
})
