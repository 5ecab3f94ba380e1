import { describe, expect, it } from 'vitest'
import { fakeAnswer, FakeContext } from '../testing/FakeContext.ts'
import { fakeImage, fakeJob, readAll, valuesOf } from '../testing/jobs.ts'
import type { Item } from './items.ts'
import type { JobInput } from './Job.ts'
import { Scheduler } from './Scheduler.ts'

const run = (from: number, length: number): number[] => Array.from({ length }, (_, index) => from + index)

/** Asks all at once; returns the tokens of each entry, step by step, once the answers were found right. */
async function stepsFor(prompts: readonly (readonly Item[])[], { priority = 'batch', maxActive = 8 }: { priority?: JobInput['priority']; maxActive?: number } = {}): Promise<number[][]> {
  const context = new FakeContext(4000, 12)
  const scheduler = new Scheduler(context, null, { maxActive, drafting: 'never' })
  const answers = await Promise.all(prompts.map(async (items, index) => await readAll(scheduler.submit(fakeJob(items, { conversation: `c${index}`, priority, maxTokens: 3 })))))
  expect(answers.map(({ tokens }) => tokens)).toEqual(prompts.map((items) => fakeAnswer(valuesOf(items), 3)))
  await scheduler.close()
  return context.steps.map((step) => step.map(({ tokens }) => tokens))
}

describe('short prompts', () => {
  it('are evaluated together, what they begin with once', async () => {
    const start: Item[] = [...run(1, 10), fakeImage(3), ...run(50, 12)]
    const steps = await stepsFor(run(0, 6).map((field) => [...start, ...run(100 * (field + 1), 4)]))
    expect(steps.slice(0, 3)).toEqual([[10], [5], [16]])
    // The first one answers already; the others bring their own four tokens each.
    expect(steps[3]?.filter((tokens) => tokens === 4)).toHaveLength(5)
    expect(steps.flat().filter((tokens) => tokens > 1)).toHaveLength(3 + 5)
  })

  it('take no more time together than there was', async () => {
    const context = new FakeContext(4000, 12)
    const step = context.step.bind(context)
    context.step = async (entries) => {
      await new Promise((resolve) => setTimeout(resolve, 40))
      return await step(entries)
    }
    const scheduler = new Scheduler(context, null, { maxActive: 8, drafting: 'never' })
    const startedAt = performance.now()
    const answers = await Promise.all([1, 2, 3, 4].map(async (field) => await readAll(scheduler.submit(fakeJob(run(100 * field, 6 * field), { conversation: `c${field}`, priority: 'batch', maxTokens: 1 })))))
    const took = performance.now() - startedAt
    expect(context.steps).toHaveLength(1)
    const prompts = answers.map(({ end }) => end.stats.milliseconds.prompt)
    expect(prompts.reduce((sum, milliseconds) => sum + milliseconds, 0)).toBeLessThanOrEqual(took)
    // The longer the prompt, the larger its share: all are equally fast.
    expect(prompts[3]).toBeCloseTo(4 * (prompts[0] ?? 0))
  })

  it('wait for no more than a few tokens in common', async () => {
    const steps = await stepsFor([[1, 2, 3, 4, ...run(10, 6)], [1, 2, 3, 4, ...run(20, 6)]])
    expect(steps[0]).toEqual([10, 10])
  })

  it('go on beside a long one only as far as the step stays short', async () => {
    const steps = await stepsFor([run(1, 600), run(1000, 9), run(2000, 9)], { priority: 'chat' })
    expect(steps.slice(0, 2)).toEqual([[512], [88, 9, 9]])
  })

  it('that have a picture to come stay out of the step', async () => {
    const steps = await stepsFor([run(1, 12), [...run(200, 4), fakeImage(2), 7]])
    expect(steps[0]).toEqual([12])
  })
})
