import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { NativeBinding, NativeContext, NativeModel, NativeSampler, NativeSamplerOptions } from './binding.d.ts'
import { codeOf, CONTEXT, generate, GREEDY, loadBinding, loadDemoModel } from './testing.ts'

/** The least rounding there is: a batch of several tokens is computed in another order than each by itself. */
const OPTIONS = { ...CONTEXT, threads: 1, kvType: 'f32', flashAttention: false } as const

/** Guesses of the tests are made of these, so that whatever is sampled, some of them are wrong. */
const WRONG = 7

let binding: NativeBinding
let model: NativeModel
let context: NativeContext
let prompt: Int32Array

beforeAll(async () => {
  binding = await loadBinding()
  model = await loadDemoModel(binding)
  prompt = model.tokenize('USER: What is the total? ASSISTANT:', { special: false, bos: true })
})
afterAll(async () => await model.dispose())
beforeEach(async () => {
  context = await binding.createContext(model, OPTIONS)
})
afterEach(async () => await context.dispose())

/** The reply of a fresh sampler, decoded one by one. */
async function alone(options: Partial<NativeSamplerOptions>, limit: number): Promise<number[]> {
  context.removeRange(3, 0, -1)
  return (await generate(context, binding, model, { sequence: 3, position: 0, tokens: prompt }, options, limit)).tokens
}

/** The reply when each step guesses what `guess` says will follow. */
async function drafting(options: Partial<NativeSamplerOptions>, limit: number, guess: (reply: readonly number[]) => number[]): Promise<{ reply: number[]; steps: number }> {
  const sampler = binding.createSampler(model, { ...GREEDY, ...options })
  context.removeRange(0, 0, -1)
  const reply: number[] = []
  let [position, tokens, steps, ended] = [0, [...prompt], 0, false]
  while (!ended && reply.length < limit) {
    const guesses = guess(reply).slice(0, Math.min(16, limit - reply.length - 1))
    const [sampled = []] = await context.step([{ sequence: 0, position, tokens: [...tokens, ...guesses], sampler, drafted: guesses.length }])
    steps++
    // Cells are there for all but the token that was sampled last.
    position += tokens.length + sampled.length - 1
    tokens = [sampled.at(-1)!.token]
    ended = sampled.at(-1)!.endOfGeneration
    reply.push(...sampled.map(({ token }) => token))
  }
  sampler.dispose()
  return { reply, steps }
}

const samplers: [string, Partial<NativeSamplerOptions>][] = [
  ['greedily', {}],
  ['with a seed', { temperature: 2, topK: 40, topP: 0.95, minP: 0.02, seed: 11 }],
  ['with penalties', { repeatPenalty: 1.3, repeatLastN: 8, frequencyPenalty: 0.5, presencePenalty: 0.5 }],
  ['with a grammar', { grammar: 'root ::= "maybe " [0-9]+ " of " [0-9]+ "!"' }],
  ['with all of them', { temperature: 1.5, seed: 4, repeatPenalty: 1.2, repeatLastN: 16, grammar: 'root ::= ("yes" | "no" | [a-z]+ " ")+' }],
]

describe.each(samplers)('a reply that is sampled %s', (_name, options) => {
  const limit = 40

  test('is the same with right guesses, in fewer steps', async () => {
    const expected = await alone(options, limit)
    const { reply, steps } = await drafting(options, limit, (so) => expected.slice(so.length, so.length + 4))
    expect(reply).toEqual(expected)
    expect(steps).toBe(Math.ceil(expected.length / 5))
  })

  test('is the same with wrong guesses, in as many steps', async () => {
    const expected = await alone(options, limit)
    const { reply, steps } = await drafting(options, limit, (so) => [expected[so.length] === WRONG ? WRONG + 1 : WRONG, WRONG, WRONG])
    expect(reply).toEqual(expected)
    expect(steps).toBe(expected.length)
  })

  test('is the same with guesses that are right at first', async () => {
    const expected = await alone(options, limit)
    for (const right of [1, 2, 3]) {
      const { reply, steps } = await drafting(options, limit, (so) => expected.slice(so.length, so.length + 5).map((token, index) => (index < right ? token : token + (token > WRONG ? -1 : 1))))
      expect(reply).toEqual(expected)
      expect(steps).toBe(Math.ceil(expected.length / (right + 1)))
    }
  })
})

test('a reply ends with its end, whatever was guessed behind it', async () => {
  const options = { grammar: 'root ::= "yes"' }
  const expected = await alone(options, 40)
  expect(model.isEndOfGeneration(expected.at(-1)!)).toBe(true)
  const { reply, steps } = await drafting(options, 40, () => [...expected, WRONG, WRONG])
  expect(reply).toEqual(expected)
  expect(steps).toBe(1)
})

test('what is left behind is what was sampled: a sequence that was guessed for goes on as any other', async () => {
  const expected = await alone({}, 12)
  const sampler = binding.createSampler(model, GREEDY)
  const [sampled] = await context.step([{ sequence: 0, position: 0, tokens: [...prompt, ...expected.slice(0, 3), WRONG, WRONG], sampler, drafted: 5 }])
  expect(sampled!.map(({ token }) => token)).toEqual(expected.slice(0, 4))
  expect(await codeOf(async () => await context.step([{ sequence: 0, position: prompt.length + 4, tokens: [WRONG] }]))).toBe('BAD_ARGUMENT')
  const rest = await generate(context, binding, model, { sequence: 0, position: prompt.length + 3, tokens: Int32Array.of(expected[3]!) }, {}, 8)
  expect(rest.tokens).toEqual(expected.slice(4))
  sampler.dispose()
})

