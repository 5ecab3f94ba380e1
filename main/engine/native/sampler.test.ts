import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NativeBinding, NativeContext, NativeModel, NativeSampled, NativeSamplerOptions } from './binding.d.ts'
import { codeOf, CONTEXT, generate, GREEDY, loadBinding, loadDemoModel } from './testing.ts'

let binding: NativeBinding
let model: NativeModel
let context: NativeContext

beforeAll(async () => {
  binding = await loadBinding()
  model = await loadDemoModel(binding)
  context = await binding.createContext(model, { ...CONTEXT, threads: 1 })
})

afterAll(async () => {
  await context.dispose()
  await model.dispose()
})

/** The next token after a fixed text. */
async function sampleOnce(options: Partial<NativeSamplerOptions>): Promise<NativeSampled> {
  const sampler = binding.createSampler(model, { ...GREEDY, ...options })
  const tokens = model.tokenize('USER: What is the total? ASSISTANT:', { special: false, bos: true })
  context.removeRange(0, 0, -1)
  const [[sampled] = []] = await context.step([{ sequence: 0, position: 0, tokens, sampler }])
  sampler.dispose()
  return sampled!
}

async function reply(options: Partial<NativeSamplerOptions>, limit = 30): Promise<string> {
  const tokens = model.tokenize('USER: What is the total? ASSISTANT:', { special: false, bos: true })
  context.removeRange(0, 0, -1)
  return (await generate(context, binding, model, { sequence: 0, position: 0, tokens }, options, limit)).text
}

