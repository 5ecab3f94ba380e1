import { describe, expect, it } from 'vitest'
import { fakeAnswer, FakeContext } from '../testing/FakeContext.ts'
import { fakeImage, fakeJob, readAll, valuesOf } from '../testing/jobs.ts'
import type { Item } from './items.ts'
import type { JobInput } from './Job.ts'
import { Scheduler } from './Scheduler.ts'

const setup = (cells: number, { maxActive = 2, sequences = 8, turns = (): number => 1 } = {}) => {
  const context = new FakeContext(cells, sequences, turns)
  const scheduler = new Scheduler(context, null, { maxActive })
  const ended: string[] = []
  let conversations = 0
  /** Asks in a conversation of its own unless one is given; resolves with the answer and what was evaluated for it. */
  const ask = async (priority: JobInput['priority'], items: readonly Item[], { maxTokens = 8, conversation = `conversation ${++conversations}` } = {}) => {
    const { tokens, end } = await readAll(scheduler.submit(fakeJob(items, { conversation, priority, maxTokens })))
    expect(tokens).toEqual(fakeAnswer(valuesOf(items), maxTokens))
    ended.push(priority)
    return { evaluated: end.stats.evaluatedTokens }
  }
  const steps = async (count: number) => {
    const to = context.steps.length + count
    while (context.steps.length < to) await turn()
  }
  return { context, scheduler, ask, ended, steps }
}
const turn = async () => await new Promise((resolve) => setImmediate(resolve))

/** A prompt of so many tokens whose answer does not end before `answer` tokens. */
function prompt(length: number, { seed = 1, answer = 1, start = [] as readonly Item[] } = {}): Item[] {
  for (let first = seed * 1000; ; first++) {
    const items = [...start, ...Array.from({ length: length - start.length }, (_, index) => first + index)]
    if (fakeAnswer(valuesOf(items), answer).length === answer) return items
  }
}

const tokensOf = (context: FakeContext, from = 0): number => context.steps.slice(from).flat().reduce((sum, { tokens }) => sum + tokens, 0)

describe('a chat during a batch', () => {
  it('begins before the batch requests that came before it', async () => {
    const { ask, ended } = setup(600, { maxActive: 1 })
    const batch = [1, 2, 3].map(async (seed) => await ask('batch', prompt(20, { seed })))
    await Promise.all([...batch, ask('chat', prompt(20, { seed: 4 }))])
    expect(ended).toEqual(['chat', 'batch', 'batch', 'batch'])
  })

  it('takes the place of one that is answering, which goes on where it was', async () => {
    const { ask, ended, steps, context } = setup(600, { maxActive: 1 })
    const batch = ask('batch', prompt(30, { answer: 20 }), { maxTokens: 20 })
    await steps(6)
    const chat = ask('chat', prompt(30, { seed: 2 }), { maxTokens: 4 })
    await Promise.all([batch, chat])
    expect(ended).toEqual(['chat', 'batch'])
    // Every token of the batch request once, and those of the chat: nothing was evaluated again.
    expect(tokensOf(context)).toBe(30 + 19 + 30 + fakeAnswer(valuesOf(prompt(30, { seed: 2 })), 4).length - 1)
  })

  it('takes the cells of one that is answering, which evaluates anew what it has lost and repeats nothing', async () => {
    const { ask, ended, steps, context } = setup(64)
    const batch = ask('batch', prompt(40, { answer: 12 }), { maxTokens: 20 })
    await steps(6)
    await Promise.all([batch, ask('chat', prompt(40, { seed: 2 }))])
    expect(ended).toEqual(['chat', 'batch'])
    expect(tokensOf(context)).toBeGreaterThan(40 + 40 + 40)
  })

  it('gets its first token in a step without the batch, the next after the one in flight', async () => {
    const { ask, steps, context } = setup(900, { maxActive: 5 })
    const known = prompt(50)
    await ask('chat', known, { conversation: 'chat' })
    const batch = [2, 3, 4].map(async (seed) => await ask('batch', prompt(60, { seed, answer: 30 }), { maxTokens: 30 }))
    await steps(8)
    const before = context.steps.length
    await Promise.all([...batch, ask('chat', prompt(57, { start: known }), { conversation: 'chat' })])
    expect(context.steps[before - 1]).toHaveLength(3)
    expect(context.steps[before]).toEqual([expect.objectContaining({ tokens: 7 })])
  })

  it('keeps a long prompt to itself, but for every eighth step', async () => {
    const { ask, steps, context } = setup(12_000, { maxActive: 3 })
    const batch = ask('batch', prompt(20, { answer: 30 }), { maxTokens: 30 })
    await steps(3)
    const before = context.steps.length
    const [sequence] = context.steps[before - 1] ?? []
    await Promise.all([batch, ask('chat', prompt(512 * 16, { seed: 2 }))])
    const shared = context.steps.slice(before, before + 16).map((step) => step.some((entry) => entry.sequence === sequence?.sequence))
    expect(shared.flatMap((isShared, index) => (isShared ? [index + 1] : []))).toEqual([8, 16])
  })

  it('ends a long call of the batch alone, though not twice in a row', async () => {
    const { ask, context } = setup(9000, { maxActive: 4, turns: () => 50 })
    const aborted: number[] = []
    const abort = context.abort.bind(context)
    context.abort = () => {
      aborted.push(context.steps.at(-1)?.[0]?.tokens ?? 0)
      abort()
    }
    const batch = ask('batch', prompt(1100))
    const duringBatch = async (seed: number) => {
      while ((context.steps.at(-1)?.[0]?.tokens ?? 0) <= 20) await turn()
      await ask('chat', prompt(20, { seed }), { maxTokens: 1 })
    }
    await duringBatch(2)
    expect(aborted).toHaveLength(1)
    await duringBatch(3)
    expect(aborted).toHaveLength(1)
    await duringBatch(4)
    expect(aborted).toHaveLength(2)
    await batch
    // What was aborted was evaluated again, and nothing else.
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
    const chunks = context.steps.flat().filter(({ tokens }) => tokens > 20)
    expect(sum(chunks.map(({ tokens }) => tokens))).toBe(1100 + sum(aborted))
  })

  it('takes over the picture that a batch request is evaluating', async () => {
    const { ask, ended, steps, context } = setup(2000, { maxActive: 3 })
    const start: Item[] = [...prompt(600), fakeImage(3)]
    const batch = ask('batch', [...start, 7, 8])
    await steps(1)
    await Promise.all([batch, ask('chat', [...start, 9])])
    expect(ended).toEqual(['chat', 'batch'])
    expect(context.steps.flat().filter(({ tokens }) => tokens === 5)).toHaveLength(1)
  })

  it('finds what it knew of its conversation, however much a batch evaluates', async () => {
    const { ask } = setup(200, { maxActive: 4 })
    const known = prompt(60)
    await ask('chat', known, { conversation: 'chat' })
    await Promise.all([2, 3, 4, 5, 6].map(async (seed) => await ask('batch', prompt(60, { seed }))))
    expect(await ask('chat', prompt(66, { start: known }), { conversation: 'chat' })).toEqual({ evaluated: 6 })
  })

  it('keeps its prefix where a batch request begins with the same', async () => {
    const { ask } = setup(400)
    const known = prompt(60)
    await ask('chat', known)
    await ask('batch', prompt(66, { seed: 2, start: known }))
    await Promise.all([3, 4, 5, 6, 7].map(async (seed) => await ask('batch', prompt(100, { seed }))))
    expect(await ask('chat', prompt(66, { seed: 8, start: known }))).toEqual({ evaluated: 6 })
  })
})

