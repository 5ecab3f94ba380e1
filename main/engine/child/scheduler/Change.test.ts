import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AppError } from '../../../contract/errors/AppError.ts'
import { fakeAnswer, FakeContext, fakeSampler } from '../testing/FakeContext.ts'
import { fakeImage, fakeJob, readAll, valuesOf } from '../testing/jobs.ts'
import type { Item } from './items.ts'
import { Scheduler } from './Scheduler.ts'

/** A scheduler whose context's cells hold their tokens plus `shift`, which changes. */
const setup = (cells = 600, { maxActive = 3, sequences = 6, turns = (): number => 1 } = {}) => {
  const context = new FakeContext(cells, sequences, turns)
  const scheduler = new Scheduler(context, null, { maxActive })
  const shiftTo = async (shift: number, signal?: AbortSignal) => await scheduler.change(async () => await context.setAdapters([{ scale: shift }]), signal)
  return { context, scheduler, shiftTo }
}
/** The answer to a prompt evaluated with a shift. An answered token is evaluated with it, too, before the next one. */
const answerWith = (shift: number, items: readonly Item[], maxTokens = 8) => fakeAnswer(valuesOf(items).map((value) => value + shift), maxTokens, shift)
const codeOf = async (promise: Promise<unknown>): Promise<string> => await promise.then(() => 'no error', (error: unknown) => (error as AppError).code)
const turn = async () => await new Promise((resolve) => setImmediate(resolve))
const prompt = [...Array.from({ length: 40 }, (_, index) => index + 1), fakeImage(3), 7]

describe('a change of what requests are evaluated with', () => {
  it('is made at once where nothing runs, and what was evaluated before is not reused', async () => {
    const { scheduler, shiftTo } = setup()
    const ask = async () => await readAll(scheduler.submit(fakeJob(prompt)))
    expect((await ask()).tokens).toEqual(answerWith(0, prompt))
    await shiftTo(5)
    expect(scheduler.pool.usedCells).toBe(0)
    const second = await ask()
    expect(second.tokens).toEqual(answerWith(5, prompt))
    expect(second.end.stats).toMatchObject({ reusedPromptTokens: 0, evaluatedTokens: 46 })
    expect((await ask()).end.stats.evaluatedTokens).toBe(1)
  })

  it('waits for the requests before it, also those still in the queue, and holds back those behind it', async () => {
    const { scheduler, shiftTo } = setup(600, { maxActive: 1 })
    const ask = async (conversation: string) => (await readAll(scheduler.submit(fakeJob(prompt, { conversation })))).tokens
    const before = [ask('a'), ask('b'), ask('a')]
    const change = shiftTo(5)
    const behind = [ask('a'), ask('c')]
    expect(await Promise.all(before)).toEqual(before.map(() => answerWith(0, prompt)))
    await change
    expect(await Promise.all(behind)).toEqual(behind.map(() => answerWith(5, prompt)))
  })

  it('leaves everything as it was where it fails', async () => {
    const { scheduler } = setup()
    await readAll(scheduler.submit(fakeJob(prompt)))
    await expect(scheduler.change(async () => await Promise.reject(new Error('no such file')))).rejects.toThrow('no such file')
    const again = await readAll(scheduler.submit(fakeJob(prompt)))
    expect(again.tokens).toEqual(answerWith(0, prompt))
    expect(again.end.stats.evaluatedTokens).toBe(1)
  })

  it('is given up when it is aborted before its turn, and nobody waits for it any more', async () => {
    const { scheduler, shiftTo } = setup(600, { maxActive: 1 })
    const abort = new AbortController()
    const ask = async (conversation: string) => (await readAll(scheduler.submit(fakeJob(prompt, { conversation })))).tokens
    const before = ask('a')
    const change = codeOf(shiftTo(5, abort.signal))
    const behind = ask('b')
    await turn()
    abort.abort()
    expect(await change).toBe('ABORTED')
    expect([await before, await behind]).toEqual([answerWith(0, prompt), answerWith(0, prompt)])
    expect(await codeOf(shiftTo(5, abort.signal))).toBe('ABORTED')
  })

  it('waits for a request that came before it and is queued after it, also behind one of its own conversation', async () => {
    const { scheduler, shiftTo } = setup()
    const ask = async (conversation: string, place = scheduler.takePlace()) => (await readAll(scheduler.submit(fakeJob(prompt, { conversation }), place))).tokens
    const place = scheduler.takePlace()
    const change = shiftTo(5)
    const behind = [ask('a'), ask('b')]
    for (let count = 0; count < 20; count++) await turn()
    expect(scheduler.pool.usedCells).toBe(0)
    expect(await ask('a', place)).toEqual(answerWith(0, prompt))
    await change
    expect(await Promise.all(behind)).toEqual(behind.map(() => answerWith(5, prompt)))
  })

  it('waits no more for a request that does not come, nor for one that came after it', async () => {
    const { scheduler, shiftTo } = setup()
    const place = scheduler.takePlace()
    const change = shiftTo(5)
    const late = scheduler.takePlace()
    await turn()
    place.leave()
    await change
    expect((await readAll(scheduler.submit(fakeJob(prompt), late))).tokens).toEqual(answerWith(5, prompt))
    place.leave()
    await shiftTo(0)
  })

  it('ends with the scheduler', async () => {
    const { scheduler, shiftTo } = setup()
    const running = codeOf(readAll(scheduler.submit(fakeJob(prompt))))
    const change = codeOf(shiftTo(5))
    await scheduler.close()
    expect([await running, await change, await codeOf(shiftTo(5))]).toEqual(['ENGINE_STOPPED', 'ENGINE_STOPPED', 'ENGINE_STOPPED'])
  })

  it('never mixes cells of before and after, whatever is asked, changed and aborted in whatever order', async () => {
    const ask = fc.record({
      conversation: fc.constantFrom('a', 'b', 'c'),
      priority: fc.constantFrom('chat' as const, 'batch' as const),
      items: fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 3 })).map(([common, last]): Item[] => [...prompt.slice(0, common), last]),
      maxTokens: fc.integer({ min: 1, max: 8 }),
    })
    const action = fc.oneof({ weight: 4, arbitrary: ask }, { weight: 1, arbitrary: fc.record({ shift: fc.nat(3), aborted: fc.boolean() }) })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(action, fc.nat(3)), { maxLength: 16 }), fc.infiniteStream(fc.nat(3)), async (actions, latency) => {
        const { context, scheduler, shiftTo } = setup(130, { turns: () => (latency.next().value as number | undefined) ?? 1 })
        const outcomes: Promise<unknown>[] = []
        let history: { shift: number; made: Promise<boolean> }[] = []
        for (const [act, turns] of actions) {
          if ('shift' in act) {
            const abort = new AbortController()
            const made = shiftTo(act.shift, abort.signal).then(() => true, () => false)
            if (act.aborted) abort.abort()
            history = [...history, { shift: act.shift, made }]
            outcomes.push(made)
          } else {
            const { items, ...options } = act
            const changes = history
            outcomes.push(readAll(scheduler.submit(fakeJob(items, { ...options, createSampler: () => fakeSampler }))).then(async ({ tokens }) => {
              let shift = 0
              for (const change of changes) if (await change.made) shift = change.shift
              expect(tokens).toEqual(answerWith(shift, items, options.maxTokens))
            }))
          }
          for (let count = 0; count < turns; count++) await turn()
        }
        await Promise.all(outcomes)
        await scheduler.close()
        expect(scheduler.pool.usedCells).toBe(context.usedCells)
      }),
      { numRuns: 200 },
    )
  })
})
