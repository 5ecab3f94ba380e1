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

const files = { 'model.gguf': randomBytes(16 * 1024 * 1024), 'mmproj.gguf': randomBytes(2 * 1024 * 1024) }
const size = files['model.gguf'].length + files['mmproj.gguf'].length

let folder: ReturnType<typeof temporaryFolder>
let hub: LocalHub
beforeEach(async () => {
  folder = temporaryFolder()
  hub = await LocalHub.start()
  for (const [name, bytes] of Object.entries(files)) hub.put(`owner/name/${name}`, bytes)
})
afterEach(async () => {
  await hub.stop()
  folder.remove()
})

const models = () => join(dataPaths(folder.path).models, 'owner--name')

interface Downloader {
  /** States it came to. */
  readonly lines: string[]
  kill(): void
  readonly over: Promise<number | null>
}

/** @param onLine Called with every state it comes to. */
function start(onLine: (line: string, downloader: Downloader) => void = () => undefined): Downloader {
  const child = spawn(process.execPath, [join(bundle, 'downloaderProcess.js'), folder.path, hub.url, String(PIECE), String(CONNECTIONS)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const over = new Promise<number | null>((resolve) => child.on('close', resolve))
  const downloader = { lines, kill: () => void child.kill('SIGKILL'), over }
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    onLine(line, downloader)
  })
  return downloader
}

/** Pieces of a file that its journal promises; all of them once it stands under its real name. */
function recorded(name: keyof typeof files): ReadonlySet<number> {
  const pieces = Math.ceil(files[name].length / PIECE)
  if (existsSync(join(models(), name))) return new Set(Array.from({ length: pieces }, (_, piece) => piece))
  const journal = join(models(), `${name}.part.json`)
  return new Set(existsSync(journal) ? (JSON.parse(readFileSync(journal, 'utf8')) as { pieces: number[] }).pieces : [])
}

/** Requests for bytes from the n-th request on, as file and piece. */
function askedSince(from: number): { name: keyof typeof files; piece: number; bytes: number }[] {
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
  // Together less than the file, so that none can come after the end.
  for (let kill = 0; kill < KILLS; kill += 1) await runAndKill(Math.random() * (size / (KILLS + 1)))
  const asked = askedSince(0).reduce((sum, { bytes }) => sum + bytes, 0)
  expect(recorded('model.gguf').size, 'the kills came too early to show anything').toBeGreaterThan(0)

  // And where the file is whole, and is being checked and given its name.
  for (let kill = 0; kill < 3; kill += 1) {
    const downloader = start((line, self) => (line === 'verifying' || line === 'done') && self.kill())
    await downloader.over
    expectNothingWrong()
  }
  const last = start()
  expect(await last.over).toBe(0)
  expect(last.lines.at(-1)).toBe('done')
  for (const [name, bytes] of Object.entries(files)) expect(readFileSync(join(models(), name)).equals(bytes)).toBe(true)
  expect(readdirSync(models()).sort()).toEqual(['mmproj.gguf', 'model.gguf'])

  const total = askedSince(0).reduce((sum, { bytes }) => sum + bytes, 0)
  expect(asked).toBeLessThanOrEqual(size + KILLS * CONNECTIONS * PIECE)
  expect(total).toBeLessThanOrEqual(size + (KILLS + 3) * CONNECTIONS * PIECE)
  const store = new Store(dataPaths(folder.path))
  expect(store.downloads.list()).toMatchObject([{ state: 'done', worker: null }])
  expect(store.installedModels.list()).toMatchObject([{ files: { model: join(models(), 'model.gguf'), projector: join(models(), 'mmproj.gguf') } }])
  store.dispose()
})
