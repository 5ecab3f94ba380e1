import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeGguf } from '../../../bench/gguf/write.ts'
import { writeTruncated } from '../../../bench/synthetic/broken.ts'
import { projectorShapes, writeProjector } from '../../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel } from '../../../bench/synthetic/textModel.ts'
import { engineFolder } from './testing/engineFolder.ts'
import { answerOf, codeOf, demoOptions, greedy, startEngine } from './testing/realEngine.ts'
import type { RealEngine } from './testing/realEngine.ts'

const demo = demoOptions.files
const demoProjector = demo.projector!

describe('files that are no good pair', () => {
  const suite = engineFolder()
  const { at } = suite
  let real: RealEngine
  beforeAll(async () => {
    await writeFile(at('text.gguf'), 'This is no model.\n')
    await writeFile(at('empty.gguf'), '')
    writeTruncated(at('cut.gguf'), demo.model, 0.7)
    writeProjector(at('narrow.gguf'), projectorShapes.tiny)
    // Sound files that llama.cpp itself refuses.
    for (const [name, architecture] of [['unknown', 'nothing'], ['bare', 'llama']] as const)
      writeGguf(at(`${name}.gguf`), { 'general.architecture': { type: 'string', value: architecture } }, [
        { name: 'token_embd.weight', type: 'f32', shape: [32, 4], chunks: () => [new Uint8Array(32 * 4 * 4)] },
      ])
    real = startEngine()
    real.engine.use(demoOptions)
    await real.engine.ready()
  })
  afterAll(async () => {
    await real[Symbol.asyncDispose]()
  })

  it.each<[code: string, model: string, projector: string | null]>([
    ['MODEL_MISSING', 'none.gguf', null],
    ['MODEL_NOT_GGUF', 'text.gguf', null],
    ['MODEL_NOT_GGUF', 'empty.gguf', null],
    ['MODEL_DAMAGED', 'cut.gguf', null],
    ['MODEL_IS_PROJECTOR', demoProjector, demo.model],
    ['MODEL_UNSUPPORTED', 'unknown.gguf', null],
    ['MODEL_LOAD_FAILED', 'bare.gguf', null],
    ['PROJECTOR_MISSING', demo.model, 'none.gguf'],
    ['PROJECTOR_NOT_GGUF', demo.model, 'text.gguf'],
    ['PROJECTOR_IS_MODEL', demo.model, demo.model],
    ['PROJECTOR_WIDTH_MISMATCH', demo.model, 'narrow.gguf'],
  ])('%s for %s with %s, and the process lives on', async (code, model, projector) => {
    const before = real.engine.processId
    const path = (name: string) => (name.includes('/') || name.includes('\\') ? name : at(name))
    real.engine.use({ ...demoOptions, files: { model: path(model), projector: projector === null ? null : path(projector) } })
    expect(await codeOf(real.engine.ready())).toBe(code)
    expect(real.engine.processId).toBe(before)
    real.engine.use(demoOptions)
    expect((await answerOf(real.engine, greedy(suite.samples.prompt('receipt-1.png', 'What is the total?')))).text).toBe('$25.97')
  })

  it('runs a model without a projector, which refuses pictures', async () => {
    real.engine.use({ ...demoOptions, files: { model: demo.model, projector: null } })
    expect(await real.engine.ready()).toMatchObject({ vision: false, tokensPerImage: null })
    expect(await codeOf(answerOf(real.engine, greedy(suite.samples.prompt('receipt-1.png', 'What is the total?'))))).toBe('MODEL_HAS_NO_VISION')
    const prompt = [{ type: 'text', text: 'USER: Hello ASSISTANT:', trusted: false } as const]
    const { stats } = await answerOf(real.engine, greedy(prompt, { maxTokens: 4 }))
    expect(stats).toMatchObject({ promptTokens: (await real.engine.count(prompt)).tokens, imageTokens: 0, reusedImages: 0 })
  })

  it('fills the context to its last token and stops there', async () => {
    writeTextModel(at('tiny.gguf'), textShapes.tiny)
    real.engine.use({ ...demoOptions, contextSize: 512, files: { model: at('tiny.gguf'), projector: null } })
    const { contextSize } = await real.engine.ready()
    // Its random weights repeat themselves for ever.
    const { stop, stats } = await answerOf(real.engine, greedy([{ type: 'text', text: 'hello', trusted: false }], { maxTokens: 5000 }))
    expect({ stop, tokens: stats.promptTokens + stats.generatedTokens }).toEqual({ stop: 'length', tokens: contextSize })
  })

  it.each([{ kind: 'linear' as const }, { projectorType: false }, { classToken: false }])('runs a synthetic pair whose projector is %j', async (shape) => {
    writeTextModel(at('tiny.gguf'), textShapes.tiny)
    writeProjector(at('tiny-mmproj.gguf'), { ...projectorShapes.tiny, ...shape })
    real.engine.use({ ...demoOptions, files: { model: at('tiny.gguf'), projector: at('tiny-mmproj.gguf') } })
    expect(await real.engine.ready()).toMatchObject({ vision: true, tokensPerImage: 16 })
    const { stop, stats } = await answerOf(real.engine, greedy(suite.samples.prompt('receipt-1.png', 'hello'), { maxTokens: 12 }))
    expect({ stop, tokens: stats.generatedTokens, image: stats.imageTokens }).toEqual({ stop: 'length', tokens: 12, image: 16 })
  })
})
