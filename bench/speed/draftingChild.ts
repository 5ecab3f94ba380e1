import { argv, stdout } from 'node:process'
import { fakeJob, readAll } from '../../main/engine/child/testing/jobs.ts'
import { Scheduler } from '../../main/engine/child/scheduler/Scheduler.ts'
import { CONTEXT, GREEDY, loadBinding } from '../../main/engine/native/testing.ts'
import { textPrompt } from './timeAnswer.ts'

/** Milliseconds per token of each answer, by what was asked and whether the scheduler guessed. */
export type DraftingTimes = Record<'repeating' | 'other', Record<'never' | 'measured', number[]>>

/**
 * Runs in a process of its own, since the addon's libraries stay loaded: the scheduler as the engine runs it, once guessing and
 * once not, in turn. Arguments: model, threads, rounds, tokens of an answer. Prints `DraftingTimes`.
 */
const [path = ''] = argv.slice(2)
const [threads, rounds, tokens] = argv.slice(3).map(Number) as [number, number, number]

const binding = await loadBinding()
const model = await binding.loadModel(path, { gpuLayers: 0, useMmap: true, devices: 'none' }, () => undefined).done
const schedulers = []
for (const drafting of ['never', 'measured'] as const) {
  const context = await binding.createContext(model, { ...CONTEXT, contextSize: 1024, threads })
  schedulers.push({ drafting, scheduler: new Scheduler(context, null, { maxActive: 1, drafting }) })
}
const times: DraftingTimes = { repeating: { never: [], measured: [] }, other: { never: [], measured: [] } }
for (let round = 0; round <= rounds; round++) {
  for (const kind of ['repeating', 'other'] as const) {
    for (const { drafting, scheduler } of schedulers) {
      const items = textPrompt(64, round).flatMap((part) => (part.type === 'text' ? [...model.tokenize(part.text, { special: false, bos: true })] : []))
      // Random weights copy nothing by themselves; a penalty below one rewards it.
      const penalty = kind === 'repeating' ? { repeatPenalty: 0.5, repeatLastN: 64 } : {}
      const { end } = await readAll(scheduler.submit(fakeJob(items, { maxTokens: tokens, createSampler: () => binding.createSampler(model, { ...GREEDY, ...penalty }) })))
      if (end.stats.generatedTokens !== tokens) throw new Error(`${end.stats.generatedTokens} tokens instead of ${tokens}`)
      // The first round touches the weights and measures what steps cost.
      if (round > 0) times[kind][drafting].push(end.stats.milliseconds.generation / (tokens - 1))
    }
  }
}
stdout.write(JSON.stringify(times))
// llama.cpp's libraries keep handles open that would hold the process.
process.exit(0)
