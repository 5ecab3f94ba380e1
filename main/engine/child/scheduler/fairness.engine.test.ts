import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Random } from '../../../../bench/synthetic/random.ts'
import { textShapes, writeTextModel } from '../../../../bench/synthetic/textModel.ts'
import type { NativeBinding, NativeContext, NativeModel, NativeSampler } from '../../native/binding.d.ts'
import { CONTEXT, GREEDY, loadBinding } from '../../native/testing.ts'
import { temporaryFolder } from '../../../platform/testing.ts'
import { AloneAnswers } from '../testing/AloneAnswers.ts'
import { readAll } from '../testing/jobs.ts'
import type { JobInput } from './Job.ts'
import { Scheduler } from './Scheduler.ts'

const folder = temporaryFolder()
let binding: NativeBinding
let model: NativeModel
let context: NativeContext
let fresh: NativeContext
beforeAll(async () => {
  binding = await loadBinding()
  const path = join(folder.path, 'tiny.gguf')
  // Its answers end at their limit only.
  writeTextModel(path, textShapes.tiny)
  model = await binding.loadModel(path, { gpuLayers: 0, useMmap: true, devices: 'none' }, () => undefined).done
  context = await binding.createContext(model, { ...CONTEXT, threads: 1, contextSize: 2048, sequences: 12 })
  fresh = await binding.createContext(model, { ...CONTEXT, threads: 1, contextSize: 2048, sequences: 1 })
})
afterAll(async () => {
  await context.dispose()
  await fresh.dispose()
  await model.dispose()
  folder.remove()
})

type Samplers = readonly (NativeSampler | undefined)[]

/** The context, and the samplers that each of its steps was given, in order. */
function recorded(target: NativeContext): { recorder: NativeContext; steps: Samplers[] } {
  const steps: Samplers[] = []
  const step: NativeContext['step'] = async (entries) => {
    steps.push(entries.map(({ sampler }) => sampler))
    return await target.step(entries)
  }
  const recorder = new Proxy(target, {
    get: (_target, name) => {
      if (name === 'step') return step
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { recorder, steps }
}

it('gives a question during a batch its first token in the next call, which it has to itself', async () => {
  const random = new Random(7)
  const alone = new AloneAnswers({ binding, model, context: fresh }, new Map())
  const { recorder, steps } = recorded(context)
  const scheduler = new Scheduler(recorder, null, { maxActive: 3 })
  const words = (count: number) => Array.from({ length: count }, () => 259 + random.below(200))
  const ask = (conversation: string, items: readonly number[], priority: JobInput['priority'], maxTokens: number, sampler = binding.createSampler(model, GREEDY)) =>
    readAll(scheduler.submit({ conversation, items, priority, maxTokens, stopTexts: [], pictures: new Map(), embeddings: new Map(), signal: new AbortController().signal, createSampler: () => sampler }))

  let running = 0
  const batch = Array.from({ length: 40 }, async (_, index) => {
    const items = words(100 + random.below(500))
    running++
    const { tokens } = await ask(`page ${index}`, items, 'batch', 20)
    running--
    expect(await alone.fault(items, { tokens, ended: false }, 20, true)).toBeNull()
  })
  let known = words(60)
  const waits: { calls: number; together: number }[] = []
  for (let question = 0; question < 12; question++) {
    for (let turns = random.below(60); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
    expect(running).toBeGreaterThan(3)
    const sampler = binding.createSampler(model, GREEDY)
    const before = steps.length
    const { tokens, end } = await ask('chat', known, 'chat', 4, sampler)
    const first = steps.findIndex((samplers, index) => index >= before && samplers.includes(sampler))
    waits.push({ calls: first - before, together: steps[first]?.length ?? 0 })
    expect(await alone.fault(known, { tokens, ended: false }, 4, true)).toBeNull()
    // What the chat knew is still there, whatever the batch has evaluated since.
    if (question > 0) expect(end.stats.evaluatedTokens).toBeLessThan(20)
    known = [...known, ...tokens, ...words(8)]
  }
  expect(waits).toEqual(waits.map(() => ({ calls: 0, together: 1 })))
  await Promise.all(batch)
  await scheduler.close()
}, 120_000)
