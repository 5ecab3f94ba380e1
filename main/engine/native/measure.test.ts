import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tensorBytes } from '../../../bench/gguf/format.ts'
import { readGguf } from '../../../bench/gguf/read.ts'
import { projectorShapes, writeProjector } from '../../../bench/synthetic/projector.ts'
import { writeTextModel } from '../../../bench/synthetic/textModel.ts'
import type { TextShape } from '../../../bench/synthetic/textModel.ts'
import type { NativeBinding, NativeContextOptions } from './binding.d.ts'
import { codeOf, CONTEXT, loadBinding } from './testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'llava-desk-measure-'))
const at = (name: string) => join(folder, name)
const shape: TextShape = { width: 512, layers: 6, heads: 8, feedForward: 1536, vocabulary: 'llama', weights: 'f16' }
const load = { gpuLayers: 0, useMmap: true, devices: 'none' } as const
const vocabulary = 32000

let binding: NativeBinding
beforeAll(async () => {
  binding = await loadBinding()
  for (const weights of ['f32', 'f16', 'q8_0', 'q4_k_m'] as const) writeTextModel(at(`${weights}.gguf`), { ...shape, weights })
  writeProjector(at('projector.gguf'), { ...projectorShapes.fullTiles, width: 256, feedForward: 1024, output: 512, blocks: 12 })
})
afterAll(() => rmSync(folder, { recursive: true }))

const measure = async (model: string, context: Partial<NativeContextOptions> = {}, projector: string | null = null) =>
  await binding.measure(at(model), projector === null ? null : at(projector), { ...load, context: { ...CONTEXT, ...context }, projectorOnGpu: false })
const tensorsOf = (path: string): number => [...readGguf(path).tensors.values()].reduce((sum, { type, shape: dims }) => sum + (type === null ? NaN : tensorBytes(type, dims)), 0)

describe('a measurement', () => {
  test.each<[model: string, context: Partial<NativeContextOptions>]>([
    ['f32.gguf', {}],
    ['f16.gguf', { contextSize: 4096, sequences: 16 }],
    ['q8_0.gguf', { microBatchSize: 128, sequences: 1 }],
    ['q4_k_m.gguf', { contextSize: 512 }],
    ['f16.gguf', { kvType: 'q8_0' }],
    ['f16.gguf', { flashAttention: false }],
  ])('of %s with %j is what the load then takes', async (model, context) => {
    const [cpu, ...others] = await measure(model, context)
    const loaded = await binding.loadModel(at(model), load, () => undefined).done
    const real = await binding.createContext(loaded, { ...CONTEXT, ...context })
    const { modelBytes, kvBytes, computeBytes } = await real.memory()
    const logitRows = real.sequences + real.mostDrafted
    await real.dispose()
    await loaded.dispose()
    expect(others).toEqual([])
    expect(cpu).toMatchObject({ type: 'cpu', kvBytes, computeBytes: computeBytes + logitRows * vocabulary * 4, projectorBytes: 0, encodeBytes: 0 })
    // All weights, each in one place; what is mapped spans the rest of the file as well.
    const weights = cpu!.weightBytes + cpu!.mappedBytes
    expect(weights / tensorsOf(at(model))).toBeCloseTo(1, 2)
    expect(modelBytes).toBeGreaterThanOrEqual(cpu!.mappedBytes)
    expect(modelBytes).toBeLessThanOrEqual(weights + cpu!.weightBytes + 4096)
  })

  test('counts every weight of a projector, and buffers to encode with', async () => {
    const [cpu] = await measure('f16.gguf', {}, 'projector.gguf')
    expect(cpu!.projectorBytes).toBe(tensorsOf(at('projector.gguf')))
    expect(cpu!.encodeBytes).toBeGreaterThan(577 * 1024 * 4)
  })

  test('does not count weights as mapped that are read', async () => {
    const [cpu] = await binding.measure(at('f16.gguf'), null, { ...load, useMmap: false, context: CONTEXT, projectorOnGpu: false })
    expect(cpu!.mappedBytes).toBe(0)
    expect(cpu!.weightBytes).toBeGreaterThan(tensorsOf(at('f16.gguf')) * 0.99)
  })

  test.runIf(process.platform === 'linux')('takes none of the memory it speaks of', async () => {
    const megabytes = (key: string): number => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
    await measure('f16.gguf', {}, 'projector.gguf')
    writeFileSync('/proc/self/clear_refs', '5')
    const before = megabytes('VmRSS')
    const [cpu] = await measure('f16.gguf', { contextSize: 1 << 20 }, 'projector.gguf')
    // Twelve gigabytes of cells.
    expect(cpu!.kvBytes).toBe((1 << 20) * 6 * 2 * 512 * 2)
    expect(megabytes('VmHWM') - before).toBeLessThan(100)
    expect(statSync(at('f16.gguf')).size).toBeGreaterThan(50e6)
  })

  test('leaves out what cannot be read', async () => {
    writeFileSync(at('text.gguf'), 'this is no model')
    expect(await codeOf(async () => await measure('absent.gguf'))).toBe('LOAD_FAILED')
    expect(await codeOf(async () => await measure('text.gguf'))).toBe('LOAD_FAILED')
    expect(await codeOf(async () => await measure('projector.gguf'))).toBe('LOAD_FAILED')
    expect(await codeOf(async () => await measure('f16.gguf', {}, 'text.gguf'))).toBe('LOAD_FAILED')
    expect(await codeOf(async () => await measure('f16.gguf', {}, 'f16.gguf'))).toBe('LOAD_FAILED')
    expect(await codeOf(async () => await measure('f16.gguf', { contextSize: 0 }))).toBe('BAD_ARGUMENT')
  })
})
