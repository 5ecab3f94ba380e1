import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collect: (() => void) | null = null

/**
 * Collects garbage now, and resolves when what it held is free. V8 does so when it needs room; after an unload nothing more may happen for hours, and pictures that
 * nobody refers to any more would stay in memory all that time.
 */
export async function collectGarbage(): Promise<void> {
  if (collect === null) {
    // The collector is only there in contexts made after this; the flag changes nothing for the one we are in.
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
  // Native objects are told afterwards that they are garbage, and the contents of buffers are freed on another thread, for which
  // the next collection waits.
  await setImmediate()
  collect()
}
