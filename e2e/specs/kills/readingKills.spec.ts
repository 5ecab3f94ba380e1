import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Run, RunItem } from '../../../main/contract/domains/extraction.ts'
import { Connection } from '../../support/connect.ts'
import { badDocuments, receiptName, truthOf, writeReceipts } from '../../support/documents.ts'
import { environment } from '../../support/environment.ts'
import { expect, test } from '../../support/fixtures.ts'
import { root } from '../../support/hosts.ts'
import { addressLine, startServer } from '../../support/launchBrowserHost.ts'
import { enginesBelow, Process } from '../../support/Process.ts'
import { runCommand } from '../../support/runCommand.ts'

/** `LLAVA_DESK_PAGES=500 LLAVA_DESK_BAD=25 LLAVA_DESK_KILLS=20` is what was promised; the default is what a suite has time for. */
const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
const pages = number('LLAVA_DESK_PAGES', 40), bad = number('LLAVA_DESK_BAD', 5), kills = number('LLAVA_DESK_KILLS', 4)
/** Between the moment when the engine works and a kill, in milliseconds; with the start of the program, that many kills end before the pages do. */
const longest = number('LLAVA_DESK_KILL_WITHIN', 3000)

const pause = async (milliseconds: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Resolves with the engine's processes as soon as there are some; with none where the program ends before. */
async function untilEngines(program: Process): Promise<number[]> {
  while (program.running) {
    const engines = enginesBelow(program.pid)
    if (engines.length > 0) return engines
    await pause(50)
  }
  return []
}

/** All runs of the data folder. */
async function runsOf({ client }: Connection): Promise<readonly Run[]> {
  for await (const runs of await client.runs.watch()) return runs
  throw new Error('no list of runs came')
}

/** Everything in a run's queue, as an app on the same folder sees it. */
async function itemsOf({ client }: Connection, run: string): Promise<RunItem[]> {
  const all: RunItem[] = []
  for (;;) {
    const { items, total } = await client.runs.items({ id: run, from: all.length, count: 200 })
    all.push(...items)
    if (all.length >= total) return all
  }
}

test(`${pages} pages with ${bad} bad files and ${kills} kills of app and engine: a row or a reason for each, nothing twice`, async ({}, info) => {
  test.setTimeout(60_000 + pages * 6000 + kills * 20_000)
  const data = info.outputPath('data'), pile = info.outputPath('pile'), out = info.outputPath('t.jsonl')
  mkdirSync(data, { recursive: true })
  await writeReceipts(pile, pages)
  const broken = await badDocuments(pile, bad)
  const args = ['extract', '--template', 'receipt', '--resume', '--json', '--out', out, pile]
  const start = () => new Process('llava-desk', process.execPath, [join(root, 'main/launch/llava-desk.mjs'), ...args], { env: environment(data), cwd: root })

  let program = start(), app = 0, engine = 0
  const begun = Date.now()
  for (let kill = 0; kill < kills; kill++) {
    if (!program.running) program = start()
    let engines = await untilEngines(program)
    await pause(Math.random() * longest)
    // A kill of the engine before may have brought a new one.
    engines = enginesBelow(program.pid)
    expect(program.running, `it ended before kill ${kill + 1}: give it more pages, or less time\n${program.log()}`).toBe(true)
    if (kill % 2 === 0) {
      await program.kill()
      app++
    } else {
      for (const pid of engines) process.kill(pid, 'SIGKILL')
      engine += engines.length === 0 ? 0 : 1
    }
    expect(existsSync(out), 'no table before the end').toBe(false)
  }
  await program.kill()
  const rest = await runCommand(data, args)
  const seconds = Math.round((Date.now() - begun) / 1000)

  expect(rest.code, rest.stderr).toBe(1)
  const summary = JSON.parse(rest.stdout) as { records: number; read: number; skipped: number; failed: { name: string; code: string }[] }
  expect(summary).toMatchObject({ records: pages, read: pages, skipped: 0 })
  const reasons = (all: readonly { name: string; code: string }[]) => all.map(({ name, code }) => `${name}: ${code}`).sort()
  expect(reasons(summary.failed)).toEqual(reasons(broken))
  const rows = readFileSync(out, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { values: { vendor: string }; provenance: { source: { name: string } } })
  expect(rows.map(({ provenance, values }) => [provenance.source.name, values.vendor])).toEqual(Array.from({ length: pages }, (_, index) => [receiptName(index), truthOf(index).vendor]))

  // One run, in which every page and file has come to its end once.
  const server = startServer({ dataFolder: data })
  try {
    const connection = await Connection.open((await server.waitFor(addressLine))[0])
    const runs = await runsOf(connection)
    expect(runs.map(({ state, counts }) => ({ state, counts }))).toEqual([{ state: 'done', counts: { waiting: 0, reading: 0, done: pages, failed: bad, skipped: 0 } }])
    const items = await itemsOf(connection, runs[0]!.id)
    expect(new Set(items.map(({ name }) => name)).size).toBe(pages + bad)
    expect(new Set(items.flatMap(({ recordId }) => recordId ?? [])).size).toBe(pages)
    connection.close()
  } finally {
    await server.stop()
  }
  console.log(`${pages} pages, ${bad} bad files, ${app} kills of the app and ${engine} of the engine in ${seconds} s: ${rows.length} rows, ${summary.failed.length} reasons`)
  expect(Math.min(app, engine)).toBeGreaterThan(0)
})
