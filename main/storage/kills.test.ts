import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { dataPaths } from '../platform/paths.ts'
import { temporaryFolder } from '../platform/testing.ts'
import { Store } from './Store.ts'

const KILLS = 100
const source = fileURLToPath(new URL('testing/writerProcess.ts', import.meta.url))
/** Inside the repository, where the bundle finds its packages; bundled once, since a hundred processes start from it. */
const bundle = fileURLToPath(new URL(`../../build/test-writer-${process.pid}`, import.meta.url))

beforeAll(async () => {
  await build({ configFile: false, logLevel: 'error', build: { ssr: source, outDir: bundle } })
})
afterAll(() => rmSync(bundle, { recursive: true, force: true }))

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

interface Writer {
  readonly child: ChildProcess
  readonly ready: Promise<void>
  readonly over: Promise<void>
}

test(`${KILLS} kills at random moments lose no finished message and damage nothing`, { timeout: 600_000 }, async () => {
  const facts: string[] = []
  const start = (): Writer => {
    const child = spawn(process.execPath, [join(bundle, 'writerProcess.js'), folder.path], { stdio: ['ignore', 'pipe', 'inherit'] })
    let tellReady = () => {}
    const ready = new Promise<void>((resolve) => (tellReady = resolve))
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => (line === 'ready' ? tellReady() : facts.push(line)))
    const over = new Promise<void>((resolve) => lines.on('close', resolve))
    void over.then(tellReady)
    return { child, ready, over }
  }
  // The next process starts while the one before still writes, as a browser host beside a window does.
  let next = start()
  for (let kill = 0; kill < KILLS; kill += 1) {
    const writer = next
    if (kill < KILLS - 1) next = start()
    await writer.ready
    expect(writer.child.exitCode, 'the writer ended by itself').toBeNull()
    await sleep(Math.random() * 60)
    writer.child.kill('SIGKILL')
    await writer.over
  }

  const store = new Store(dataPaths(folder.path))
  store.tidyUp(Date.now())
  expect(store.notice).toBeNull()
  const finished = facts.filter((line) => line.startsWith('finished ')).map((line) => line.split(' '))
  expect(finished.length).toBeGreaterThan(KILLS)
  expect(facts.filter((line) => line.startsWith('stolen '))).toEqual([])
  for (const [, id = '', hash] of finished) {
    const message = store.messages.find(id)
    expect(message?.status).toBe('done')
    expect(createHash('sha256').update(message?.text ?? '').digest('hex')).toBe(hash)
  }
  const statuses = new Set(store.chats.list().flatMap((chat) => store.messages.ofChat(chat.id).map((message) => message.status)))
  expect([...statuses].sort()).toEqual(['done', 'interrupted'])
  store.dispose()
})
