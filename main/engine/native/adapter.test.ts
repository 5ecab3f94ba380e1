import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeAdapter, writeMerged } from '../../../bench/synthetic/adapter.ts'
import type { AdapterShape } from '../../../bench/synthetic/adapter.ts'
import { textShapes, writeTextModel } from '../../../bench/synthetic/textModel.ts'
import type { NativeAdapter, NativeBinding, NativeContext, NativeModel } from './binding.d.ts'
import { codeOf, CONTEXT, DEMO_MODEL, generate, GREEDY, loadBinding, loadDemoModel } from './testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'llava-desk-adapter-'))
const at = (name: string) => join(folder, name)

/** Exact weights, so that an adapter and the merged model differ by nothing but the order of additions. */
const textShape = { ...textShapes.tiny, weights: 'f32' } as const
const first: AdapterShape = { rank: 4, alpha: 8, strength: 0.5, weights: ['blk.0.attn_q.weight', 'blk.0.ffn_down.weight', 'blk.1.attn_v.weight', 'output.weight'] }
const second: AdapterShape = { rank: 8, alpha: 8, strength: 0.5, seed: 2, weights: ['blk.0.attn_q.weight', 'blk.1.ffn_gate.weight'] }
/** Words of the synthetic vocabulary. */
const prompt = Int32Array.from({ length: 24 }, (_, index) => 259 + ((index * 37) % 200))

let binding: NativeBinding
beforeAll(async () => {
  binding = await loadBinding()
  writeTextModel(at('text.gguf'), textShape)
  writeAdapter(at('first.gguf'), at('text.gguf'), first)
  writeAdapter(at('second.gguf'), at('text.gguf'), second)
})
afterAll(() => rmSync(folder, { recursive: true }))

const load = async (path: string): Promise<NativeModel> => await binding.loadModel(path, { gpuLayers: 0, useMmap: true, devices: 'none' }, () => undefined).done

/** Log-probabilities of tokens as the next one after the prompt, and of the greedy answer: what the logits are, up to a constant. */
async function answerOf(context: NativeContext, model: NativeModel): Promise<{ tokens: number[]; logProbabilities: number[] }> {
  for (let sequence = 0; sequence < context.sequences; sequence++) context.removeRange(sequence, 0, -1)
  await context.step([{ sequence: 1, position: 0, tokens: prompt.subarray(0, -1) }])
  const logProbabilities: number[] = []
  for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
    // The grammar forces the token; its probability is taken from the raw logits.
    const sampler = binding.createSampler(model, { ...GREEDY, grammar: `root ::= "${letter}"` })
    context.removeRange(0, 0, -1)
    context.copySequence(1, 0, 0, prompt.length - 1)
    const [[sampled] = []] = await context.step([{ sequence: 0, position: prompt.length - 1, tokens: prompt.subarray(-1), sampler }])
    logProbabilities.push(sampled?.logProbability ?? NaN)
    sampler.dispose()
  }
  context.removeRange(0, 0, -1)
  const reply = await generate(context, binding, model, { sequence: 0, position: 0, tokens: prompt }, {}, 40)
  return { tokens: reply.tokens, logProbabilities: [...logProbabilities, ...reply.logProbabilities] }
}

const furthest = (left: readonly number[], right: readonly number[]): number => Math.max(...left.map((value, index) => Math.abs(value - (right[index] ?? NaN))))

describe('adapters on an F32 model', () => {
  let model: NativeModel
  let context: NativeContext
  let adapters: NativeAdapter[]
  beforeAll(async () => {
    model = await load(at('text.gguf'))
    context = await binding.createContext(model, CONTEXT)
    adapters = [await binding.loadAdapter(at('first.gguf'), model), await binding.loadAdapter(at('second.gguf'), model)]
  })
  afterAll(async () => {
    await context.dispose()
    for (const adapter of adapters) await adapter.dispose()
    await model.dispose()
  })

  const applied = async (scales: readonly number[]) => {
    await context.setAdapters(scales.map((scale, index) => ({ adapter: adapters[index]!, scale })))
    return await answerOf(context, model)
  }
  const merged = async (scales: readonly number[]) => {
    const shapes = [first, second]
    writeMerged(at('merged.gguf'), at('text.gguf'), scales.map((scale, index) => ({ shape: shapes[index]!, scale })))
    const other = await load(at('merged.gguf'))
    const own = await binding.createContext(other, CONTEXT)
    const answer = await answerOf(own, other)
    await own.dispose()
    await other.dispose()
    return answer
  }

  test('change the logits, and scale 0 or their removal restores every one of them', async () => {
    const plain = await applied([])
    const changed = await applied([1])
    expect(furthest(changed.logProbabilities, plain.logProbabilities)).toBeGreaterThan(0.5)
    expect(changed.tokens).not.toEqual(plain.tokens)
    expect(await applied([0, 0])).toEqual(plain)
    expect(await applied([1])).toEqual(changed)
    expect(await applied([])).toEqual(plain)
  })

  test.each([[[1]], [[0.25]], [[-0.5]], [[2]], [[0, 1]], [[1, 1]], [[0.5, -1.5]]])('with scales %j give what the weights merged by our own arithmetic give', async (scales) => {
    const [ours, theirs] = [await applied(scales), await merged(scales)]
    const difference = furthest(ours.logProbabilities, theirs.logProbabilities)
    expect(difference).toBeLessThan(1e-3)
    expect(ours.tokens).toEqual(theirs.tokens)
  })

  test('given twice have twice the effect', async () => {
    const twice = await applied([2])
    await context.setAdapters([1, 1].map((scale) => ({ adapter: adapters[0]!, scale })))
    expect(await answerOf(context, model)).toEqual(twice)
  })

  test('stay with the context after they were disposed, which may happen twice', async () => {
    const wanted = await applied([1])
    const own = await binding.loadAdapter(at('first.gguf'), model)
    await context.setAdapters([{ adapter: own, scale: 1 }])
    await own.dispose()
    await own.dispose()
    expect(await answerOf(context, model)).toEqual(wanted)
    expect(await codeOf(async () => await context.setAdapters([{ adapter: own, scale: 1 }]))).toBe('DISPOSED')
    expect(await answerOf(context, model)).toEqual(wanted)
  })

  test('can be loaded while another context of the model computes', async () => {
    await context.setAdapters([])
    const plain = await answerOf(context, model)
    const [answer] = await Promise.all([answerOf(context, model), ...Array.from({ length: 20 }, async () => await (await binding.loadAdapter(at('second.gguf'), model)).dispose())])
    expect(answer).toEqual(plain)
  })

  test('of another model are refused', async () => {
    const other = await load(at('text.gguf'))
    const adapter = await binding.loadAdapter(at('first.gguf'), other)
    expect(await codeOf(async () => await context.setAdapters([{ adapter, scale: 1 }]))).toBe('BAD_ARGUMENT')
    await adapter.dispose()
    await other.dispose()
    expect(await codeOf(async () => await context.setAdapters([{ adapter: {} as NativeAdapter, scale: 1 }]))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await context.setAdapters([{ adapter: adapters[0]!, scale: NaN }]))).toBe('BAD_ARGUMENT')
  })
})