describe('sampling', () => {
  test('a seed repeats a reply, another one changes it', async () => {
    const hot = { temperature: 3, topK: 0, topP: 1, minP: 0 }
    const replies = [await reply({ ...hot, seed: 7 }), await reply({ ...hot, seed: 7 }), await reply({ ...hot, seed: 8 })]
    expect(replies[1]).toBe(replies[0])
    expect(replies[2]).not.toBe(replies[0])
  })

  test('a reset sampler starts anew', async () => {
    const sampler = binding.createSampler(model, { ...GREEDY, temperature: 3, seed: 5 })
    const draw = async () => {
      context.removeRange(1, 0, -1)
      return (await context.step([{ sequence: 1, position: 0, tokens: [1, 5], sampler }]))[0]![0]!.token
    }
    const first = [await draw(), await draw(), await draw()]
    sampler.reset()
    expect([await draw(), await draw(), await draw()]).toEqual(first)
    sampler.dispose()
  })

  test('top-k of one, top-p of nothing and a min-p of one are greedy', async () => {
    const { token } = await sampleOnce({})
    for (const options of [{ topK: 1 }, { topP: 0 }, { minP: 1 }]) {
      expect((await sampleOnce({ temperature: 2, seed: 3, ...options })).token).toBe(token)
    }
  })

  test('the log-probability is how often a token comes at temperature 1', async () => {
    const { token, logProbability } = await sampleOnce({})
    const draws = 200
    let hits = 0
    for (let seed = 1; seed <= draws; seed++) {
      const sampled = await sampleOnce({ temperature: 1, seed })
      if (sampled.token === token) {
        hits++
        expect(sampled.logProbability).toBeCloseTo(logProbability, 5)
      }
    }
    const share = Math.exp(logProbability)
    expect(share).toBeGreaterThan(0)
    expect(share).toBeLessThanOrEqual(1)
    // Four standard deviations of the binomial distribution; the seeds are fixed.
    expect(Math.abs(hits / draws - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / draws) + 1e-6)
  })

  test('penalties push tokens away that were there', async () => {
    const { token } = await sampleOnce({})
    const sampler = binding.createSampler(model, { ...GREEDY, repeatLastN: 4, presencePenalty: 1000 })
    const draw = async () => {
      context.removeRange(0, 0, -1)
      const tokens = model.tokenize('USER: What is the total? ASSISTANT:', { special: false, bos: true })
      return (await context.step([{ sequence: 0, position: 0, tokens, sampler }]))[0]![0]!.token
    }
    sampler.accept(token)
    const others = [await draw(), await draw(), await draw()]
    expect(new Set([token, ...others]).size).toBe(4)
    // The fifth leaves the window of four.
    await draw()
    expect(await draw()).toBe(token)
    sampler.dispose()
  })

  test('refuses wrong arguments and works no more after its end', async () => {
    const create = (options: Partial<NativeSamplerOptions>) => binding.createSampler(model, { ...GREEDY, ...options })
    expect(await codeOf(() => create({ temperature: -1 }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(() => create({ topP: 2 }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(() => create({ temperature: NaN }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(() => create({ repeatPenalty: 0 }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(() => create({ seed: -1 }))).toBe('BAD_ARGUMENT')
    const sampler = create({})
    expect(await codeOf(() => sampler.accept(929))).toBe('BAD_ARGUMENT')
    sampler.dispose()
    sampler.dispose()
    expect(await codeOf(() => sampler.accept(5))).toBe('DISPOSED')
    expect(await codeOf(async () => await context.step([{ sequence: 0, position: 0, tokens: [5], sampler }]))).toBe('DISPOSED')
  })
})

describe('a grammar', () => {
  test('holds the reply, greedy and not', async () => {
    const grammar = 'root ::= "maybe " [0-9] [0-9] "!"'
    expect(await reply({ grammar })).toMatch(/^maybe \d\d!$/)
    expect(await reply({ grammar, temperature: 2, seed: 4 })).toMatch(/^maybe \d\d!$/)
  })

  test('picks the likeliest of what it allows', async () => {
    const grammar = 'root ::= "$" [0-9] "." [0-9]'
    const text = await reply({ grammar })
    expect(text).toMatch(/^\$\d\.\d$/)
    expect(await reply({ grammar, temperature: 1e-4, topK: 1, seed: 9 })).toBe(text)
  })

  test('leaves the log-probability as the model gave it', async () => {
    const free = await sampleOnce({})
    const forced = await sampleOnce({ grammar: 'root ::= "Z"' })
    expect(forced.token).not.toBe(free.token)
    expect(forced.logProbability).toBeLessThan(free.logProbability)
    expect(forced.logProbability).toBeLessThan(Math.log(0.5))
  })

  test('says when nothing but its end is left', async () => {
    const ends = async (grammar: string, limit: number): Promise<boolean[]> => {
      const sampler = binding.createSampler(model, { ...GREEDY, grammar })
      context.removeRange(2, 0, -1)
      const found: boolean[] = []
      let tokens: number[] = [1]
      for (let position = 0; found.length < limit; position++) {
        const [[sampled] = []] = await context.step([{ sequence: 2, position, tokens, sampler }])
        found.push(sampled!.endsGrammar)
        if (sampled!.endsGrammar) break
        tokens = [sampled!.token]
      }
      sampler.dispose()
      return found
    }
    expect(await ends('root ::= "A" [0-9] "!"', 9)).toEqual([false, false, true])
    // One that may end, and may go on.
    expect(await ends('root ::= "A" [0-9]*', 4)).toEqual([false, false, false, false])
    expect(await ends('root ::= "A" "\U0010FFFF"?', 1)).toEqual([false])
    expect((await sampleOnce({})).endsGrammar).toBe(false)
  })

  test('is told of literal parts, and refuses what it forbids', async () => {
    const sampler = binding.createSampler(model, { ...GREEDY, grammar: 'root ::= "A" "B"' })
    const [a, b] = ['A', 'B'].map((letter) => [...Array(929).keys()].find((token) => Buffer.from(model.piece(token)).toString() === letter)!)
    expect(await codeOf(() => sampler.accept(b!))).toBe('GRAMMAR_INVALID')
    sampler.accept(a!)
    expect(await codeOf(() => sampler.accept(2))).toBe('GRAMMAR_INVALID')
    context.removeRange(2, 0, -1)
    const [[sampled] = []] = await context.step([{ sequence: 2, position: 0, tokens: [1, a!], sampler }])
    expect(Buffer.from(sampled!.piece).toString()).toBe('B')
    sampler.dispose()
  })

  test('that allows nothing fails its own entry and leaves the others as they were', async () => {
    // After "A" the grammar wants a character that no token of this model begins.
    const stuck = binding.createSampler(model, { ...GREEDY, grammar: 'root ::= [\\U0010FFFF]' })
    const fine = binding.createSampler(model, { ...GREEDY, grammar: 'root ::= "A" "B"' })
    for (const sequence of [0, 1]) context.removeRange(sequence, 0, -1)
    const entries = [
      { sequence: 0, position: 0, tokens: [1, 5], sampler: fine },
      { sequence: 1, position: 0, tokens: [1, 5], sampler: stuck },
    ]
    const failed = await context.step(entries).catch((error: unknown) => error)
    if (Array.isArray(failed)) {
      // Byte tokens can spell any character.
      expect(Buffer.from((failed as NativeSampled[][])[1]![0]!.piece)[0]).toBe(0xf4)
    } else {
      expect(failed).toMatchObject({ code: 'GRAMMAR_INVALID', entry: 1 })
      const [[sampled] = []] = await context.step(entries.slice(0, 1))
      expect(Buffer.from(sampled!.piece).toString()).toBe('A')
    }
  })

  test.each([
    ['no grammar', 'this is not a grammar'],
    ['no root', 'start ::= "a"'],
    ['an undefined rule', 'root ::= other'],
    ['left recursion', 'root ::= root "a"'],
  ])('is refused where it is %s', async (_name, grammar) => {
    expect(await codeOf(() => binding.createSampler(model, { ...GREEDY, grammar }))).toBe('GRAMMAR_INVALID')
  })
})
