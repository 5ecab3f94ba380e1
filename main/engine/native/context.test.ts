import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { NativeBinding, NativeContext, NativeEmbeddings, NativeModel, NativeProjector } from './binding.d.ts'
import { codeOf, CONTEXT, generate, GREEDY, loadBinding, loadDemoModel, loadDemoProjector, promptTokens, readSample } from './testing.ts'

const QUESTION = 'What is the total?'
const ANSWER = ' $25.97'

let binding: NativeBinding
let model: NativeModel
let projector: NativeProjector
let picture: NativeEmbeddings
let context: NativeContext
let folder = ''
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llava-desk-state-'))
  binding = await loadBinding()
  model = await loadDemoModel(binding)
  projector = await loadDemoProjector(binding, model)
  const { rgb, width, height } = await readSample('receipt-1.png')
  picture = await projector.encode(rgb, width, height)
})

afterAll(async () => {
  await projector.dispose()
  await model.dispose()
  rmSync(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  context = await binding.createContext(model, CONTEXT)
})

afterEach(async () => {
  await context.dispose()
})

/** Evaluates the prompt up to the question in `sequence`; returns the position after the picture. */
async function lookAt(sequence: number, embeddings: NativeEmbeddings = picture): Promise<number> {
  const { before } = promptTokens(model, QUESTION)
  await context.step([{ sequence, position: 0, tokens: before }])
  await context.prefillEmbeddings(sequence, before.length, embeddings)
  return before.length + embeddings.positions
}

async function ask(sequence: number, position: number, question = QUESTION): Promise<string> {
  const { after } = promptTokens(model, question)
  return (await generate(context, binding, model, { sequence, position, tokens: after })).text
}

describe('answers', () => {
  test('do not depend on how a prompt is cut into batches', async () => {
    const small = await binding.createContext(model, { ...CONTEXT, batchSize: 64, microBatchSize: 32, sequences: 1 })
    const whole = context
    const position = await lookAt(0)
    context = small
    expect(await lookAt(0)).toBe(position)
    expect(await ask(0, position)).toBe(ANSWER)
    context = whole
    expect(await ask(0, position)).toBe(ANSWER)
    await small.dispose()
  })

  test('are the same with the other cache types and without flash attention', async () => {
    for (const options of [{ kvType: 'q8_0' as const }, { kvType: 'f32' as const }, { flashAttention: false }]) {
      await context.dispose()
      context = await binding.createContext(model, { ...CONTEXT, ...options })
      expect(await ask(0, await lookAt(0))).toBe(ANSWER)
    }
  })
})

describe('sequences', () => {
  test('a copied prefix is as good as one evaluated again', async () => {
    const position = await lookAt(0)
    context.copySequence(0, 2, 0, position)
    expect(await ask(2, position)).toBe(ANSWER)
    // The copy went on alone.
    expect(await ask(0, position, 'Who is the vendor?')).toBe(' NULVAS SUPPLY')
  })

  test('a copy replaces what the target held', async () => {
    const position = await lookAt(0)
    await context.step([{ sequence: 1, position: 0, tokens: [5, 6, 7] }])
    context.copySequence(0, 1, 0, -1)
    expect(await ask(1, position)).toBe(ANSWER)
  })

  test('several in one step answer as each alone', async () => {
    const questions = ['What is the total?', 'Who is the vendor?', 'What is the subtotal?']
    const position = await lookAt(3)
    const alone: string[] = []
    for (const question of questions) {
      alone.push(await ask(3, position, question))
      context.removeRange(3, position, -1)
    }
    const replies = questions.map((question, sequence) => {
      context.copySequence(3, sequence, 0, position)
      return { sequence, position, tokens: promptTokens(model, question).after as Int32Array | number[], bytes: [] as number[], done: false, sampler: binding.createSampler(model, GREEDY) }
    })
    while (replies.some(({ done }) => !done)) {
      const running = replies.filter(({ done }) => !done)
      const results = await context.step(running.map(({ sequence, position: at, tokens, sampler }) => ({ sequence, position: at, tokens, sampler })))
      running.forEach((reply, i) => {
        const sampled = results[i]![0]!
        reply.position += reply.tokens.length
        reply.tokens = [sampled.token]
        reply.done = sampled.endOfGeneration
        if (!reply.done) reply.bytes.push(...sampled.piece)
      })
    }
    expect(replies.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(alone)
  })

  test('one that was saved goes on after it was restored', async () => {
    const position = await lookAt(1)
    expect(await context.saveSequence(1, at('whole.kv'))).toBe(statSync(at('whole.kv')).size)
    context.removeRange(1, 0, -1)
    await context.restoreSequence(0, at('whole.kv'))
    expect(await ask(0, position)).toBe(ANSWER)
  })

  test('a state of something else is refused and leaves nothing behind', async () => {
    await lookAt(0)
    writeFileSync(at('zeros.kv'), new Uint8Array(100))
    const precise = await binding.createContext(model, { ...CONTEXT, kvType: 'f32' })
    await precise.step([{ sequence: 0, position: 0, tokens: [5, 6, 7] }])
    await precise.saveSequence(0, at('precise.kv'))
    await precise.dispose()
    for (const name of ['zeros.kv', 'precise.kv', 'none.kv']) expect(await codeOf(async () => await context.restoreSequence(1, at(name)))).toBe('BAD_ARGUMENT')
    expect(await context.step([{ sequence: 1, position: 0, tokens: [5] }])).toEqual([[]])
  })

  test('a state that does not fit any more is refused', async () => {
    await lookAt(0)
    await context.saveSequence(0, at('large.kv'))
    const small = await binding.createContext(model, { ...CONTEXT, contextSize: 256 })
    expect(await codeOf(async () => await small.restoreSequence(0, at('large.kv')))).toBe('NO_KV_SLOT')
    await small.dispose()
  })

  test('one that cannot be written says so and stays', async () => {
    const position = await lookAt(0)
    expect(await codeOf(async () => await context.saveSequence(0, at('no folder/a.kv')))).toBe('DECODE_FAILED')
    expect(await ask(0, position)).toBe(ANSWER)
  })
})

describe('failures leave the sequence where it was', () => {
  const long = new Int32Array(1900).fill(9)

  test('an abort in the middle of a prompt', async () => {
    const position = await lookAt(0)
    context.removeRange(0, position, -1)
    const running = context.step([{ sequence: 1, position: 0, tokens: long.subarray(0, 1300) }])
    setTimeout(() => context.abort(), 5)
    expect(await codeOf(async () => await running)).toBe('ABORTED')
    expect(await ask(0, position)).toBe(ANSWER)
    expect(await context.step([{ sequence: 1, position: 0, tokens: [5] }])).toEqual([[]])
  })

  test('an abort in the middle of a picture', async () => {
    const { before } = promptTokens(model, QUESTION)
    await context.step([{ sequence: 0, position: 0, tokens: before }])
    const running = context.prefillEmbeddings(0, before.length, picture)
    setTimeout(() => context.abort(), 3)
    expect(await codeOf(async () => await running)).toBe('ABORTED')
    await context.prefillEmbeddings(0, before.length, picture)
    expect(await ask(0, before.length + 576)).toBe(ANSWER)
  })

  test('an abort spares what is asked for later', async () => {
    const first = context.step([{ sequence: 0, position: 0, tokens: long }])
    context.abort()
    const second = context.step([{ sequence: 0, position: 0, tokens: [5] }])
    expect(await codeOf(async () => await first)).toBe('ABORTED')
    expect(await second).toEqual([[]])
  })

  test('a full cache', async () => {
    const position = await lookAt(0)
    expect(await codeOf(async () => await context.step([{ sequence: 1, position: 0, tokens: long }]))).toBe('NO_KV_SLOT')
    expect(await ask(0, position)).toBe(ANSWER)
    expect(await context.step([{ sequence: 1, position: 0, tokens: long.subarray(0, 100) }])).toEqual([[]])
  })

  test('a later batch that finds no room', async () => {
    await context.dispose()
    context = await binding.createContext(model, { ...CONTEXT, contextSize: 512, batchSize: 128 })
    expect(await codeOf(async () => await context.step([{ sequence: 0, position: 0, tokens: long.subarray(0, 600) }]))).toBe('NO_KV_SLOT')
    expect(await context.step([{ sequence: 0, position: 0, tokens: long.subarray(0, 500) }])).toEqual([[]])
  })
})

describe('arguments', () => {
  const entry = { sequence: 0, position: 0, tokens: [5] }

  test.each([
    ['no entries', []],
    ['an entry without tokens', [{ ...entry, tokens: [] }]],
    ['a sequence that does not exist', [{ ...entry, sequence: 4 }]],
    ['a sequence twice', [entry, entry]],
    ['a token that does not exist', [{ ...entry, tokens: [929] }]],
    ['a negative token', [{ ...entry, tokens: new Int32Array([-1]) }]],
    ['a gap before the first token', [{ ...entry, position: -1 }]],
    ['a sampler of something else', [{ ...entry, sampler: {} as never }]],
  ])('refuses %s', async (_name, entries) => {
    expect(await codeOf(async () => await context.step(entries))).toBe('BAD_ARGUMENT')
  })

  test('refuses a sampler twice, and names the entry', async () => {
    const sampler = binding.createSampler(model, GREEDY)
    const twice = [0, 1].map((sequence) => ({ ...entry, sequence, sampler }))
    await expect(context.step(twice)).rejects.toMatchObject({ code: 'BAD_ARGUMENT', entry: 1 })
    sampler.dispose()
  })

  test('refuses positions that do not follow', async () => {
    await context.step([{ sequence: 0, position: 0, tokens: [5, 6] }])
    await expect(context.step([{ ...entry, sequence: 1 }, { ...entry, position: 7 }])).rejects.toMatchObject({ code: 'BAD_ARGUMENT', entry: 1 })
    expect(await codeOf(async () => await context.step([{ sequence: 0, position: 3, tokens: [5] }]))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await context.step([{ sequence: 0, position: 1, tokens: [5] }]))).toBe('BAD_ARGUMENT')
    expect(await context.step([{ sequence: 0, position: 2, tokens: [5] }])).toEqual([[]])
  })

  test('refuses embeddings of another width or length', async () => {
    expect(await codeOf(async () => await context.prefillEmbeddings(0, 0, { ...picture, width: 191 }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await context.prefillEmbeddings(0, 0, { ...picture, tokens: 577 }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await context.prefillEmbeddings(0, 0, { ...picture, mrope: new Int32Array(5) }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await context.prefillEmbeddings(9, 0, picture))).toBe('BAD_ARGUMENT')
  })

  test('refuses ranges and sequences that do not exist', async () => {
    expect(await codeOf(() => context.copySequence(0, 4, 0, 5))).toBe('BAD_ARGUMENT')
    expect(await codeOf(() => context.removeRange(-1, 0, 5))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await context.saveSequence(7, at('a.kv')))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await context.restoreSequence(0, 5 as never))).toBe('BAD_ARGUMENT')
  })

  test('refuses contexts that cannot be', async () => {
    expect(await codeOf(async () => await binding.createContext(model, { ...CONTEXT, sequences: 0 }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await binding.createContext(model, { ...CONTEXT, contextSize: 2_000_000_000 }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await binding.createContext(model, { ...CONTEXT, sequences: 100_000 }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await binding.createContext(model, { ...CONTEXT, threads: 1.5 }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await binding.createContext(model, { ...CONTEXT, kvType: 'q4_0' as never }))).toBe('BAD_ARGUMENT')
  })
})

describe('the end of a context', () => {
  test('may come twice and in the middle of a step', async () => {
    const running = context.step([{ sequence: 0, position: 0, tokens: new Int32Array(1900).fill(9) }])
    const disposed = context.dispose()
    expect(await codeOf(async () => await running)).toBe('ABORTED')
    await disposed
    await context.dispose()
    expect(await codeOf(async () => await context.step([{ sequence: 0, position: 0, tokens: [5] }]))).toBe('DISPOSED')
    expect(await codeOf(() => context.removeRange(0, 0, -1))).toBe('DISPOSED')
    expect(await codeOf(async () => await context.memory())).toBe('DISPOSED')
  })

  test('the figures say what it takes', async () => {
    const { modelBytes, kvBytes, computeBytes } = await context.memory()
    // 4 layers of keys and values, 192 wide, 2 bytes each.
    expect(kvBytes).toBe(2048 * 4 * 2 * 192 * 2)
    expect(modelBytes).toBeGreaterThan(4e6)
    expect(computeBytes).toBeGreaterThan(0)
  })
})
