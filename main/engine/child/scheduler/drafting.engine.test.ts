import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleQuestions } from '../../../../bench/samples.ts'
import type { NativeBinding, NativeEmbeddings, NativeModel, NativeProjector, NativeSamplerOptions } from '../../native/binding.d.ts'
import { CONTEXT, GREEDY, loadBinding, loadDemoModel, loadDemoProjector, promptTokens, readSample } from '../../native/testing.ts'
import { fakeJob, readAll } from '../testing/jobs.ts'
import type { DraftMode } from './Drafting.ts'
import type { Item } from './items.ts'
import { Scheduler } from './Scheduler.ts'

/** The demo model behind schedulers that guess and one that does not: what it answers must not depend on that. */
let binding: NativeBinding
let model: NativeModel
let projector: NativeProjector
const pictures = new Map<string, NativeEmbeddings>()

beforeAll(async () => {
  binding = await loadBinding()
  model = await loadDemoModel(binding)
  projector = await loadDemoProjector(binding, model)
  for (const file of new Set(sampleQuestions.map((question) => question.file))) {
    const { rgb, width, height } = await readSample(file)
    pictures.set(file, await projector.encode(rgb, width, height))
  }
})
afterAll(async () => {
  await projector.dispose()
  await model.dispose()
})

interface Ask {
  readonly items: readonly Item[]
  readonly maxTokens: number
  readonly options?: Partial<NativeSamplerOptions>
}

/** The answers to all questions, asked at once, and how many steps they took. */
async function answers(drafting: DraftMode, asks: readonly Ask[]): Promise<{ tokens: number[][]; steps: number }> {
  // The least rounding there is: several tokens are computed in another order than each by itself.
  const context = await binding.createContext(model, { ...CONTEXT, threads: 1, contextSize: 4096, kvType: 'f32', flashAttention: false })
  let steps = 0
  const counting = new Proxy(context, {
    get: (target, name) => {
      if (name === 'step') steps++
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  const scheduler = new Scheduler(counting, null, { maxActive: 3, drafting })
  const jobs = asks.map(({ items, maxTokens, options }, index) =>
    fakeJob(items, { conversation: `c${index}`, maxTokens, embeddings: pictures, createSampler: () => binding.createSampler(model, { ...GREEDY, ...options }) }),
  )
  const results = await Promise.all(jobs.map(async (job) => await readAll(scheduler.submit(job))))
  await scheduler.close()
  await context.dispose()
  return { tokens: results.map(({ tokens }) => tokens), steps }
}

const text = (words: string, bos = true): number[] => [...model.tokenize(words, { special: false, bos })]

describe('guessing', () => {
  it('leaves the answers about the sample pictures as they are', async () => {
    // Every picture, and of each a few questions: those about one share its cells.
    const asks = sampleQuestions.filter((_question, index) => index % 4 === 0).map(({ file, prompt }): Ask => {
      const { tokens, positions } = pictures.get(file)!
      const { before, after } = promptTokens(model, prompt)
      return { items: [...before, { key: file, tokens, positions }, ...after], maxTokens: 120 }
    })
    const plain = await answers('never', asks)
    expect(plain.tokens.every(({ length }) => length > 0)).toBe(true)
    expect((await answers('always', asks)).tokens).toEqual(plain.tokens)
    expect((await answers('measured', asks)).tokens).toEqual(plain.tokens)
  })

  it('computes nothing behind an answer whose grammar is at its end', async () => {
    const { tokens, steps } = await answers('never', [{ items: text('USER: What is the total? ASSISTANT:'), maxTokens: 20, options: { grammar: 'root ::= "A" [0-9] "B"' } }])
    expect(Buffer.concat(tokens[0]!.map((token) => Buffer.from(model.piece(token)))).toString()).toMatch(/^A\dB$/)
    expect(steps).toBe(3)
  })

  it('gives answers that repeat themselves in fewer steps, greedy, sampled and held by a grammar', async () => {
    const asks: Ask[] = [
      { items: text('one two three one two three one two three'), maxTokens: 60 },
      { items: text('USER: What is the total? ASSISTANT:'), maxTokens: 60, options: { temperature: 1, seed: 3, grammar: 'root ::= ("yes, " | "no, ")+' } },
      { items: text('USER: the the the ASSISTANT:'), maxTokens: 60, options: { grammar: 'root ::= ("ab" | "12, 12, 12, ")+', repeatPenalty: 1.05, repeatLastN: 32 } },
    ]
    const [plain, guessing] = [await answers('never', asks), await answers('always', asks)]
    expect(guessing.tokens).toEqual(plain.tokens)
    expect(guessing.steps).toBeLessThan(0.8 * plain.steps)
  })
})
