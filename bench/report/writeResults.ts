import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../engine/startEngine.ts'
import { toRow } from '../speed/statistics.ts'
import type { Comparison } from '../speed/statistics.ts'
import { ratioChart } from './chart.ts'

/** Prints the table and writes it with all figures and a chart of the ratios to bench/results/. `machine`: what it ran on, in words. */
export function writeResults(results: readonly Comparison[], { machine, rounds }: { machine: string; rounds: number }): void {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'node-llama-cpp', 'package.json'), 'utf8')) as { version: string }
  const table = [
    '| what | ours | theirs | ours to theirs |',
    '|---|---|---|---|',
    ...results.map(toRow).map(({ what, ours, theirs, result }) => `| ${what} | ${ours} | ${theirs} | ${result} |`),
  ].join('\n')
  const when = new Date().toISOString()
  const folder = join(root, 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  const name = when.replaceAll(/[:.]/g, '-')
  const base = join(folder, name)
  writeFileSync(`${base}.json`, JSON.stringify({ when, machine, nodeLlamaCpp: version, rounds, results }, null, 2))
  writeFileSync(`${base}.svg`, ratioChart(results))
  writeFileSync(`${base}.md`, `${machine}; node-llama-cpp ${version}; medians of ${rounds} rounds or more.\n\n${table}\n\n![Ratios ours to theirs](${name}.svg)\n`)
  console.log(`\n${machine}\n\n${table}\n\nWritten to ${base}.md, .json and .svg`)
}
