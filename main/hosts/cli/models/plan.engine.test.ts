import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { textShapes, writeSparseTextModel } from '../../../../bench/synthetic/textModel.ts'
import type { Plan } from '../../../contract/domains/library.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { temporaryFolder } from '../../../platform/testing.ts'
import { runProgram } from '../../shared/testing/Program.ts'

const demoFolder = resolve(import.meta.dirname, '../../../../resources/demo-model')
const [model, projector] = ['demo-llava.gguf', 'demo-llava-mmproj.gguf'] as const

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
  for (const file of [model, projector]) symlinkSync(join(demoFolder, file), at(file))
})
afterEach(() => folder.remove())

const at = (...names: string[]): string => join(folder.path, ...names)
const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => await runProgram(['models', ...args], { LLAVA_DESK_DATA: at('data'), ...env }, folder.path)
const onCpu = ['--backend', 'cpu'] as const
const planned = async (...args: string[]) => JSON.parse((await run(['plan', ...args, ...onCpu, '--json'])).out) as Plan & { files: object }

describe('models plan', () => {
  it('says what the demo model would take, without a data folder', async () => {
    const { code, out, error } = await run(['plan', model, ...onCpu], { LLAVA_DESK_DATA: '/nonexistent' })
    expect([code, error]).toEqual([0, ''])
    expect(out).toMatch(/^It runs on the processor; no graphics card takes part\.\ncpu · 2048 tokens · KV f16\n/)
    expect(out).toMatch(/\nMain memory: needs \d+ MB, \d+(\.\d)? [GT]B free\n {2}weights +4\.3 MB\n {2}projector +3\.8 MB\n {2}KV cache +25 MB\n/)
    expect((await run(['plan', model, ...onCpu], { LANG: 'zh_CN.UTF-8' })).out).toMatch(/^在处理器上运行，不使用显卡。\ncpu · 2048 个词元 · KV f16\n[^]*\n内存：需要 \d+ MB，可用 [^]*\n {2}KV 缓存 +25 MB\n/)
  })

  it('gives the same figures as JSON, of a path or of a name of the list', async () => {
    const plan = await planned(model)
    expect(plan).toMatchObject({
      files: { model: at(model), projector: at(projector) },
      verdict: 'cpu',
      places: [{ kind: 'ram', parts: { kv: 25_165_824 } }],
      chosen: { backend: 'cpu', device: null, gpuLayers: 0, projectorOnGpu: false, contextSize: 2048, kvType: 'f16' },
    })
    const [{ parts, neededBytes } = { parts: {}, neededBytes: 0 }] = plan.places
    expect(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)).toBe(neededBytes)
    await run(['import', model])
    expect((await planned('demo-llava')).files).toEqual(plan.files)
  })

  it('follows what is chosen: half the context in half the precision takes a quarter, and a bit for the scales', async () => {
    const kv = ({ places }: Plan) => places[0]?.parts.kv ?? 0
    const [full, smaller] = [await planned(model), await planned(model, '--context', '1024', '--kv', 'q8_0')]
    expect(smaller.chosen).toMatchObject({ contextSize: 1024, kvType: 'q8_0' })
    expect(kv(smaller) / kv(full)).toBeCloseTo((34 / 64) * (1024 / 2048))
  })

  it('ends with 3 where it does not fit, also as JSON', async () => {
    const shape = { ...textShapes['13b'], weights: 'f32' } as const
    // Every layer has some 1.3 GB; the file is a hole.
    writeSparseTextModel(at('large.gguf'), { ...shape, layers: Math.ceil((2 * totalmem()) / 1.2e9) })
    const { code, out, error } = await run(['plan', 'large.gguf', ...onCpu])
    expect([code, out.split('\n')[0]]).toEqual([3, 'It does not fit into the memory of this machine.'])
    expect(error).toMatch(/^There is not enough memory for this model \(Main memory: needs \d+ [GT]B, [^)]* free\)\./)
    const json = await run(['plan', 'large.gguf', ...onCpu, '--json'])
    expect(json.code).toBe(3)
    expect(JSON.parse(json.out)).toMatchObject({ verdict: 'tooLarge' })
  })

  it.each([
    [3, 'There is no model file at', ['nowhere.gguf']],
    [3, 'is a projector (mmproj), not a language model', [projector]],
    [3, 'is a language model, not a projector', [model, '--mmproj', model]],
    [1, 'There is no model called nowhere', ['nowhere']],
  ])('%d %s', async (code, sentence, args) => {
    const result = await run(['plan', ...args])
    expect(result).toMatchObject({ code, out: '', error: expect.stringContaining(sentence) as string })
    expect(result.error.trimEnd().split('\n')).toHaveLength(1)
  })
})

it('a damaged list is set aside, and the person is told', async () => {
  const { database } = dataPaths(at('data'))
  mkdirSync(at('data'))
  writeFileSync(database, 'this is no database, but a text of some length'.repeat(100))
  const { code, out, error } = await run(['list', '--json'])
  expect([code, out]).toEqual([0, '[]\n'])
  expect(error).toMatch(/^The chat database .* is damaged\. It was kept as .*\.damaged-\d+ and a new one was started\.\n$/)
  expect((await run(['list', '--json'])).error).toBe('')
})
