import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../platform/testing.ts'
import { documentOf } from './testing/fakeDocuments.ts'
import { RunBench } from './testing/RunBench.ts'

const FILES = 500
const KILLS = 20
/** Of a page, in milliseconds. Together with the longest wait before a kill: all kills come before the end. */
const PACE = 10
const LONGEST_WAIT = 150
const source = fileURLToPath(new URL('testing/runProcess.ts', import.meta.url))
/** Inside the repository, where the bundle finds its packages; bundled once for all processes. */
const bundle = fileURLToPath(new URL(`../../../build/test-runs-${process.pid}`, import.meta.url))

beforeAll(async () => {
  await build({ configFile: false, logLevel: 'error', ssr: { external: true }, build: { ssr: source, outDir: bundle } })
})
afterAll(() => rmSync(bundle, { recursive: true, force: true }))

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

/** What is wrong with bad files, and what is said of them. */
const BAD = [
  { content: () => '', code: 'IMAGE_EMPTY' },
  { content: (name: string) => documentOf(name).slice(0, -1), code: 'IMAGE_DAMAGED' },
  { content: (name: string) => `Dear ${name}`, code: 'IMAGE_NOT_AN_IMAGE' },
  { content: (name: string) => `bomb ${name}`, code: 'IMAGE_TOO_MANY_PIXELS' },
  { content: (name: string) => documentOf(`torn ${name}`), code: 'IMAGE_DAMAGED' },
]

/** Every twentieth is bad, each in the way whose turn it is. */
const badness = (index: number) => (index % 20 === 7 ? BAD[Math.floor(index / 20) % BAD.length] : undefined)
const nameOf = (index: number) => `page ${index}.png`

interface Running {
  readonly ready: Promise<void>
  /** It reads its first page. */
  readonly begun: Promise<void>
  readonly over: Promise<number | null>
  readonly lines: readonly string[]
  kill(): void
}

function start(...moments: readonly string[]): Running {
  const child = spawn(process.execPath, [join(bundle, 'runProcess.js'), folder.path, String(PACE), ...moments], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const over = new Promise<number | null>((resolve) => child.on('close', resolve))
  const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const until = async (fact: string) =>
    await new Promise<void>((resolve) => {
      reader.on('line', (line) => line.startsWith(fact) && resolve())
      void over.then(() => resolve())
    })
  return { ready: until('ready'), begun: until('page'), over, lines, kill: () => void child.kill('SIGKILL') }
}

async function fill(): Promise<string> {
  const bench = new RunBench(folder.path)
  for (let index = 0; index < FILES; index += 1) bench.file(nameOf(index), badness(index)?.content(nameOf(index)) ?? documentOf(nameOf(index)))
  const id = await bench.run([bench.folder])
  await bench.dispose()
  return id
}

/** Kills one process after the other at random moments; the next is there already when one dies. Every fourth kills itself while it writes a record. */
async function killAll(...moments: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  let next = start(...moments)
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const running = next
    // Most die while they read, some before they come to that.
    await (kill % 5 === 0 ? running.ready : running.begun)
    if (kill < KILLS) next = start(...moments, ...(kill % 4 === 0 ? ['record'] : []))
    await sleep(Math.random() * LONGEST_WAIT)
    if (kill % 4 === 1 && kill > 1) await Promise.race([running.over, sleep(3000)])
    running.kill()
    expect(await running.over, `it ended by itself: ${running.lines.join(', ')}`).toBeNull()
    lines.push(...running.lines)
  }
  return lines
}

/** The pages that were begun, in a process's own words. */
const begun = (lines: readonly string[]) => lines.filter((line) => line.startsWith('page '))

function expectAllRight(id: string): void {
  const bench = new RunBench(folder.path)
  const { items, total } = bench.services.runs.items(id, 0, 1000)
  expect(total).toBe(FILES)
  const expected = Array.from({ length: FILES }, (_, index) => `${nameOf(index)} ${badness(index)?.code ?? 'done'}`)
  expect(items.map(({ name, state, error }) => `${name} ${state === 'failed' ? error?.code : state}`)).toEqual(expected)
  const records = bench.services.records.list(id, 0, 1000)
  expect(records.total).toBe(FILES - 25)
  expect(new Set(records.records.map(({ itemId }) => itemId)).size).toBe(FILES - 25)
  expect(bench.texts(id)).toEqual(expected.filter((line) => line.endsWith(' done')).map((line) => line.slice(0, -' done'.length)))
  expect(items.filter(({ state, recordId }) => (state === 'done') !== (recordId !== null))).toEqual([])
  bench.store.dispose()
}

test.each([
  { what: `${KILLS} kills at random moments`, moments: [] },
  { what: `${KILLS} kills at random moments, and an engine that dies in between`, moments: ['engine'] },
])('$what: every good page has one record, every bad one its reason, nothing is twice and nothing missing', { timeout: 300_000 }, async ({ moments }) => {
  const id = await fill()
  const lines = await killAll(...moments)
  const between = new RunBench(folder.path)
  const { counts } = between.services.runs.get(id)
  between.store.dispose()
  expect(counts.done, 'the kills came too early to show anything').toBeGreaterThan(20)
  expect(counts.waiting + counts.reading, 'the kills came too late to show anything').toBeGreaterThan(0)

  const last = start(...moments)
  expect(await last.over).toBe(0)
  expect(last.lines.at(-1)).toMatch(/^done/)
  expectAllRight(id)
  // Two are read at a time, so a death costs two readings at most, and so does that of the engine.
  const deaths = KILLS + (moments.includes('engine') ? KILLS + 1 : 0)
  expect(begun([...lines, ...last.lines]).length).toBeLessThanOrEqual(FILES - 20 + 2 * deaths)
})

test('two processes on one folder: one works, the other takes over when that one is killed', { timeout: 120_000 }, async () => {
  const id = await fill()
  const [first, second] = [start(), start()]
  await Promise.all([first.ready, second.ready])
  await Promise.race([first.begun, second.begun])
  await sleep(300)
  const [working, waiting] = begun(first.lines).length > 0 ? [first, second] : [second, first]
  expect(begun(waiting.lines)).toEqual([])
  working.kill()
  await working.over
  expect(await waiting.over).toBe(0)
  expectAllRight(id)
  expect(begun(waiting.lines).filter((line) => working.lines.includes(line)).length).toBeLessThanOrEqual(2)
})
