import { afterAll, beforeAll, expect, it } from 'vitest'
import { Random } from '../../../../bench/synthetic/random.ts'
import type { NativeContext } from '../../native/binding.d.ts'
import { AloneAnswers } from '../testing/AloneAnswers.ts'
import { Interleavings } from '../testing/Interleavings.ts'
import { realSetup } from '../testing/RealSetup.ts'
import type { RealSetup } from '../testing/RealSetup.ts'

/** Schedules of several requests at once; see `Interleavings`. Before a release, or after a change of the scheduler: 10000, in some minutes. */
const schedules = Number(process.env['LLAVA_DESK_INTERLEAVINGS'] ?? 2000)
/** Name it to run the same schedules again; how they meet the engine's steps differs from run to run. */
const seed = Number(process.env['LLAVA_DESK_SEED'] ?? Date.now() % 1_000_000)

let setup: RealSetup
let contexts: NativeContext[]
beforeAll(async () => {
  setup = await realSetup()
  contexts = await Promise.all([setup.createContext({ sequences: 1 }), setup.createContext({ sequences: 1 })])
  await contexts[1]?.setAdapters([{ adapter: setup.adapter, scale: 1 }])
})
afterAll(async () => {
  for (const context of contexts) await context.dispose()
  await setup.dispose()
})

it(
  'gives every answer as it is given alone, however requests meet',
  async () => {
    const alone = contexts.map((context) => new AloneAnswers({ ...setup, context }, setup.pictures))
    const interleavings = new Interleavings(setup, alone, new Random(seed))
    const startedAt = performance.now()
    process.stdout.write(`seed ${seed}\n`)
    for (let schedule = 0; schedule < schedules; schedule++) if (!(await interleavings.run())) break
    const faults = await interleavings.dispose()
    const nearTies = alone.flatMap((answers) => answers.nearTies)
    const figures = { schedules, seconds: Math.round((performance.now() - startedAt) / 1000), ...interleavings.counts, prompts: alone.map(({ prompts }) => prompts), nearTies }
    process.stdout.write(`${JSON.stringify(figures)}\n`)
    expect(faults, `seed ${seed}`).toEqual([])
    expect(interleavings.counts.whole).toBeGreaterThan(schedules)
  },
  1_200_000,
)
