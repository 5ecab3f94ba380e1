import { describe, expect, it } from 'vitest'
import { fakeAnswer, FakeContext } from '../testing/FakeContext.ts'
import { fakeJob, readAll } from '../testing/jobs.ts'
import { Drafting } from './Drafting.ts'
import type { DraftMode } from './Drafting.ts'
import { Job } from './Job.ts'
import { Scheduler } from './Scheduler.ts'

/** A machine: what a step of so many rows takes. */
type Cost = (rows: number) => number

const waitsForWeights: Cost = (rows) => 10 + 0.2 * rows
const computes: Cost = (rows) => 5 * rows
/** Two cores and a quantised model, as measured: 1.0, 1.4, 2.2, 4.0 for 1, 2, 4, 8 rows. */
const between: Cost = (rows) => 0.6 + 0.42 * rows

interface Options {
  readonly answers?: number
  readonly mode?: DraftMode
  /** Milliseconds that a step takes longer. */
  readonly pause?: (step: number) => number
}

/** Answers side by side on such a machine, each token told by `text`; gives the milliseconds and the tokens evaluated in vain. */
function simulate(cost: Cost, tokens: number, text: (answer: number, index: number) => number, { answers = 1, mode = 'measured', pause }: Options = {}): { ms: number; wasted: number } {
  const drafting = new Drafting(16, mode)
  const jobs = Array.from({ length: answers }, () => new Job(fakeJob([1], { maxTokens: 2 * tokens }), null, () => undefined))
  jobs.forEach((job, answer) => {
    job.sequence = { id: answer, items: [text(answer, 0)], units: [], position: 1, busy: true, isBatch: false, isSpent: false, usedAt: 0 }
    job.nextToken = text(answer, 1)
  })
  let [ms, wasted] = [0, 0]
  for (let step = 0; jobs.some((job) => (job.sequence?.items.length ?? 0) < tokens); step++) {
    const guesses = drafting.guess(jobs)
    const rows = jobs.reduce((sum, _job, index) => sum + 1 + (guesses[index]?.length ?? 0), 0)
    const sampled = jobs.map((job, answer) => {
      const at = (job.sequence?.items.length ?? 0) + 1
      const right = guesses[answer]?.findIndex((guess, index) => guess !== text(answer, at + index)) ?? -1
      const count = right < 0 ? (guesses[answer]?.length ?? 0) : right
      wasted += (guesses[answer]?.length ?? 0) - count
      return Array.from({ length: count + 1 }, (_, index) => text(answer, at + index))
    })
    const took = cost(rows) + (pause?.(step) ?? 0)
    ms += took
    drafting.measured(jobs, guesses, sampled, took)
    jobs.forEach((job, answer) => {
      job.sequence?.items.push(job.nextToken, ...(sampled[answer]?.slice(0, -1) ?? []))
      job.nextToken = sampled[answer]?.at(-1) ?? NaN
    })
  }
  return { ms, wasted }
}

/** A text that comes round again, and one whose pairs come back and go on in another way each time. */
const copied = (answer: number, index: number) => 100 * answer + (index % 37)
const deceptive = (_answer: number, index: number) => (index % 3 < 2 ? index % 3 : 10 + index)

describe('guesses that are measured', () => {
  const speedup = (cost: Cost, text = copied, options: Options = {}) => simulate(cost, 2000, text, { ...options, mode: 'never' }).ms / simulate(cost, 2000, text, options).ms

  it('make a copying answer several times as fast where steps wait for the weights', () => {
    expect(speedup(waitsForWeights)).toBeGreaterThan(5)
    expect(speedup(between)).toBeGreaterThan(1.7)
  })

  it('cost next to nothing where steps compute', () => {
    expect(speedup(computes)).toBeGreaterThan(0.99)
  })

  it('cost next to nothing where they are wrong', () => {
    expect(speedup(between, deceptive)).toBeGreaterThan(0.99)
    expect(simulate(between, 2000, deceptive).wasted).toBeLessThan(30)
    expect(simulate(between, 2000, deceptive, { mode: 'always' }).wasted).toBeGreaterThan(1000)
  })

  it('are left out where several answers already keep the machine computing', () => {
    // The second row is free here, every further one is not.
    const cost: Cost = (rows) => 5 * Math.max(2, rows)
    expect(speedup(cost)).toBeGreaterThan(1.5)
    expect(speedup(cost, copied, { answers: 3 })).toBeGreaterThan(0.99)
  })

  it('serve each of several answers by itself', () => {
    const mixed = (answer: number, index: number) => (answer === 0 ? copied(answer, index) : deceptive(answer, index))
    const [measured, always] = (['measured', 'always'] as const).map((mode) => simulate(waitsForWeights, 500, mixed, { answers: 2, mode }))
    expect(measured!.wasted).toBeLessThan(always!.wasted / 10)
    expect(measured!.ms).toBeLessThan(always!.ms)
  })

  it('do not go by a single pause of the machine', () => {
    const pause = (step: number) => (step % 97 === 5 ? 500 : 0)
    expect(simulate(computes, 2000, copied, { pause }).wasted).toBe(0)
    expect(speedup(waitsForWeights, copied, { pause: (step) => (step % 50 === 3 ? 100 : 0) })).toBeGreaterThan(3)
  })
})

