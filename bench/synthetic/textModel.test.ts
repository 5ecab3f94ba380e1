import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getLlama } from 'node-llama-cpp'
import type { Llama } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readGguf, readTensor } from '../gguf/read.ts'
import { projectorShapes, writeProjector } from './projector.ts'
import { textShapes, writeTextModel } from './textModel.ts'
import type { TextShape } from './textModel.ts'

describe('synthetic language models', () => {
  let folder = ''
  let llama: Llama
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'synthetic-'))
    // Apple silicon has one variant, which also serves the CPU.
    llama = await getLlama({ gpu: process.platform === 'darwin' && process.arch === 'arm64' ? 'metal' : false, build: 'never' })
  })
  afterAll(async () => {
    await llama.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  const weights: TextShape['weights'][] = ['f32', 'f16', 'q8_0', 'q4_k_m']
  it.each(weights)('run in llama.cpp with %s weights, and answer with words only', async (type) => {
    const path = join(folder, `${type}.gguf`)
    writeTextModel(path, { width: 256, layers: 2, heads: 4, headsKv: 2, feedForward: 512, vocabulary: 512, weights: type })
    const model = await llama.loadModel({ modelPath: path })
    const context = await model.createContext({ contextSize: 128, threads: 1 })
    const tokens: number[] = []
    for await (const token of context.getSequence().evaluate(model.tokenize('hello'), { temperature: 0 })) {
      tokens.push(token)
      if (tokens.length === 20) break
    }
    await model.dispose()
    expect(Math.min(...tokens)).toBeGreaterThanOrEqual(259)
    // Activations that blow up or vanish make a model repeat one token at once.
    expect(new Set(tokens).size).toBeGreaterThan(8)
  })

  it("give LLaMA's token ids to LLaVA's prompt", async () => {
    const path = join(folder, 'small.gguf')
    writeTextModel(path, textShapes.small)
    const model = await llama.loadModel({ modelPath: path })
    const before =
      "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions. USER: "
    const first = model.tokenize(before)
    const second = model.tokenize('\nWhat is the total? ASSISTANT:')
    await model.dispose()
    expect(first).toHaveLength(34)
    expect(first.slice(-4)).toEqual([3148, 1001, 29901, 29871])
    expect(second.slice(0, 2)).toEqual([29871, 13])
    expect(second.slice(-5)).toEqual([319, 1799, 9047, 13566, 29901])
  })

  it('are the same bytes for the same seed', () => {
    const [a, b, other] = ['a', 'b', 'other'].map((name) => join(folder, `${name}.gguf`)) as [string, string, string]
    writeTextModel(a, textShapes.tiny)
    writeTextModel(b, textShapes.tiny)
    writeTextModel(other, { ...textShapes.tiny, seed: 2 })
    const row = (path: string): number[] => [...readTensor(readGguf(path), 'blk.0.attn_q.weight').subarray(0, 64)]
    expect(row(a)).toEqual(row(b))
    expect(row(a)).not.toEqual(row(other))
  })
})

describe('synthetic projectors', () => {
  it('have the tensors of a LLaVA-1.5 file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'projector-'))
    const path = join(folder, 'mmproj.gguf')
    writeProjector(path, { ...projectorShapes['7b'], width: 64, heads: 4, feedForward: 128, output: 96 })
    const file = readGguf(path)
    rmSync(folder, { recursive: true })
    expect(file.tensors.size).toBe(377)
    expect(file.tensors.get('v.position_embd.weight')?.shape).toEqual([64, 577])
    expect(file.tensors.get('mm.2.weight')?.shape).toEqual([96, 96])
  })
})
