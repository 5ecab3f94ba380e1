import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { LocalHub } from '../../../bench/hub/LocalHub.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Store } from '../../storage/Store.ts'

const KILLS = 20
const PIECE = 64 * 1024
const CONNECTIONS = 4
const source = fileURLToPath(new URL('testing/downloaderProcess.ts', import.meta.url))
/** Inside the repository, where the bundle finds its packages; bundled once for all processes. */
const bundle = fileURLToPath(new URL(`../../../build/test-downloader-${process.pid}`, import.meta.url))

beforeAll(async () => {
  await build({ configFile: false, logLevel: 'error', ssr: { external: true }, build: { ssr: source, outDir: bundle } })
})
afterAll(() => rmSync(bundle, { recursive: true, force: true }))

type Name = 'model.gguf' | 'mmproj.gguf'
let files: Record<Name, Buffer>
let size: number

let folder: ReturnType<typeof temporaryFolder>
let hub: LocalHub
beforeEach(async () => {
  folder = temporaryFolder()
  hub = await LocalHub.start()
})
afterEach(async () => {
  await hub.stop()
  folder.remove()
})

/** Puts both files on the hub, of so many bytes. */
function offer(model: number, projector: number): void {
  files = { 'model.gguf': randomBytes(model), 'mmproj.gguf': randomBytes(projector) }
  size = model + projector
  for (const [name, bytes] of Object.entries(files)) hub.put(`owner/name/${name}`, bytes)
}

const models = () => join(dataPaths(folder.path).models, 'owner--name')

interface Downloader {
  /** States it came to. */
  readonly lines: string[]
  kill(): void
  readonly over: Promise<number | null>
}

