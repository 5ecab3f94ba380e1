import { isDeepStrictEqual } from 'node:util'
import type { LoadEvent, LoadOptions } from '../protocol.ts'
import { callOptions } from './EngineConnection.ts'
import type { EngineConnection } from './EngineConnection.ts'

/** Whether two loads differ in their adapters at most, which are changed without loading the weights again. */
export function haveSameWeights(left: LoadOptions, right: LoadOptions): boolean {
  return isDeepStrictEqual({ ...left, adapters: [] }, { ...right, adapters: [] })
}

/** Changes the adapters of the loaded model; the events are those of a load. */
export async function* changeAdapters({ calls }: EngineConnection, { adapters = [] }: LoadOptions, signal: AbortSignal): AsyncGenerator<LoadEvent, void, void> {
  yield { type: 'ready', info: await calls.setAdapters({ adapters }, callOptions(signal)) }
}
