import { beforeAll, describe, expect, it } from 'vitest'
import { projectorShapes, writeProjector } from '../../../bench/synthetic/projector.ts'
import { writeTextModel } from '../../../bench/synthetic/textModel.ts'
import { silentLogger } from '../../platform/log.ts'
import type { LoadOptions } from '../protocol.ts'
import { EngineConnection } from './EngineConnection.ts'
import { forkLauncher } from './ForkProcess.ts'
import { engineFolder } from './testing/engineFolder.ts'
import { addonFolder, demoOptions, engineEntry, greedy } from './testing/realEngine.ts'

const rounds = 50
/**
 * What V8 compiles of our code in the first fifty rounds takes 2 to 3 MB (77 MB in all, as after two hundred): as much as is
 * allowed here for leaks, so that it would hide one. Interpreted, only these are left.
 */
const interpreted = ['--no-opt', '--no-sparkplug']
/** Fifty loads of 200 MB with a picture each, on a machine that may be busy with other things. */
const timeLimitMs = 1_200_000

describe('unloading', () => {
  const suite = engineFolder()
  const { at } = suite
  beforeAll(() => {
    writeTextModel(at('large.gguf'), { width: 768, layers: 8, heads: 12, feedForward: 2048, vocabulary: 'llama', weights: 'f16' })
    writeProjector(at('large-mmproj.gguf'), { ...projectorShapes.tiles, width: 512, heads: 8, feedForward: 2048, blocks: 12, output: 768 })
  })

  it.each<[name: string, options: () => LoadOptions]>([
    ['the demo model', () => demoOptions],
    ['a model of 200 MB', () => ({ ...demoOptions, isDemo: false, files: { model: at('large.gguf'), projector: at('large-mmproj.gguf') }, contextSize: 1024 })],
  ])('gives the memory of %s back, fifty times over', async (name, options) => {
    const connection = new EngineConnection(forkLauncher(engineEntry, interpreted).spawn({ args: [JSON.stringify({ addonFolder })], env: { PATH: process.env['PATH'] ?? '' } }), silentLogger)
    const series: number[] = []
    try {
      for (let round = 0; round < rounds; round++) {
        for await (const event of await connection.calls.load(options())) expect(['progress', 'ready']).toContain(event.type)
        for await (const event of await connection.calls.generate(greedy(suite.samples.prompt('receipt-1.png', 'What is the total?'), { maxTokens: 2 }))) expect(event.type).toBeTruthy()
        await connection.calls.unload()
        series.push((await connection.calls.memory()).resident)
      }
    } finally {
      await connection.stop(0)
    }
    process.stdout.write(`resident after each unload of ${name}, MiB: ${series.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(' ')}\n`)
    // 2 MB and more come and go (garbage not yet swept, ends of heaps), so the least is compared, which holds the least of them. A leak
    // adds up over all fifty: 0.05 MB a round would show.
    expect(Math.min(...series.slice(-10)) / Math.min(...series.slice(0, 5))).toBeLessThan(1.03)
  }, timeLimitMs)
})
