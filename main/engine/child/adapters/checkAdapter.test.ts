import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TensorType } from '../../../../bench/gguf/format.ts'
import { writeGguf } from '../../../../bench/gguf/write.ts'
import { writeAdapter } from '../../../../bench/synthetic/adapter.ts'
import { textShapes, writeTextModel } from '../../../../bench/synthetic/textModel.ts'
import type { AppError } from '../../../contract/errors/AppError.ts'
import { readGguf } from '../../../gguf/readGguf.ts'
import { checkAdapter } from './checkAdapter.ts'

const keys = {
  'general.type': { type: 'string', value: 'adapter' },
  'general.architecture': { type: 'string', value: 'llama' },
  'adapter.type': { type: 'string', value: 'lora' },
  'adapter.lora.alpha': { type: 'f32', value: 8 },
} as const

describe('checkAdapter', () => {
  let folder = ''
  const at = (name: string) => join(folder, name)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'check-adapter-'))
    writeTextModel(at('model.gguf'), textShapes.tiny)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const problem = async (path: string): Promise<string> => {
    const model = await readGguf(at('model.gguf'), 'model')
    return await checkAdapter(path, model).then(() => 'none', (error: unknown) => `${(error as AppError).code} ${String((error as AppError).params['detail'])}`)
  }
  const write = (tensors: readonly (readonly [name: string, shape: readonly number[], type?: TensorType])[]): string => {
    const path = at('adapter.gguf')
    const source = ([name, shape, type = 'f32']: (typeof tensors)[number]) => {
      const bytes = { f32: 4, f16: 2, q8_0: 34 / 32, q4_k: 144 / 256, q6_k: 210 / 256 }[type] * shape.reduce((product, side) => product * side, 1)
      return { name, type, shape, chunks: () => [new Uint8Array(bytes)] }
    }
    writeGguf(path, keys, tensors.map(source))
    return path
  }
  /** A pair for the tiny model's `blk.0.attn_q.weight`, 64 x 64. */
  const [a, b] = [['blk.0.attn_q.weight.lora_a', [64, 4]], ['blk.0.attn_q.weight.lora_b', [4, 64]]] as const

  it('takes what llama.cpp takes', async () => {
    writeAdapter(at('good.gguf'), at('model.gguf'), { rank: 4, alpha: 8, strength: 1, weights: ['blk.1.ffn_gate.weight', 'output.weight'] })
    expect(await problem(at('good.gguf'))).toBe('none')
    expect(await problem(write([a, b, ['blk.0.attn_norm.weight', [64]]]))).toBe('none')
    expect(await problem(write([['blk.0.attn_q.weight.lora_a', [64, 32], 'f16'], ['blk.0.attn_q.weight.lora_b', [32, 64], 'q8_0']]))).toBe('none')
    expect(await problem(write([['token_embd.weight.lora_a', [4, 512]], ['token_embd.weight.lora_b', [4, 64]]]))).toBe('none')
  })

  it.each<[string, Parameters<typeof write>[0]]>([
    ['no tensors', []],
    ['half of blk.0.attn_q.weight', [a]],
    ['half of blk.0.attn_q.weight', [b]],
    ['an unknown tensor blk.0.attn_q.weight', [a, b, ['blk.0.attn_q.weight', [64, 64]]]],
    ['the model has no blk.9.attn_q.weight', [['blk.9.attn_q.weight.lora_a', [64, 4]], ['blk.9.attn_q.weight.lora_b', [4, 64]]]],
    ['blk.0.attn_q.weight has another shape', [['blk.0.attn_q.weight.lora_a', [32, 4]], b]],
    ['blk.0.attn_q.weight has another shape', [a, ['blk.0.attn_q.weight.lora_b', [4, 65]]]],
    ['blk.0.attn_q.weight has another shape', [a, ['blk.0.attn_q.weight.lora_b', [5, 64]]]],
    ['blk.0.attn_q.weight has another shape', [['blk.0.attn_q.weight.lora_a', [64, 4, 2]], b]],
    ['token_embd.weight has another shape', [['token_embd.weight.lora_a', [64, 4]], ['token_embd.weight.lora_b', [4, 512]]]],
    ['blk.0.attn_q.weight.lora_a is of type 14', [['blk.0.attn_q.weight.lora_a', [256, 4], 'q6_k'], b]],
  ])('says: %s', async (detail, tensors) => {
    expect(await problem(write(tensors))).toBe(`ADAPTER_MISMATCH ${detail}`)
  })

  it('has a sentence for whatever shapes a pair has', async () => {
    const side = fc.constantFrom(1, 4, 64)
    await fc.assert(fc.asyncProperty(fc.array(side, { minLength: 1, maxLength: 3 }), fc.array(side, { minLength: 1, maxLength: 3 }), async (left, right) => {
      const fits = left.length === 2 && right.length === 2 && left[0] === 64 && right[1] === 64 && left[1] === right[0]
      expect(await problem(write([[a[0], left], [b[0], right]]))).toBe(fits ? 'none' : 'ADAPTER_MISMATCH blk.0.attn_q.weight has another shape')
    }), { numRuns: 60 })
  })
})
