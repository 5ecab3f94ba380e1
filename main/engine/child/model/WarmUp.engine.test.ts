import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONTEXT, GREEDY, loadBinding, loadDemoModel } from '../../native/testing.ts'
import type { NativeBinding, NativeContext, NativeModel } from '../../native/binding.d.ts'
import { WarmUp } from './WarmUp.ts'

let binding: NativeBinding
let model: NativeModel
let context: NativeContext

beforeAll(async () => {
  binding = await loadBinding()
  model = await loadDemoModel(binding)
  context = await binding.createContext(model, { ...CONTEXT, threads: 2 })
})

afterAll(async () => {
  await context.dispose()
  await model.dispose()
})

/** The real context, with a note of what was asked of it. */
function watched(before: (call: number) => void = () => undefined) {
  const calls: (string | number[])[] = []
  const step: NativeContext['step'] = async (entries) => {
    before(calls.length)
    calls.push(entries[0]?.tokens.length === 1 ? 'token' : 'prompt')
    return await context.step(entries)
  }
  const setThreads: NativeContext['setThreads'] = (answering, prompt) => {
    calls.push([answering, prompt])
    context.setThreads(answering, prompt)
  }
  return { calls, context: { step, setThreads, removeRange: context.removeRange.bind(context), abort: context.abort.bind(context) } }
}

const nowhere = { read: () => Promise.resolve(null), write: () => Promise.resolve() }
const plain = { vision: null, onGraphics: false }

describe('WarmUp', () => {
  it('measures every number of threads, and leaves the sequence empty', async () => {
    const { calls, context: watching } = watched()
    await new WarmUp({ ...plain, context: watching, mostThreads: 2, memory: nowhere }).run()
    expect(calls.slice(0, 9)).toEqual(['token', [2, 2], 'token', 'token', 'token', [1, 1], 'token', 'token', 'token'])
    expect(calls[9]).toEqual([2, 2])
    expect(['1,2', '2,2']).toContain(String(calls[10]))
    // A sequence that held anything would refuse position 0.
    const [sampled] = await context.step([{ sequence: 0, position: 0, tokens: [1], sampler: binding.createSampler(model, GREEDY) }])
    expect(sampled).toHaveLength(1)
    context.removeRange(0, 0, -1)
  })

  it('takes what was measured before, without measuring', async () => {
    const { calls, context: watching } = watched()
    const memory = { read: () => Promise.resolve({ answering: 1, prompt: 2 }), write: () => Promise.reject(new Error('written')) }
    await new WarmUp({ ...plain, context: watching, mostThreads: 2, memory }).run()
    expect(calls).toEqual(['token', [1, 2]])
  })

  it('leaves a chosen number of threads alone', async () => {
    const { calls, context: watching } = watched()
    await new WarmUp({ ...plain, context: watching, mostThreads: null, memory: nowhere }).run()
    expect(calls).toEqual(['token'])
  })

  it('is over at once when a request comes, in a call or between two, and keeps nothing of a half measurement', async () => {
    for (const leaveAt of [0, 2, 6]) {
      const written: unknown[] = []
      const memory = { read: () => Promise.resolve(null), write: (...values: unknown[]) => Promise.resolve(void written.push(values)) }
      const { calls, context: watching } = watched((call) => {
        if (call === leaveAt) warmUp.leave()
      })
      const warmUp = new WarmUp({ ...plain, context: watching, mostThreads: 2, memory })
      await warmUp.run()
      expect(calls.filter((call) => call === 'token').length).toBeLessThanOrEqual(leaveAt + 1)
      expect(calls.filter((call) => Array.isArray(call)).at(-1) ?? [2, 2]).toEqual([2, 2])
      expect(written).toEqual([])
    }
    await context.step([{ sequence: 0, position: 0, tokens: [1] }])
    context.removeRange(0, 0, -1)
  })

  it('refuses more threads than the context was made with', () => {
    expect(() => context.setThreads(3, 2)).toThrow()
    expect(() => context.setThreads(1, 0)).toThrow()
  })
})
