import { readFileSync } from 'node:fs'
import { arch, platform, totalmem } from 'node:os'
import * as z from 'zod'
import { steppedDown, type SteppedDown } from '../../contract/domains/model.ts'
import { atomicWrite } from '../../platform/atomicWrite.ts'
import type { Logger } from '../../platform/log.ts'
import type { LoadOptions, Measurement } from '../protocol.ts'

/** The shortest context that still holds a picture of LLaVA-1.5 (576 tokens), a question and an answer. */
const shortestContext = 1024

/**
 * Which loads had to be made smaller on this machine because there was not enough memory for them. Neither call throws: at worst
 * a load fails once more before it is made smaller again.
 */
export interface MemorySteps {
  recall(options: LoadOptions): SteppedDown | null
  /** Null: forgets. */
  remember(options: LoadOptions, step: SteppedDown | null): void
}

/** For a host that keeps nothing, and for tests. */
export function noSteps(): MemorySteps {
  const steps = new Map<string, SteppedDown>()
  return { recall: (options) => steps.get(keyOf(options)) ?? null, remember: (options, step) => {
      if (step === null) steps.delete(keyOf(options))
      else steps.set(keyOf(options), step)
    } }
}

const stored = z.object({ machine: z.string(), steps: z.record(z.string(), steppedDown) })

/** Steps in a JSON file, good as long as the machine has the memory it has now. */
export function memorySteps(path: string, logger: Logger, machine = `${platform()} ${arch()} ${totalmem()}`): MemorySteps {
  const read = (): Record<string, SteppedDown> => {
    try {
      const kept = stored.parse(JSON.parse(readFileSync(path, 'utf8')))
      return kept.machine === machine ? kept.steps : {}
    } catch {
      return {} // None yet, or nothing we wrote: loads are tried in full and the file is replaced.
    }
  }
  let steps = read()
  let writing = Promise.resolve()
  return {
    recall: (options) => steps[keyOf(options)] ?? null,
    remember: (options, step) => {
      const others = Object.entries(steps).filter(([key]) => key !== keyOf(options))
      steps = Object.fromEntries(step === null ? others : [...others, [keyOf(options), step]])
      // One after the other: of two writes at the same time, either could be the last.
      writing = writing.then(async () => await atomicWrite(path, JSON.stringify({ machine, steps }))).catch((error: unknown) => logger.warn('What a load had to be made smaller to could not be kept', { error }))
    },
  }
}

/** One step down from what was tried: fewer layers on the graphics device, else half the context in half the precision. Null: there is none. */
export function smallerLoad({ gpuLayers, contextSize, kvType }: Measurement['plan']): SteppedDown | null {
  if (gpuLayers > 0) return { gpuLayers: Math.floor((gpuLayers * 2) / 3), contextSize, kvType }
  if (kvType === 'q8_0' && contextSize <= shortestContext) return null
  return { gpuLayers, contextSize: Math.min(contextSize, Math.max(shortestContext, Math.floor(contextSize / 2))), kvType: 'q8_0' }
}

/** What a load asks for. Threads and adapters do not decide whether it fits. */
function keyOf({ files, backend, contextSize, gpuLayers, kvType, projectorOnGpu }: LoadOptions): string {
  return JSON.stringify([files.model, files.projector, backend, contextSize, gpuLayers, kvType ?? null, projectorOnGpu ?? null])
}