describe('loading an adapter', () => {
  let model: NativeModel
  beforeAll(async () => {
    model = await load(at('text.gguf'))
  })
  afterAll(async () => await model.dispose())

  const half = (name: string): string => {
    copyFileSync(at('first.gguf'), at(name))
    truncateSync(at(name), Math.floor(readFileSync(at(name)).length / 2))
    return at(name)
  }
  const made = (name: string, metadata: Parameters<typeof writeAdapter>[3]): string => {
    writeAdapter(at(name), at('text.gguf'), first, metadata)
    return at(name)
  }

  test.each([
    ['an absent file', () => at('absent.gguf')],
    ['a text', () => (writeFileSync(at('words.gguf'), 'this is no adapter'), at('words.gguf'))],
    ['a model', () => at('text.gguf')],
    ['half an adapter', () => half('half.gguf')],
    ['one for another architecture', () => made('other.gguf', { 'general.architecture': { type: 'string', value: 'gpt2' } })],
    ['one of another kind', () => made('kind.gguf', { 'adapter.type': { type: 'string', value: 'control_vector' } })],
    ['one whose alpha is no float', () => made('alpha.gguf', { 'adapter.lora.alpha': { type: 'u32', value: 8 } })],
    ['one whose type is no text', () => made('type.gguf', { 'general.type': { type: 'u32', value: 8 } })],
    ['one that is activated by tokens', () => made('alora.gguf', { 'adapter.alora.invocation_tokens': { type: 'i32[]', value: [1, 2] } })],
    ['one for other widths', () => (writeAdapter(at('demo.gguf'), DEMO_MODEL, { ...first, weights: ['blk.0.attn_q.weight'] }), at('demo.gguf'))],
  ])('refuses %s', async (_name, path) => {
    expect(await codeOf(async () => await binding.loadAdapter(path(), model))).toBe('LOAD_FAILED')
  })

  test('refuses wrong arguments', async () => {
    expect(await codeOf(async () => await binding.loadAdapter(at('first.gguf'), {} as NativeModel))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await binding.loadAdapter(5 as unknown as string, model))).toBe('BAD_ARGUMENT')
  })
})

test('the demo model answers with an adapter as a merged copy of it does', async () => {
  const shape: AdapterShape = { rank: 4, alpha: 8, strength: 1.5, weights: ['blk.0.attn_v.weight', 'blk.1.ffn_down.weight', 'blk.2.attn_output.weight', 'blk.3.ffn_down.weight', 'output.weight'] }
  writeAdapter(at('demo-adapter.gguf'), DEMO_MODEL, shape)
  writeMerged(at('demo-merged.gguf'), DEMO_MODEL, [{ shape, scale: 1 }])
  const ask = async (model: NativeModel, adapter: NativeAdapter | null) => {
    const context = await binding.createContext(model, CONTEXT)
    if (adapter !== null) await context.setAdapters([{ adapter, scale: 1 }])
    const tokens = model.tokenize('USER: What is the total? ASSISTANT:', { special: false, bos: true })
    const reply = await generate(context, binding, model, { sequence: 0, position: 0, tokens }, {}, 40)
    await context.dispose()
    return reply
  }
  const [model, other] = [await loadDemoModel(binding), await load(at('demo-merged.gguf'))]
  const adapter = await binding.loadAdapter(at('demo-adapter.gguf'), model)
  const [plain, applied, merged] = [await ask(model, null), await ask(model, adapter), await ask(other, null)]
  const difference = furthest(applied.logProbabilities, merged.logProbabilities)
  expect(applied.tokens).not.toEqual(plain.tokens)
  expect(applied.tokens).toEqual(merged.tokens)
  expect(difference).toBeLessThan(0.05)
  await adapter.dispose()
  await model.dispose()
  await other.dispose()
})