test('log-probabilities are those of each token by itself', async () => {
  const { tokens, logProbabilities } = await generate(context, binding, model, { sequence: 3, position: 0, tokens: prompt }, {}, 6)
  const sampler = binding.createSampler(model, GREEDY)
  const [sampled] = await context.step([{ sequence: 0, position: 0, tokens: [...prompt, ...tokens.slice(0, 5)], sampler, drafted: 5 }])
  sampled!.forEach(({ logProbability }, index) => expect(logProbability).toBeCloseTo(logProbabilities[index]!, 3))
  expect(sampled).toHaveLength(6)
  sampler.dispose()
})

test('several entries of a step guess side by side, across the borders of batches too', async () => {
  const seeds = [3, 4, 5]
  const options = (seed: number) => ({ temperature: 2, seed })
  const expected: number[][] = []
  for (const seed of seeds) expected.push(await alone(options(seed), 6))
  await context.dispose()
  context = await binding.createContext(model, { ...OPTIONS, batchSize: 8, microBatchSize: 8 })
  const made = seeds.map((seed) => binding.createSampler(model, { ...GREEDY, ...options(seed) }))
  const guesses = [expected[0]!.slice(0, 5), [WRONG, WRONG], expected[2]!.slice(0, 2)]
  const entries = made.map((sampler, sequence) => ({ sequence, position: 0, tokens: [...prompt, ...guesses[sequence]!], sampler, drafted: guesses[sequence]!.length }))
  const results = await context.step([...entries, { sequence: 3, position: 0, tokens: [...prompt] }])
  const right = (index: number) => guesses[index]!.findIndex((token, at) => token !== expected[index]![at])
  results.slice(0, 3).forEach((sampled, index) => {
    const count = right(index) < 0 ? guesses[index]!.length : right(index)
    expect(sampled.map(({ token }) => token)).toEqual(expected[index]!.slice(0, count + 1))
  })
  expect(results[3]).toEqual([])
  made.forEach((sampler) => sampler.dispose())
})

describe('a failure', () => {
  /** After "A" the grammar wants a character that is none. */
  const stuck = () => binding.createSampler(model, { ...GREEDY, grammar: 'root ::= "A" [^\\x00-\\UFFFFFFFF]' })
  const draw = async (sampler: NativeSampler, sequence = 0): Promise<number[]> => {
    const drawn: number[] = []
    let [position, tokens] = [0, [...prompt]]
    context.removeRange(sequence, 0, -1)
    while (drawn.length < 12) {
      const [[sampled] = []] = await context.step([{ sequence, position, tokens, sampler }])
      position += tokens.length
      tokens = [sampled!.token]
      drawn.push(sampled!.token)
      if (sampled!.endOfGeneration) break
    }
    return drawn
  }

  test.each<[string, Partial<NativeSamplerOptions>]>([
    ['random numbers', { temperature: 3, seed: 21 }],
    ['penalties', { repeatPenalty: 3, repeatLastN: 6, presencePenalty: 5 }],
    ['a grammar', { grammar: 'root ::= "maybe " [0-9]+ "!"', temperature: 2, seed: 8 }],
  ])('of another entry takes %s back to where they were', async (_name, options) => {
    const create = () => binding.createSampler(model, { ...GREEDY, ...options })
    const [fresh, used, other] = [create(), create(), stuck()]
    const expected = await draw(fresh)
    context.removeRange(0, 0, -1)
    // The other one's "A" is accepted as its own guess; then nothing is allowed.
    const [a] = await alone({ grammar: 'root ::= "A"' }, 1)
    const failing = [
      { sequence: 0, position: 0, tokens: [...prompt, ...expected.slice(0, 4)], sampler: used, drafted: 4 },
      { sequence: 1, position: 0, tokens: [...prompt, a!], sampler: other, drafted: 1 },
    ]
    await expect(context.step(failing)).rejects.toMatchObject({ code: 'GRAMMAR_INVALID', entry: 1 })
    expect(await draw(used)).toEqual(expected)
    // And so does the entry that failed: its "A" is still to come.
    const [[again] = []] = await context.step([{ sequence: 1, position: 0, tokens: [...prompt], sampler: other }])
    expect(again!.token).toBe(a)
    for (const sampler of [fresh, used, other]) sampler.dispose()
  })
})

describe('guesses are refused', () => {
  const refused = async (entries: Parameters<NativeContext['step']>[0]) => await codeOf(async () => await context.step(entries))

  test('without a sampler, without a token before them, and more than there is room for', async () => {
    const samplersOf = [0, 1].map(() => binding.createSampler(model, GREEDY))
    const [sampler, second] = samplersOf as [NativeSampler, NativeSampler]
    const many = (count: number) => new Array<number>(count + 1).fill(5)
    expect(context.mostDrafted).toBe(16)
    expect(await refused([{ sequence: 0, position: 0, tokens: [5, 6], drafted: 1 }])).toBe('BAD_ARGUMENT')
    expect(await refused([{ sequence: 0, position: 0, tokens: [5], sampler, drafted: 1 }])).toBe('BAD_ARGUMENT')
    expect(await refused([{ sequence: 0, position: 0, tokens: [5, 6], sampler, drafted: -1 }])).toBe('BAD_ARGUMENT')
    expect(await refused([{ sequence: 0, position: 0, tokens: many(17), sampler, drafted: 17 }])).toBe('BAD_ARGUMENT')
    const halves = [sampler, second].map((own, sequence) => ({ sequence, position: 0, tokens: many(9), sampler: own, drafted: 9 }))
    expect(await refused(halves)).toBe('BAD_ARGUMENT')
    expect(await context.step([{ sequence: 0, position: 0, tokens: many(16), sampler, drafted: 16 }])).toHaveLength(1)
    samplersOf.forEach((one) => one.dispose())
  })
})
