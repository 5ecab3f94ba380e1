import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { comparisons, usual } from './comparisons.ts'
import type { BenchOptions } from './comparisons.ts'
import { writeResults } from './report/writeResults.ts'
import { benchShapes } from './speed/models.ts'
import type { Comparison } from './speed/statistics.ts'

/**
 * `npm run bench`: ours beside llama.cpp's own programs on the same libraries, alternating, on the CPU. Prints a table and writes
 * it to bench/results/. Options: `--only chats,pages,...` or `--only all` (see comparisons.ts), `--shape tiny|small|7b|13b`, `--rounds N`,
 * `--threads N`, `--prompt N`, `--generate N`, `--pages N`, `--requests N`.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: usual.join(',') },
    shape: { type: 'string', default: 'small' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(availableParallelism()) },
    prompt: { type: 'string', default: '512' },
    generate: { type: 'string', default: '32' },
    pages: { type: 'string', default: '32' },
    requests: { type: 'string', default: '2000' },
  },
})
const shape = benchShapes.find((name) => name === values.shape)
if (shape === undefined) throw new Error(`no shape ${values.shape}; there are ${benchShapes.join(', ')}`)
const [threads, rounds, promptTokens, generatedTokens, pages, requests] = ([values.threads, values.rounds, values.prompt, values.generate, values.pages, values.requests]).map(Number) as [number, number, number, number, number, number]
const options: BenchOptions = { threads, rounds, shape, promptTokens, generatedTokens, pages, requests }
const names = values.only === 'all' ? Object.keys(comparisons) : values.only.split(',')
const unknown = names.find((name) => !(name in comparisons))
if (unknown !== undefined) throw new Error(`no comparison ${unknown}; there are ${Object.keys(comparisons).join(', ')}`)

const load = loadavg()[0] ?? 0
if (load > 0.5) console.log(`The machine is busy (load ${load.toFixed(1)}); the figures will be worse for whoever runs while it is.`)

const results: Comparison[] = []
for (const name of names) {
  console.log(`Comparing ${name} ...`)
  results.push(...(await comparisons[name]!(options)))
}
writeResults(results, { machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${threads} threads, load ${load.toFixed(1)} at the start`, rounds })
