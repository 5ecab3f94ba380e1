import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './engine/startEngine.ts'
import { comparePlans } from './memory/plans.ts'
import { compareDrafting } from './speed/drafting.ts'
import { compareFirstToken } from './speed/firstToken.ts'
import { compareOverhead } from './speed/overhead.ts'
import { compareRates } from './speed/rates.ts'
import { toRow } from './speed/statistics.ts'
import type { Comparison } from './speed/statistics.ts'

/**
 * `npm run bench`: our engine beside llama.cpp's own programs on the same libraries, alternating, on the CPU. Prints a table
 * and writes bench/results/. `--only memory` holds what loads are planned to take against what they take, and is not run unless
 * named: it needs 20 GB. Options: `--only rates,overhead,first-token,drafting,memory`, `--rounds N`, `--threads N`, `--prompt N`, `--generate N`.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'overhead,first-token,rates' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(availableParallelism()) },
    prompt: { type: 'string', default: '512' },
    generate: { type: 'string', default: '32' },
  },
})
const [rounds, threads, promptTokens, generatedTokens] = [values.rounds, values.threads, values.prompt, values.generate].map(Number) as [number, number, number, number]

const comparisons: Record<string, () => Promise<Comparison[]>> = {
  overhead: async () => await compareOverhead({ threads, rounds: Math.max(5, rounds), generatedTokens: 200 }),
  'first-token': async () => await compareFirstToken({ threads, rounds }),
  drafting: async () => await compareDrafting({ threads, rounds, generatedTokens: 2 * generatedTokens }),
  rates: async () => await compareRates({ threads, rounds, promptTokens, generatedTokens }),
  memory: comparePlans,
}

const load = loadavg()[0] ?? 0
if (load > 0.5) console.log(`The machine is busy (load ${load.toFixed(1)}); the figures will be worse for whoever runs while it is.`)

const results: Comparison[] = []
for (const name of values.only.split(',')) {
  const compare = comparisons[name]
  if (compare === undefined) throw new Error(`no comparison ${name}; there are ${Object.keys(comparisons).join(', ')}`)
  console.log(`Comparing ${name} ...`)
  results.push(...(await compare()))
}

const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${threads} threads, load ${load.toFixed(1)} at the start`
const version = (JSON.parse(readFileSync(join(root, 'node_modules', 'node-llama-cpp', 'package.json'), 'utf8')) as { version: string }).version
const table = [
  '| what | ours | theirs | ours to theirs |',
  '|---|---|---|---|',
  ...results.map(toRow).map(({ what, ours, theirs, result }) => `| ${what} | ${ours} | ${theirs} | ${result} |`),
].join('\n')
const when = new Date().toISOString()
const folder = join(root, 'bench', 'results')
mkdirSync(folder, { recursive: true })
const base = join(folder, when.replaceAll(/[:.]/g, '-'))
writeFileSync(`${base}.json`, JSON.stringify({ when, machine, nodeLlamaCpp: version, rounds, results }, null, 2))
writeFileSync(`${base}.md`, `${machine}; node-llama-cpp ${version}; medians of ${rounds} rounds or more.\n\n${table}\n`)
console.log(`\n${machine}\n\n${table}\n\nWritten to ${base}.md and .json`)
