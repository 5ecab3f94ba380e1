import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../testing.ts'
import { dropMoved } from './compile.mjs'
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

describe('dropMoved', () => {
  test('begins anew where the clone was moved, and nowhere else', () => {
    const build = join(folder, 'cmake')
    mkdirSync(build)
    writeFileSync(join(build, 'CMakeCache.txt'), `# comment\nCMAKE_CACHEFILE_DIR:INTERNAL=${build.replaceAll('\\', '/')}\nCMAKE_COMMAND:INTERNAL=cmake\n`)
    dropMoved(build)
    expect(existsSync(build)).toBe(true)
    renameSync(build, `${build}-moved`)
    dropMoved(`${build}-moved`)
    expect(existsSync(`${build}-moved`)).toBe(false)
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
  const pace = 2
  const waiting = expect.stringContaining('Another process is building; waiting for it.') as string
  const goingOn = expect.stringContaining('no sign of life; going on') as string
  const wait = async (milliseconds: number) => await new Promise((resolve) => setTimeout(resolve, milliseconds))
  const take = async (log: (line: string) => void, body = async () => await Promise.resolve('taken')) => await withLock(lock, log, body, pace)
  /** A lock of a process that lives, this one, touched so many milliseconds ago. */
  const leaveLock = (age: number, text = JSON.stringify({ pid: process.pid, host: hostname() })) => {
    writeFileSync(lock, text)
    utimesSync(lock, new Date(Date.now() - age), new Date(Date.now() - age))
  }

  test('takes over the lock of a process that is gone, at once', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['-p', 'process.pid'])
    leaveLock(0, JSON.stringify({ pid: Number(stdout), host: hostname() }))
    const lines: string[] = []
    expect(await withLock(lock, (line) => lines.push(line), async () => await Promise.resolve('taken'), 3_600_000)).toBe('taken')
    expect(lines).toEqual([])
    expect(existsSync(lock)).toBe(false)
  })

  test('waits for one that is alive, says so, and is freed by a failure', async () => {
    const events: string[] = []
    const first = take(silent, async () => {
      // Three times as long as the patience with a silent one.
      await wait(pace * 180)
      events.push('first')
      throw new Error('first failed')
    })
    const second = take((line) => events.push(line), async () => {
      events.push('second')
      return await Promise.resolve('taken')
    })
    await expect(first).rejects.toThrow('first failed')
    await second
    expect(events).toEqual([waiting, 'first', 'second'])
  })

  test.each([
    ['untouched for an hour', () => leaveLock(3_600_000)],
    ['half written', () => leaveLock(3_600_000, '{"pid":')],
    ['untouched since the clock stood elsewhere', () => leaveLock(-3_600_000)],
    ['untouched from now on', () => leaveLock(0)],
    ['of another machine', () => leaveLock(0, JSON.stringify({ pid: 1, host: 'elsewhere' }))],
  ])('takes over one that is %s, though a process has its id', async (_what, leave) => {
    leave()
    const lines: string[] = []
    expect(await take((line) => lines.push(line))).toBe('taken')
    expect(lines).toEqual([waiting, goingOn])
    expect(existsSync(lock)).toBe(false)
  })

  test('leaves one alone that looks old and is touched: the clock has jumped', async () => {
    leaveLock(3_600_000)
    const taken = take(silent)
    let signs = 0
    while (signs++ < 100) {
      utimesSync(lock, signs, signs)
      await wait(pace)
    }
    expect(existsSync(lock)).toBe(true)
    rmSync(lock)
    expect(await taken).toBe('taken')
  })

  test('does not free what another process has taken over', async () => {
    await take(silent, async () => {
      leaveLock(0)
      return await Promise.resolve('lost')
    })
    expect(existsSync(lock)).toBe(true)
    rmSync(lock)
  })
})
