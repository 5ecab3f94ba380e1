import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { bundleEngine, Samples } from './realEngine.ts'

/** What a suite of the real engine works with; there from its `beforeAll` on. */
export interface EngineFolder {
  /** A path in the suite's own folder. */
  readonly at: (name: string) => string
  readonly samples: Samples
}

/** Bundles the engine, makes the sample pictures and a folder, and removes both after the suite. Called once, first in its `describe`. */
export function engineFolder(): EngineFolder {
  let folder = ''
  let samples: Samples | null = null
  beforeAll(async () => {
    await bundleEngine()
    samples = await Samples.create()
    folder = await mkdtemp(join(tmpdir(), 'llava-desk-engine-'))
  })
  afterAll(async () => {
    await samples?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    at: (name) => join(folder, name),
    get samples() {
      if (samples === null) throw new Error('the suite has not begun')
      return samples
    },
  }
}