/** @param when The moment at which it kills itself, perhaps with a delay in milliseconds; see `downloaderProcess.ts`. */
function start(...when: readonly (string | number)[]): Downloader {
  const child = spawn(process.execPath, [join(bundle, 'downloaderProcess.js'), folder.path, hub.url, ...[PIECE, CONNECTIONS, ...when].map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const over = new Promise<number | null>((resolve) => child.on('close', resolve))
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  return { lines, kill: () => void child.kill('SIGKILL'), over }
}

/** Pieces of a file that its journal promises; all of them once it stands under its real name. */
function recorded(name: Name): ReadonlySet<number> {
  const pieces = Math.ceil(files[name].length / PIECE)
  if (existsSync(join(models(), name))) return new Set(Array.from({ length: pieces }, (_, piece) => piece))
  const journal = join(models(), `${name}.part.json`)
  return new Set(existsSync(journal) ? (JSON.parse(readFileSync(journal, 'utf8')) as { pieces: number[] }).pieces : [])
}

/** Requests for bytes from the n-th request on, as file and piece. */
function askedSince(from: number): { name: Name; piece: number; bytes: number }[] {
  return hub.seen.slice(from).flatMap(({ at, method, url, range }) => {
    if (at !== 'store' || method !== 'GET' || range === null) return []
    return [{ name: url.includes('mmproj') ? ('mmproj.gguf' as const) : ('model.gguf' as const), piece: Math.floor(range[0] / PIECE), bytes: range[1] - range[0] + 1 }]
  })
}

function expectNothingWrong(): void {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(models(), name)
    if (existsSync(path)) expect(readFileSync(path).equals(bytes), `${name} is wrong under its real name`).toBe(true)
  }
}

/** Runs until `hub` has sent so many bytes, then kills. What was recorded before must not be asked for again. */
async function runAndKill(afterBytes: number): Promise<void> {
  const before = { 'model.gguf': recorded('model.gguf'), 'mmproj.gguf': recorded('mmproj.gguf') }
  const from = hub.seen.length
  let sent = 0
  const downloader = start()
  hub.onBody = (bytes) => {
    sent += bytes
    if (sent >= afterBytes) downloader.kill()
  }
  const code = await downloader.over
  hub.onBody = () => undefined
  expect(code, `it ended by itself: ${downloader.lines.join(' ')}`).toBeNull()
  expect(askedSince(from).filter(({ name, piece }) => before[name].has(piece))).toEqual([])
  expectNothingWrong()
}

test(`${KILLS} kills at random moments: each time it goes on, and ends byte for byte equal`, { timeout: 300_000 }, async () => {
  offer(16 * 1024 * 1024, 2 * 1024 * 1024)
  // Together less than the file, so that none can come after the end.
  for (let kill = 0; kill < KILLS; kill += 1) await runAndKill(Math.random() * (size / (KILLS + 1)))
  const asked = askedSince(0).reduce((sum, { bytes }) => sum + bytes, 0)
  expect(recorded('model.gguf').size, 'the kills came too early to show anything').toBeGreaterThan(0)

  await expectToEndRight()
  const total = askedSince(0).reduce((sum, { bytes }) => sum + bytes, 0)
  expect(asked).toBeLessThanOrEqual(size + KILLS * CONNECTIONS * PIECE)
  expect(total).toBeLessThanOrEqual(size + KILLS * CONNECTIONS * PIECE)
})

test('a kill between the bytes: it goes on all the same, and nothing whole is fetched again', { timeout: 120_000 }, async () => {
  offer(800_000, 200_000)
  // Claimed, and nothing asked yet; whole and checked, but without its name; both files named, but not in the list; in the list,
  // while the queue does not know.
  for (const moment of ['claimed', 'checked', 'named', 'taken']) {
    const downloader = start(moment)
    expect(await downloader.over, `it was never ${moment}: ${downloader.lines.join(' ')}`).toBeNull()
    expectNothingWrong()
    expect(existsSync(join(models(), 'model.gguf')), moment).toBe(moment === 'named' || moment === 'taken')
  }
  await expectToEndRight()
  expect(askedSince(0).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(size)
})

test('kills around the moment a file gets its name', { timeout: 120_000 }, async () => {
  offer(200_000, 100_000)
  for (let kill = 0; kill < 10; kill += 1) {
    rmSync(folder.path, { recursive: true, force: true })
    await start('checked', 1 + Math.floor(Math.random() * 8)).over
    expectNothingWrong()
    await expectToEndRight()
  }
})

test('two processes on one folder: one works, the other takes over when that one is killed', { timeout: 120_000 }, async () => {
  offer(800_000, 200_000)
  hub.fault('owner/name/mmproj.gguf', { breakAfter: { bytes: 1000, how: 'stall' } })
  const stalled = new Promise<void>((resolve) => (hub.onBody = () => hub.seen.some(({ method, url }) => method === 'GET' && url.includes('mmproj')) && resolve()))
  const working = start()
  await stalled
  const waiting = start()
  await expect.poll(() => waiting.lines.length, { timeout: 60_000 }).toBeGreaterThan(0)
  expect(existsSync(join(models(), 'model.gguf'))).toBe(true)
  // It has come as far as it can: nothing was asked for twice.
  const asked = askedSince(0).map(({ name, piece }) => `${name} ${piece}`)
  expect(asked).toEqual([...new Set(asked)])
  const from = hub.seen.length
  hub.fault('owner/name/mmproj.gguf', {})
  working.kill()
  expect(await working.over, working.lines.join(' ')).toBeNull()
  expect(await waiting.over).toBe(0)
  expect(askedSince(from).filter(({ name }) => name === 'model.gguf')).toEqual([])
  await expectToEndRight()
})

/** Runs to the end, unless that was reached before. */
async function expectToEndRight(): Promise<void> {
  const last = start()
  expect(await last.over).toBe(0)
  expect(last.lines.at(-1)).toBe('done')
  for (const [name, bytes] of Object.entries(files)) expect(readFileSync(join(models(), name)).equals(bytes)).toBe(true)
  expect(readdirSync(models()).sort()).toEqual(['mmproj.gguf', 'model.gguf'])
  const store = new Store(dataPaths(folder.path))
  expect(store.downloads.list()).toMatchObject([{ state: 'done', worker: null }])
  expect(store.installedModels.list()).toMatchObject([{ files: { model: join(models(), 'model.gguf'), projector: join(models(), 'mmproj.gguf') } }])
  store.dispose()
}
