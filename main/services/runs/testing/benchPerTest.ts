import { afterEach, beforeEach, expect } from 'vitest'
import type { Run } from '../../../contract/domains/extraction.ts'
import { temporaryFolder } from '../../../platform/testing.ts'
import { RunBench } from './RunBench.ts'

/** Other tests may have the machine to themselves for a while. */
export const PATIENTLY = { timeout: 15_000 }

/** What each test of a file gets anew. A test that puts another bench in the place of the first disposes of that one itself. */
export interface Suite {
  readonly path: string
  bench: RunBench
  readonly stateOf: (runId: string) => Run['state']
  /** Starts reading, and resolves when the run is done or paused. */
  readonly toEnd: (runId: string) => Promise<void>
}

/** Gives each test of the file a bench on a folder of its own, there from its beginning and gone after it. Throws outside of tests. */
export function benchPerTest(): Suite {
  let folder: ReturnType<typeof temporaryFolder> | null = null
  let bench: RunBench | null = null
  beforeEach(() => {
    folder = temporaryFolder()
    bench = new RunBench(folder.path)
  })
  afterEach(async () => {
    await bench?.dispose()
    folder?.remove()
    folder = bench = null
  })
  const stateOf = (runId: string): Run['state'] => given(bench).services.runs.get(runId).state
  return {
    stateOf,
    toEnd: async (runId) => {
      given(bench).services.goOn()
      await expect.poll(() => stateOf(runId), PATIENTLY).not.toBe('running')
    },
    get path() {
      return given(folder).path
    },
    get bench() {
      return given(bench)
    },
    set bench(next) {
      bench = next
    },
  }
}

function given<T>(value: T | null): T {
  if (value === null) throw new Error('No test is running')
  return value
}
