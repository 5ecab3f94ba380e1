import { join } from 'node:path'
import { EngineClient } from '../../main/engine/client/EngineClient.ts'
import { forkLauncher } from '../../main/engine/client/ForkProcess.ts'
import { silentLogger } from '../../main/platform/log.ts'
import { root } from '../engine/startEngine.ts'
import type { Comparison } from '../speed/statistics.ts'
import { planAgainstUse } from './planAgainstUse.ts'
import { memoryShapes } from './shapes.ts'

const mebibyte = 1024 ** 2

/** What is planned for each of the shapes beside what its process then takes. The largest needs 20 GB of memory. */
export async function comparePlans(): Promise<Comparison[]> {
  const results: Comparison[] = []
  for (const [name, shape] of Object.entries(memoryShapes)) {
    const engine = new EngineClient({ launcher: forkLauncher(join(root, 'out', 'main', 'engine.js')), addonFolder: join(root, 'out', 'native'), logger: silentLogger })
    try {
      const { planned, taken, ratio } = await planAgainstUse(engine, shape)
      console.log(`  ${name}: ${ratio.toFixed(3)}`)
      results.push({ what: `memory planned for ${name}`, unit: 'MiB', peer: 'what the process takes', ours: [planned / mebibyte], theirs: [taken / mebibyte], kind: 'rate' })
    } finally {
      await engine.stop()
    }
  }
  return results
}
