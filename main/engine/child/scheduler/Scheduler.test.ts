import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../contract/errors/AppError.ts'
import { fakeAnswer, FakeContext, fakeSampler } from '../testing/FakeContext.ts'
import { fakeImage, fakeJob, readAll, valuesOf } from '../testing/jobs.ts'
import type { DraftMode } from './Drafting.ts'
import type { Item } from './items.ts'
import { Scheduler } from './Scheduler.ts'

const setup = (cells: number, { maxActive = 2, sequences = 6, turns = (): number => 1, alphabet = 22 } = {}, drafting: DraftMode = 'measured') => {
  const context = new FakeContext(cells, sequences, turns, alphabet)
  return { context, scheduler: new Scheduler(context, null, { maxActive, drafting }) }
}
const prompt = (first: number, length: number): number[] => Array.from({ length }, (_, index) => first + index)
const codeOf = async (promise: Promise<unknown>): Promise<string> => await promise.then(() => 'no error', (error: unknown) => (error instanceof AppError ? error.code : String(error)))

describe('Scheduler', () => {
  it('answers from the whole prompt, picture included', async () => {
    const { scheduler } = setup(200)
    const items = [...prompt(1, 10), fakeImage(3), ...prompt(50, 4)]
    const { tokens, end } = await readAll(scheduler.submit(fakeJob(items)))
    expect(tokens).toEqual(fakeAnswer(valuesOf(items), 8))
    expect(end.stats).toMatchObject({ promptTokens: 19, imageTokens: 5, reusedPromptTokens: 0, evaluatedTokens: 19 })
  })

  it('evaluates only what is new of a second question about a picture', async () => {
    const { scheduler, context } = setup(400)
    const shared: Item[] = [...prompt(1, 10), fakeImage(3)]
    await readAll(scheduler.submit(fakeJob([...shared, 60, 61])))
    const before = context.steps.length
    const second = await readAll(scheduler.submit(fakeJob([...shared, 70, 71, 72], { conversation: 'b' })))
    expect(second.tokens).toEqual(fakeAnswer(valuesOf([...shared, 70, 71, 72]), 8))
    expect(second.end.stats).toMatchObject({ promptTokens: 18, reusedPromptTokens: 15, reusedImages: 1, evaluatedTokens: 3 })
    expect(context.steps[before]).toEqual([expect.objectContaining({ tokens: 3 })])
  })

  it('evaluates the last token again when the whole prompt is known, since its logits are wanted', async () => {
    const { scheduler } = setup(200)
    const first = await readAll(scheduler.submit(fakeJob(prompt(1, 12))))
    const again = await readAll(scheduler.submit(fakeJob(prompt(1, 12))))
    expect(again.tokens).toEqual(first.tokens)
    expect(again.end.stats.evaluatedTokens).toBe(1)
  })

  it('lets a request wait for the same picture instead of evaluating it twice', async () => {
    const { scheduler, context } = setup(600, { maxActive: 3 })
    const shared: Item[] = [...prompt(1, 40), fakeImage(3)]
    const answers = await Promise.all(['a', 'b', 'c'].map(async (conversation, index) => await readAll(scheduler.submit(fakeJob([...shared, 60 + index], { conversation })))))
    answers.forEach(({ tokens }, index) => expect(tokens).toEqual(fakeAnswer(valuesOf([...shared, 60 + index]), 8)))
    const evaluated = context.steps.flat().filter(({ tokens }) => tokens === 5).length
    expect(evaluated).toBe(1)
    expect(answers.map(({ end }) => end.stats.evaluatedTokens)).toEqual([46, 1, 1])
  })

  it('answers several conversations in the same steps, and one conversation in order', async () => {
    const { scheduler, context } = setup(600)
    const ended: string[] = []
    const ask = async (name: string, conversation: string, first: number) => {
      await readAll(scheduler.submit(fakeJob(prompt(first, 6), { conversation, maxTokens: 20 })))
      ended.push(name)
    }
    await Promise.all([ask('a1', 'a', 2), ask('a2', 'a', 9), ask('b1', 'b', 30)])
    expect(ended.indexOf('a1')).toBeLessThan(ended.indexOf('a2'))
    expect(context.steps.some((step) => step.length === 2)).toBe(true)
  })

  it('serves conversations in turn', async () => {
    const { scheduler } = setup(600, { maxActive: 1 })
    const order: string[] = []
    const ask = async (conversation: string, first: number) => {
      await readAll(scheduler.submit(fakeJob(prompt(first, 6), { conversation })))
      order.push(conversation)
    }
    await Promise.all([ask('a', 1), ask('a', 10), ask('a', 20), ask('b', 30), ask('c', 40)])
    expect(order).toEqual(['a', 'b', 'c', 'a', 'a'])
  })

  it('makes a request wait when the cells are short, and gives it those of idle sequences', async () => {
    const { scheduler, context } = setup(64)
    const asks = [1, 100, 200, 300].map(async (first, index) => await readAll(scheduler.submit(fakeJob(prompt(first, 40), { conversation: `c${index}` }))))
    const answers = await Promise.all(asks)
    answers.forEach(({ tokens }, index) => expect(tokens).toEqual(fakeAnswer(prompt([1, 100, 200, 300][index] ?? 0, 40), 8)))
    expect(context.usedCells).toBeLessThanOrEqual(64)
  })

  it('refuses what could never fit, rather than let it wait for ever', async () => {
    const { scheduler } = setup(64)
    expect(await codeOf(readAll(scheduler.submit(fakeJob(prompt(1, 60)))))).toBe('CONTEXT_FULL')
    expect((await readAll(scheduler.submit(fakeJob(prompt(1, 56))))).tokens).toEqual(fakeAnswer(prompt(1, 56), 8))
  })

  it('stops at the token limit and says so', async () => {
    const { scheduler } = setup(200)
    const items = prompt(2, 9)
    const long = fakeAnswer(items, 50)
    expect(long.length).toBeGreaterThan(1)
    const { tokens, end } = await readAll(scheduler.submit(fakeJob(items, { maxTokens: 1 })))
    expect(end.stop).toBe('length')
    expect(tokens).toEqual(long.slice(0, 1))
  })

  it('aborts alone in the middle of a step, and keeps what was evaluated before', async () => {
    const { scheduler, context } = setup(2000, { turns: () => 3 })
    const abort = new AbortController()
    const stream = scheduler.submit(fakeJob(prompt(1, 1200), { signal: abort.signal }))
    const outcome = codeOf(readAll(stream))
    while (context.steps.length < 2) await new Promise((resolve) => setImmediate(resolve))
    abort.abort()
    expect(await outcome).toBe('ABORTED')
    const again = await readAll(scheduler.submit(fakeJob(prompt(1, 1200))))
    expect(again.tokens).toEqual(fakeAnswer(prompt(1, 1200), 8))
    expect(again.end.stats.reusedPromptTokens).toBe(512)
  })

  it('does not disturb others when one of a step aborts', async () => {
    const { scheduler } = setup(600, { turns: () => 2 })
    const abort = new AbortController()
    const aborted = codeOf(readAll(scheduler.submit(fakeJob(prompt(2, 30), { conversation: 'a', signal: abort.signal, maxTokens: 100 }))))
    const other = readAll(scheduler.submit(fakeJob(prompt(40, 30), { conversation: 'b', maxTokens: 20 })))
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    abort.abort()
    expect(await aborted).toBe('ABORTED')
    expect((await other).tokens).toEqual(fakeAnswer(prompt(40, 30), 20))
  })

  it('stops working for a reader that leaves', async () => {
    const { scheduler, context } = setup(600)
    for await (const event of scheduler.submit(fakeJob(prompt(1, 20), { maxTokens: 100 }))) if (event.type === 'delta') break
    await scheduler.close()
    expect(context.steps.length).toBeLessThan(100)
    expect(scheduler.pool.sequences.every((sequence) => !sequence.busy)).toBe(true)
  })

  it('fails the requests of a failed step and answers the next one', async () => {
    const { scheduler, context } = setup(600)
    context.failNext = 'DECODE_FAILED'
    expect(await codeOf(readAll(scheduler.submit(fakeJob(prompt(1, 20)))))).toBe('ENGINE_FAILED')
    expect(context.usedCells).toBe(0)
    expect((await readAll(scheduler.submit(fakeJob(prompt(1, 20))))).tokens).toEqual(fakeAnswer(prompt(1, 20), 8))
  })

  it('fails the one request that a step blames, and answers the others', async () => {
    const { scheduler, context } = setup(600)
    context.badToken = 77
    const bad = codeOf(readAll(scheduler.submit(fakeJob([1, 2, 77]))))
    const good = readAll(scheduler.submit(fakeJob(prompt(3, 20), { conversation: 'b' })))
    expect(await bad).toBe('GRAMMAR_INVALID')
    expect((await good).tokens).toEqual(fakeAnswer(prompt(3, 20), 8))
  })

  it('fails a request whose sampler cannot be made, and answers the next one', async () => {
    const { scheduler } = setup(600)
    const createSampler = () => {
      throw Object.assign(new Error('no rule named root'), { code: 'GRAMMAR_INVALID' })
    }
    expect(await codeOf(readAll(scheduler.submit(fakeJob(prompt(1, 20), { createSampler }))))).toBe('GRAMMAR_INVALID')
    expect((await readAll(scheduler.submit(fakeJob(prompt(1, 20))))).tokens).toEqual(fakeAnswer(prompt(1, 20), 8))
  })

  it('fails everything in flight and in the queue when it closes', async () => {
    const { scheduler } = setup(100, { maxActive: 1 })
    const outcomes = [1, 2, 3].map(async (first) => await codeOf(readAll(scheduler.submit(fakeJob(prompt(first, 30), { conversation: `c${first}`, maxTokens: 60 })))))
    await new Promise((resolve) => setImmediate(resolve))
    await scheduler.close()
    expect(await Promise.all(outcomes)).toEqual(['ENGINE_STOPPED', 'ENGINE_STOPPED', 'ENGINE_STOPPED'])
    expect(await codeOf(readAll(scheduler.submit(fakeJob(prompt(1, 3)))))).toBe('ENGINE_STOPPED')
  })

  it('gives right answers and never leaks or blocks, whatever is asked and aborted in whatever order', async () => {
    const item = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }).map(fakeImage) })
    const ask = fc.record({
      conversation: fc.constantFrom('a', 'b', 'c'),
      priority: fc.constantFrom('chat' as const, 'batch' as const),
      // Few different tokens and a common beginning, so that prefixes are shared in all ways.
      items: fc.tuple(fc.nat(40), fc.array(item, { maxLength: 12 }), fc.integer({ min: 1, max: 3 })).map(([common, rest, last]) => [...prompt(100, common), ...rest, last]),
      maxTokens: fc.integer({ min: 1, max: 12 }),
      abortAfter: fc.option(fc.nat(12)),
    })
    // An alphabet of one token is guessed right but for the end, one of two every other time.
    const guessing = fc.tuple(fc.constantFrom<DraftMode>('always', 'measured', 'never'), fc.constantFrom(1, 2, 3, 22))
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { minLength: 1, maxLength: 14 }), fc.infiniteStream(fc.nat(3)), fc.nat(6), guessing, async (asks, latency, gap, [drafting, alphabet]) => {
        const { context, scheduler } = setup(130, { maxActive: 3, sequences: 5, turns: () => (latency.next().value as number | undefined) ?? 1, alphabet }, drafting)
        const outcomes = asks.map(async ({ abortAfter, items, ...options }) => {
          const abort = new AbortController()
          const answer = readAll(scheduler.submit(fakeJob(items, { ...options, signal: abort.signal, createSampler: () => fakeSampler })))
          for (let turn = 0; abortAfter !== null && turn < abortAfter; turn++) await new Promise((resolve) => setImmediate(resolve))
          if (abortAfter !== null) abort.abort()
          const result = await answer.then(({ tokens }) => tokens, (error: unknown) => (error as AppError).code)
          if (result === 'ABORTED' && abortAfter !== null) return
          expect(result).toEqual(fakeAnswer(valuesOf(items), options.maxTokens, 0, alphabet))
        })
        for (let turn = 0; turn < gap; turn++) await new Promise((resolve) => setImmediate(resolve))
        await Promise.all(outcomes)
        await scheduler.close()
        expect(scheduler.pool.usedCells).toBe(context.usedCells)
        for (const sequence of scheduler.pool.sequences) {
          expect(sequence.busy).toBe(false)
          expect(context.contents(sequence.id)).toEqual(valuesOf(sequence.items))
        }
      }),
      { numRuns: 300 },
    )
  })
})
