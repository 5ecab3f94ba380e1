import { join } from 'node:path'
import { documentOf } from '../../../../services/runs/testing/fakeDocuments.ts'
import type { Suite } from '../../../../services/runs/testing/benchPerTest.ts'
import { RunBench, testTemplate } from '../../../../services/runs/testing/RunBench.ts'
import { expandPatterns } from '../expandPatterns.ts'
import type { ExtractRequest, ExtractStep } from '../ExtractRun.ts'
import { readPile } from '../readPile.ts'

export type End = Extract<ExtractStep, { type: 'end' }>
export type Given = Parameters<typeof readPile>[0]

/** What `extract` does, on the bench of a suite. */
export interface PileCommand {
  /** Each command is a process of its own; here it gets a bench of its own on the same data folder. */
  readonly renew: () => Promise<void>
  /** Inputs are relative to the bench's folder of inputs. */
  readonly steps: (inputs: readonly string[], more?: Partial<ExtractRequest>, given?: Partial<Given>, signal?: AbortSignal) => AsyncIterable<ExtractStep>
  readonly extracted: (inputs: readonly string[], more?: Partial<ExtractRequest>, signal?: AbortSignal) => Promise<End>
  readonly requestOf: (inputs: readonly string[], more: Partial<ExtractRequest>) => Promise<ExtractRequest>
  /** Writes documents into the folder of inputs, each with a text of its own. */
  readonly write: (...names: readonly string[]) => void
}

export async function endOf(steps: AsyncIterable<ExtractStep>): Promise<End> {
  for await (const step of steps) if (step.type === 'end') return step
  throw new Error('no end')
}

export const namesIn = ({ result }: End): string[] => result.records.map(({ provenance }) => provenance.source.name)

export function pileCommand(suite: Suite): PileCommand {
  const requestOf = async (inputs: readonly string[], more: Partial<ExtractRequest>): Promise<ExtractRequest> => {
    const whole = inputs.map((input) => join(suite.bench.folder, input))
    return { template: 'test', mode: null, inputs: whole, paths: await expandPatterns(whole, suite.bench.folder), except: new Set(), resume: false, ...more }
  }
  const steps: PileCommand['steps'] = async function* (inputs, more = {}, given = {}, signal = new AbortController().signal) {
    const reading: Given = { store: suite.bench.store, template: testTemplate, repeated: null, runs: suite.bench.services, origin: () => Promise.resolve(suite.bench.origin), locale: 'en', ...given }
    yield* readPile(reading)(await requestOf(inputs, more), signal)
  }
  return {
    steps,
    requestOf,
    extracted: async (inputs, more, signal) => await endOf(steps(inputs, more, {}, signal)),
    renew: async () => {
      const { origin } = suite.bench
      await suite.bench.dispose()
      suite.bench = new RunBench(suite.path)
      suite.bench.origin = origin
    },
    write: (...names) => {
      for (const name of names) suite.bench.file(name, documentOf(`text of ${name}`))
    },
  }
}