describe('a scheduler that guesses', () => {
  const setup = (drafting: DraftMode, alphabet = 1) => {
    const context = new FakeContext(300, 4, () => 1, alphabet)
    return { context, scheduler: new Scheduler(context, null, { maxActive: 2, drafting }) }
  }
  const prompt = [5, 6, 7, 1, 1, 1, 1]
  const limit = fakeAnswer(prompt, 40, 0, 1).length

  it('needs fewer steps for the same answer', async () => {
    const [guessing, plain] = [setup('always'), setup('never')]
    const answers = await Promise.all([guessing, plain].map(async ({ scheduler }) => await readAll(scheduler.submit(fakeJob(prompt, { maxTokens: 40 })))))
    expect(limit).toBeGreaterThan(10)
    expect(answers[0]!.tokens).toEqual(answers[1]!.tokens)
    expect(answers[0]!.end.stats.generatedTokens).toBe(answers[1]!.end.stats.generatedTokens)
    expect(guessing.context.steps.length).toBeLessThan(plain.context.steps.length / 3)
  })

  it('guesses nothing in a batch by what was measured, since a batch is to give the same bytes each time', async () => {
    const { context, scheduler } = setup('measured')
    for (let round = 0; round < 5; round++) await readAll(scheduler.submit(fakeJob(prompt, { maxTokens: 40, priority: 'batch' })))
    // Each step after the prompt carries one token.
    expect(Math.max(...context.steps.flat().map(({ tokens }) => tokens).filter((tokens) => tokens !== prompt.length))).toBe(1)
  })

  it('stops at the limit and takes no more cells than were kept free', async () => {
    const { context, scheduler } = setup('always')
    for (let maxTokens = 1; maxTokens < limit; maxTokens++) {
      const { tokens, end } = await readAll(scheduler.submit(fakeJob(prompt, { maxTokens })))
      expect(tokens).toEqual(fakeAnswer(prompt, maxTokens, 0, 1))
      expect(end.stop).toBe('length')
      expect(end.stats.generatedTokens).toBe(maxTokens)
    }
    // The prompt and the answer but its last token, exactly: nothing guessed is left.
    const tight = new FakeContext(prompt.length + 9, 1, () => 1, 1)
    await readAll(new Scheduler(tight, null, { maxActive: 1, drafting: 'always' }).submit(fakeJob(prompt, { maxTokens: 9 })))
    expect(tight.contents(0)).toEqual([...prompt, ...fakeAnswer(prompt, 8, 0, 1)])
    expect(context.usedCells).toBe(scheduler.pool.usedCells)
  })

  it('ends at a stop text in the middle of what was guessed, and drops what lies behind', async () => {
    const { context, scheduler } = setup('always')
    // Each token of this fake is written "1,"; the answer is cut after the sixth.
    const { text, end } = await readAll(scheduler.submit(fakeJob(prompt, { maxTokens: 40, stopTexts: ['1,1,1,1,1,1,'] })))
    expect(text).toBe('')
    expect(end.stats.generatedTokens).toBe(6)
    const [sequence] = scheduler.pool.sequences.filter(({ items }) => items.length > 0)
    expect(context.contents(sequence!.id)).toEqual([...prompt, 1, 1, 1, 1, 1])
    expect(sequence!.items).toEqual([...prompt, 1, 1, 1, 1, 1])
    expect(context.steps.length).toBeLessThan(6)
  })

  it('guesses for an answer while another is at its prompt no more than it would break', async () => {
    const { scheduler } = setup('always')
    const long = Array.from({ length: 60 }, (_, index) => 10 + index)
    const answers = await Promise.all([prompt, long].map(async (items, index) => await readAll(scheduler.submit(fakeJob(items, { conversation: `c${index}`, maxTokens: 30 })))))
    answers.forEach(({ tokens }, index) => expect(tokens).toEqual(fakeAnswer([prompt, long][index]!, 30, 0, 1)))
  })
})
