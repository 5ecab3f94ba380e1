import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../testing.ts'
import { ensureAddon } from './ensureAddon.mjs'
import { withLock } from './lock.mjs'
import { findTools } from './tools.mjs'

const folder = mkdtempSync(join(tmpdir(), 'llava-desk-build-'))
const outDir = join(folder, 'native')
const silent = () => undefined

beforeAll(async () => {
  await ensureAddon({ root: ROOT, log: silent })
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('ensureAddon', () => {
  test('installs a file for a variant, and leaves it alone the next time', async () => {
    const first = await ensureAddon({ root: ROOT, log: silent, variants: ['cpu'], outDir })
    const { mtimeMs } = statSync(first.addons['cpu']!)
    const second = await ensureAddon({ root: ROOT, log: silent, variants: ['cpu'], outDir })
    expect(first.addons).toEqual({ cpu: join(outDir, 'cpu', 'llava-desk.node') })
    expect([first.built, second.built]).toEqual([true, false])
    expect(statSync(first.addons['cpu']!).mtimeMs).toBe(mtimeMs)
  })

  test('replaces an addon whose stamp is missing or of something else', async () => {
    for (const spoil of [() => rmSync(join(outDir, 'cpu', 'stamp.json')), () => writeFileSync(join(outDir, 'cpu', 'stamp.json'), '{"hash":"0"}')]) {
      spoil()
      writeFileSync(join(outDir, 'cpu', 'llava-desk.node'), 'half an addon')
      expect((await ensureAddon({ root: ROOT, log: silent, variants: ['cpu'], outDir })).built).toBe(true)
      expect(readFileSync(join(outDir, 'cpu', 'llava-desk.node')).subarray(1, 4).toString()).not.toBe('alf')
    }
  })

  test('lets two that start together build one after the other', async () => {
    const other = join(folder, 'together')
    const builds = await Promise.all([1, 2].map(async () => await ensureAddon({ root: ROOT, log: silent, variants: ['cpu'], outDir: other })))
    expect(builds.filter(({ built }) => built)).toHaveLength(1)
    expect(existsSync(join(other, 'cpu', 'llava-desk.node'))).toBe(true)
  })

  test('refuses a patch that does not exist, and one left out of the product', async () => {
    await expect(ensureAddon({ root: ROOT, log: silent, withoutPatches: ['99-nothing'], outDir })).rejects.toThrow('There is no patch named 99-nothing.patch')
    await expect(ensureAddon({ root: ROOT, log: silent, withoutPatches: ['01-cls-first'] })).rejects.toThrow('outDir')
  })

  test('says which libraries are missing', async () => {
    const root = join(folder, 'empty')
    mkdirSync(root)
    await expect(ensureAddon({ root, log: silent })).rejects.toMatchObject({ code: 'NO_LIBRARIES' })
  })
})

describe('findTools', () => {
  test('names all that is missing, and what to install', () => {
    const path = process.env['PATH']
    process.env['PATH'] = folder
    try {
      expect(() => findTools()).toThrow(/needs a C\+\+ compiler, CMake, git, make or ninja\.[^]*apt install build-essential cmake git[^]*dnf[^]*xcode-select --install[^]*winget/)
      expect(() => findTools()).toThrow(expect.objectContaining({ code: 'TOOL_MISSING' }) as Error)
    } finally {
      process.env['PATH'] = path
    }
  })
})

describe('withLock', () => {
  const lock = join(folder, 'lock')

  test('takes over the lock of a process that is gone', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid'])
    writeFileSync(lock, JSON.stringify({ pid: Number(stdout), host: hostname() }))
    expect(await withLock(lock, silent, async () => await Promise.resolve('taken'))).toBe('taken')
    expect(existsSync(lock)).toBe(false)
  })

  test('waits for one that is alive, says so, and is freed by a failure', async () => {
    const events: string[] = []
    const first = withLock(lock, silent, async () => {
      await new Promise((resolve) => setTimeout(resolve, 400))
      events.push('first')
      throw new Error('first failed')
    })
    const second = withLock(lock, (line) => events.push(line), async () => {
      events.push('second')
      await Promise.resolve()
    })
    await expect(first).rejects.toThrow('first failed')
    await second
    expect(events).toEqual(['Another process is building the image engine; waiting for it.', 'first', 'second'])
  })
})
