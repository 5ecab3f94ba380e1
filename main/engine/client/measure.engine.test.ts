import { rm, writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { highestRatio, lowestRatio, planAgainstUse } from '../../../bench/memory/planAgainstUse.ts'
import { memoryShapes } from '../../../bench/memory/shapes.ts'
import { writeAdapter } from '../../../bench/synthetic/adapter.ts'
import { projectorShapes, writeSparseProjector } from '../../../bench/synthetic/projector.ts'
import { textShapes, writeSparseTextModel } from '../../../bench/synthetic/textModel.ts'
import type { LoadOptions } from '../protocol.ts'
import { engineFolder } from './testing/engineFolder.ts'
import { answerOf, codeOf, demoOptions, greedy, startEngine } from './testing/realEngine.ts'

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)

describe('measuring a load', () => {
  const suite = engineFolder()
  const { at } = suite
  beforeAll(async () => {
  })

  // 7b and 13b take minutes and 20 GB: `npm run bench -- --only memory`.
  it.each<[name: Exclude<keyof typeof memoryShapes, '7b' | '13b'>, options: Partial<LoadOptions>]>([
    ['tiny', {}],
    ['small', {}],
    ['f16', {}],
    ['f16', { kvType: 'q8_0' }],
    ['q8_0', {}],
    ['q4_k_m', {}],
    ['text', {}],
  ])('says what the process then takes: %s %j', async (name, options) => {
    await using real = startEngine()
    const { measured, info, used, planned, taken, ratio } = await planAgainstUse(real.engine, memoryShapes[name], options)
    process.stdout.write(`${name} ${JSON.stringify(options)}: planned ${mebibytes(planned)} MiB, taken ${mebibytes(taken)} MiB, ratio ${ratio.toFixed(3)}\n`)
    expect(measured.plan).toMatchObject({ contextSize: info.contextSize, gpuLayers: info.gpuLayers, layers: info.layers, kvType: options.kvType ?? 'f16', projectorOnGpu: false })
    expect(measured.places[0]).toMatchObject({ type: 'cpu', kv: used.context?.kv })
    expect(ratio).toBeGreaterThan(lowestRatio)
    expect(ratio).toBeLessThan(highestRatio)
  })

  it('knows a model of 13 billion parameters without the memory for it', async () => {
    writeSparseTextModel(at('13b.gguf'), textShapes['13b'])
    writeSparseProjector(at('13b-mmproj.gguf'), projectorShapes['13b'])
    await using real = startEngine()
    const { places, plan } = await real.engine.measure({ ...demoOptions, isDemo: false, files: { model: at('13b.gguf'), projector: at('13b-mmproj.gguf') }, contextSize: 4096, kvType: 'f16' })
    const [cpu] = places
    const gigabytes = (bytes: number | undefined) => (bytes ?? NaN) / 1e9
    expect(plan).toMatchObject({ contextSize: 4096, layers: 41 })
    expect(gigabytes(cpu!.weights + cpu!.mapped)).toBeCloseTo(7.9, 0)
    expect(cpu!.kv).toBe(plan.cells * 40 * 2 * 5120 * 2)
    expect(gigabytes(cpu!.projector)).toBeCloseTo(0.645, 2)
    await rm(at('13b.gguf'))
  })

  it('leaves what is loaded as it is, and counts adapters', async () => {
    await using real = startEngine()
    real.engine.use(demoOptions)
    await real.engine.ready()
    const pid = real.engine.processId
    writeAdapter(at('adapter.gguf'), demoOptions.files.model, { rank: 4, alpha: 8, strength: 1, weights: ['output.weight'] })
    const { adapters, note, backend } = await real.engine.measure({ ...demoOptions, adapters: [{ path: at('adapter.gguf'), scale: 1 }, { path: at('adapter.gguf'), scale: 2 }] })
    expect([adapters > 4 * 4 * (192 + 929), adapters < 40_000, note, backend]).toEqual([true, true, '', 'cpu'])
    expect(real.engine.processId).toBe(pid)
    const before = await real.engine.memory()
    expect(before).toMatchObject({ embeddings: 0, devices: [{ type: 'cpu' }] })
    expect((await answerOf(real.engine, greedy(suite.samples.prompt('receipt-1.png', 'What is the total?')))).text).toBe('$25.97')
    const after = await real.engine.memory()
    expect(after.embeddings).toBe(576 * 192 * 4)
    expect(after.context?.model).toBeGreaterThan(4e6)
    expect(after.resident).toBeGreaterThan(2e7)
    if (process.platform === 'linux') expect(after.fileBacked).toBeGreaterThan(1e7)
  })

  it('refuses what the load would refuse', async () => {
    await using real = startEngine()
    await writeFile(at('words.gguf'), 'This is no model.\n')
    const measure = async (model: string, projector: string | null, options: Partial<LoadOptions> = {}) => await codeOf(real.engine.measure({ ...demoOptions, files: { model, projector }, ...options }))
    const { model } = demoOptions.files
    writeSparseProjector(at('wide-mmproj.gguf'), { ...projectorShapes.tiny, output: 768 })
    expect(await measure(at('none.gguf'), null)).toBe('MODEL_MISSING')
    expect(await measure(at('words.gguf'), null)).toBe('MODEL_NOT_GGUF')
    expect(await measure(model, model)).toBe('PROJECTOR_IS_MODEL')
    expect(await measure(model, at('wide-mmproj.gguf'))).toBe('PROJECTOR_WIDTH_MISMATCH')
    expect(await measure(model, null, { adapters: [{ path: at('none.gguf'), scale: 1 }] })).toBe('ADAPTER_MISSING')
    expect(await codeOf(real.engine.memory())).toBe('MODEL_NONE')
  })
})
