import { copyFile, rename, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeAdapter } from '../../../bench/synthetic/adapter.ts'
import type { AdapterShape } from '../../../bench/synthetic/adapter.ts'
import { writeTruncated } from '../../../bench/synthetic/broken.ts'
import { textShapes, writeTextModel } from '../../../bench/synthetic/textModel.ts'
import type { LoadOptions } from '../protocol.ts'
import { samples as questions } from '../../../bench/samples.ts'
import { engineFolder } from './testing/engineFolder.ts'
import { answerOf, codeOf, demoOptions, greedy, startEngine } from './testing/realEngine.ts'
import type { RealEngine } from './testing/realEngine.ts'

const strong: AdapterShape = { rank: 4, alpha: 8, strength: 1, weights: ['blk.0.attn_v.weight', 'blk.1.ffn_down.weight', 'blk.2.attn_output.weight', 'blk.3.ffn_down.weight', 'output.weight'] }
const other: AdapterShape = { rank: 8, alpha: 16, strength: 0.6, seed: 2, weights: ['blk.0.attn_v.weight', 'blk.2.ffn_down.weight', 'output.weight'] }

describe('adapters of the real engine', () => {
  const suite = engineFolder()
  const { at } = suite
  let real: RealEngine
  let options: LoadOptions
  beforeAll(async () => {
    // A copy of its own, which can be taken away.
    await copyFile(demoOptions.files.model, at('model.gguf'))
    options = { ...demoOptions, files: { ...demoOptions.files, model: at('model.gguf') } }
    writeAdapter(at('strong.gguf'), at('model.gguf'), strong)
    writeAdapter(at('other.gguf'), at('model.gguf'), other)
    real = startEngine()
  })
  afterAll(async () => {
    await real[Symbol.asyncDispose]()
  })

  const use = async (adapters: LoadOptions['adapters'], changed: Partial<LoadOptions> = {}) => {
    real.engine.use({ ...options, ...changed, ...(adapters === undefined ? {} : { adapters }) })
    return await real.engine.ready()
  }
  /** Token ids of the answers to a few questions. */
  const answers = async () => {
    const asked = questions.images.slice(0, 3).flatMap(({ file, prompts }) => prompts.slice(0, 2).map(({ prompt }) => ({ file, prompt })))
    const all: number[][] = []
    for (const { file, prompt } of asked) all.push((await answerOf(real.engine, greedy(suite.samples.prompt(file, prompt), { maxTokens: 40 }))).tokens)
    return all
  }

  it('change the answers as their scales say, and give them back token for token when they are removed', async () => {
    const { adapters } = await use([])
    expect(adapters).toEqual([])
    const plain = await answers()
    const pid = real.engine.processId
    // Gone: whatever loads the weights again fails.
    await rename(at('model.gguf'), at('away.gguf'))
    const both = [{ path: at('strong.gguf'), scale: 1 }, { path: at('other.gguf'), scale: -0.5 }]
    const seen: number[][][] = []
    for (const list of [both.slice(0, 1), both, [{ ...both[0]!, scale: 0.5 }]]) {
      expect((await use(list)).adapters).toEqual(list)
      seen.push(await answers())
      expect(seen.at(-1)).not.toEqual(plain)
    }
    for (const list of [[{ ...both[0]!, scale: 0 }], []]) {
      expect((await use(list)).adapters).toEqual(list)
      expect(await answers()).toEqual(plain)
    }
    expect(real.engine.processId).toBe(pid)
    await rename(at('away.gguf'), at('model.gguf'))
    expect(new Set(seen.map((all) => JSON.stringify(all))).size).toBe(seen.length)
  })

  it('come with a load, and with the reload after a crash', async () => {
    const list = [{ path: at('strong.gguf'), scale: 1 }]
    await use([])
    await use(list)
    const wanted = await answers()
    await use(list, { contextSize: 1024 })
    expect(await answers()).toEqual(wanted)
    process.kill(real.engine.processId ?? 0, 'SIGKILL')
    while (real.engine.status.state === 'ready') await new Promise((resolve) => setImmediate(resolve))
    expect((await real.engine.ready()).adapters).toEqual(list)
    expect(await answers()).toEqual(wanted)
  })

  it('leave a running answer as it began, and share no cells with what was evaluated before', async () => {
    await use([])
    const question = greedy(suite.samples.prompt('receipt-1.png', 'Who is the vendor?'))
    const plain = await answerOf(real.engine, question)
    const repeated = await answerOf(real.engine, question)
    expect(repeated.stats.evaluatedTokens).toBe(1)
    await use([{ path: at('strong.gguf'), scale: 1 }])
    const changed = await answerOf(real.engine, question)
    expect(changed.stats).toMatchObject({ reusedPromptTokens: 0, reusedImages: 1 })
    expect(changed.tokens).not.toEqual(plain.tokens)
    await use([])
    let change: Promise<unknown> | undefined
    const running = await answerOf(real.engine, question, undefined, (event) => {
      if (event.type === 'delta') change ??= use([{ path: at('strong.gguf'), scale: 1 }])
    })
    expect(running.tokens).toEqual(plain.tokens)
    await change
    expect((await answerOf(real.engine, question)).tokens).toEqual(changed.tokens)
  })

  it('end at the last of many changes in a row', async () => {
    await use([])
    const pid = real.engine.processId
    await rename(at('model.gguf'), at('away.gguf'))
    for (let step = 1; step <= 20; step++) real.engine.use({ ...options, adapters: [{ path: at('strong.gguf'), scale: step / 20 }] })
    const { adapters } = await real.engine.ready()
    expect(adapters).toEqual([{ path: at('strong.gguf'), scale: 1 }])
    await rename(at('away.gguf'), at('model.gguf'))
    expect(real.engine.processId).toBe(pid)
  })

  describe('that do not belong to the model', () => {
    beforeAll(async () => {
      await writeFile(at('text.gguf'), 'This is no adapter.\n')
      writeTruncated(at('cut.gguf'), at('strong.gguf'), 0.7)
      writeTextModel(at('tiny.gguf'), textShapes.tiny)
      writeAdapter(at('narrow.gguf'), at('tiny.gguf'), { ...strong, weights: ['blk.0.attn_q.weight'] })
      const write = (name: string, metadata: Parameters<typeof writeAdapter>[3]) => writeAdapter(at(name), at('model.gguf'), strong, metadata)
      write('gpt2.gguf', { 'general.architecture': { type: 'string', value: 'gpt2' } })
      write('vector.gguf', { 'adapter.type': { type: 'string', value: 'control_vector' } })
      write('alpha.gguf', { 'adapter.lora.alpha': { type: 'u32', value: 8 } })
    })

    it.each<[code: string, name: string]>([
      ['ADAPTER_MISSING', 'none.gguf'],
      ['ADAPTER_NOT_GGUF', 'text.gguf'],
      ['ADAPTER_MISMATCH', 'cut.gguf'],
      ['ADAPTER_MISMATCH', 'tiny.gguf'],
      ['ADAPTER_MISMATCH', 'narrow.gguf'],
      ['ADAPTER_MISMATCH', 'gpt2.gguf'],
      ['ADAPTER_MISMATCH', 'vector.gguf'],
      ['ADAPTER_MISMATCH', 'alpha.gguf'],
    ])('%s for %s, with a load and later, and the process lives on', async (code, name) => {
      await use([])
      const pid = real.engine.processId
      const bad = [{ path: at('strong.gguf'), scale: 1 }, { path: at(name), scale: 1 }]
      expect(await codeOf(use(bad))).toBe(code)
      expect((await use([])).adapters).toEqual([])
      expect((await answerOf(real.engine, greedy(suite.samples.prompt('receipt-1.png', 'What is the total?')))).text).toBe('$25.97')
      expect(await codeOf(use(bad, { contextSize: 512 }))).toBe(code)
      expect(real.engine.processId).toBe(pid)
    })
  })
})