describe('a batch during chats', () => {
  it('runs though the cells of the last chat leave no room', async () => {
    const { ask } = setup(100)
    await ask('chat', prompt(80))
    await ask('batch', prompt(80, { seed: 2 }))
  })

  it('shares the machine with chats that are answering', async () => {
    const { ask, context } = setup(900, { maxActive: 3 })
    const chat = ask('chat', prompt(20, { answer: 30 }), { maxTokens: 30 })
    const batch = ask('batch', prompt(20, { seed: 2, answer: 10 }), { maxTokens: 10 })
    await Promise.all([chat, batch])
    expect(context.steps.filter((step) => step.length === 2).length).toBeGreaterThan(8)
  })

  it.each([['places', 600, 1], ['cells', 64, 3]])('ends though chats never leave it the %s', async (_what, cells, maxActive) => {
    const { ask, ended, steps } = setup(cells, { maxActive })
    const batch = ask('batch', prompt(40, { answer: 12 }), { maxTokens: 16 })
    await steps(2)
    const chats: Promise<unknown>[] = []
    for (let seed = 2; !ended.includes('batch') && seed < 60; seed++) {
      chats.push(ask('chat', prompt(40, { seed, answer: 8 })))
      await steps(4)
    }
    await Promise.all([batch, ...chats])
    expect(ended.indexOf('batch')).toBeLessThanOrEqual(8)
  })
})

describe('what a batch leaves behind', () => {
  it('makes room for its next pages before anything that is empty', async () => {
    const { ask, scheduler } = setup(4000, { maxActive: 1 })
    await ask('chat', prompt(30, { seed: 20 }))
    for (let seed = 1; seed <= 6; seed++) await ask('batch', prompt(100, { seed }))
    expect(scheduler.pool.usedCells).toBeLessThan(2 * 100)
  })

  it('stays for requests about the same picture', async () => {
    const { ask } = setup(4000, { maxActive: 1 })
    const field = (picture: number, seed: number) => prompt(30, { seed, start: [fakeImage(picture)] })
    const [first, other, second] = await Promise.all([ask('batch', field(1, 1)), ask('batch', field(2, 2)), ask('batch', field(1, 3))])
    expect(other.evaluated).toBe(first.evaluated)
    expect(second.evaluated).toBe(first.evaluated - fakeImage(1).tokens)
  })
})
