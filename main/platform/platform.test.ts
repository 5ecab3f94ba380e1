import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../contract/errors/AppError.ts'
import { atomicWrite, writeNew } from './atomicWrite.ts'
import { Broadcast } from './Broadcast.ts'
import { readError, writeError } from './fileErrors.ts'
import { createLogger, rotatingFileSink } from './log.ts'
import { nextWithin } from './nextWithin.ts'
import { Notifier } from './Notifier.ts'
import { Scope } from './Scope.ts'
import { FastClock, readOnlyFolder, smallDisk, temporaryFolder } from './testing.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

describe('atomicWrite', () => {
  test('replaces the file and leaves nothing beside it', async () => {
    const path = join(folder.path, 'a/b/file')
    await atomicWrite(path, 'old')
    await atomicWrite(path, Buffer.from('new'))
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(readdirSync(join(folder.path, 'a/b'))).toEqual(['file'])
  })

  test('many at once leave one whole file', async () => {
    const path = join(folder.path, 'file')
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000))
    await Promise.all(texts.map(async (text) => await atomicWrite(path, text)))
    expect(texts).toContain(readFileSync(path, 'utf8'))
    expect(readdirSync(folder.path)).toEqual(['file'])
  })

  test('a full disk leaves the old file', async (context) => {
    const disk = smallDisk(64)
    if ('reason' in disk) return context.skip(disk.reason)
    try {
      const path = join(disk.path, 'file')
      await atomicWrite(path, 'old')
      await expect(atomicWrite(path, Buffer.alloc(200_000))).rejects.toThrow(expect.objectContaining({ code: 'DISK_FULL', params: { path } }))
      expect(readFileSync(path, 'utf8')).toBe('old')
      expect(readdirSync(disk.path)).toEqual(['file'])
    } finally {
      disk.remove()
    }
  })

  test('a file in the place of the folder is said', async () => {
    writeFileSync(join(folder.path, 'taken'), '')
    for (const name of ['taken/file', 'taken/folder/file']) {
      await expect(atomicWrite(join(folder.path, name), 'x')).rejects.toThrow(expect.objectContaining({ code: 'FOLDER_NOT_WRITABLE' }))
    }
  })

  test('a folder that cannot be written is said', async (context) => {
    const readOnly = readOnlyFolder()
    if ('reason' in readOnly) return context.skip(readOnly.reason)
    try {
      for (const name of ['file', 'folder/file']) {
        await expect(atomicWrite(join(readOnly.path, name), 'x')).rejects.toThrow(expect.objectContaining({ code: 'FOLDER_NOT_WRITABLE' }))
      }
    } finally {
      readOnly.remove()
    }
  })
})

describe('writeNew', () => {
  const name = (of: string) => (number: number) => join(of, `file-${number}`)
  async function* pieces(count: number, size: number): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < count; index += 1) yield await Promise.resolve(Buffer.alloc(size, index))
  }

  test('takes the first free name and replaces nothing', async () => {
    writeFileSync(join(folder.path, 'file-1'), 'theirs')
    const written = await Promise.all([writeNew(name(folder.path), pieces(3, 2)), writeNew(name(folder.path), pieces(3, 2))])
    expect(written.sort()).toEqual([2, 3].map(name(folder.path)))
    for (const path of written) expect([...readFileSync(path)]).toEqual([0, 0, 1, 1, 2, 2])
    expect(readFileSync(join(folder.path, 'file-1'), 'utf8')).toBe('theirs')
    expect(readdirSync(folder.path)).toHaveLength(3)
  })

  test('leaves nothing behind where the pieces end with an error', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces(2, 10)
      throw new AppError('PROJECTOR_DAMAGED', { path: 'x', detail: 'y' })
    }
    await expect(writeNew(name(folder.path), broken())).rejects.toThrow(expect.objectContaining({ code: 'PROJECTOR_DAMAGED' }))
    expect(readdirSync(folder.path)).toEqual([])
  })

  test('a full disk and a folder that cannot be written are said', async (context) => {
    const disk = smallDisk(64)
    if ('reason' in disk) return context.skip(disk.reason)
    try {
      await expect(writeNew(name(disk.path), pieces(100, 4096))).rejects.toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
      expect(readdirSync(disk.path)).toEqual([])
      disk.readOnly(true)
      await expect(writeNew(name(disk.path), pieces(1, 1))).rejects.toThrow(expect.objectContaining({ code: 'FOLDER_NOT_WRITABLE' }))
    } finally {
      disk.remove()
    }
  })
})

test('only errors of the file system are translated', () => {
  const app = new AppError('IMAGE_EMPTY', { name: 'x' })
  for (const error of [app, new Error('x'), 'x', null]) {
    expect(writeError(error, '/p')).toBe(error)
    expect(readError(error, '/p')).toBe(error)
  }
  const system = (code: string) => Object.assign(new Error(code), { code })
  expect(readError(system('ENOENT'), '/p')).toMatchObject({ code: 'FILE_MISSING', params: { path: '/p' } })
  expect(readError(system('EACCES'), '/p')).toMatchObject({ code: 'FILE_UNREADABLE', params: { path: '/p', detail: 'EACCES' } })
})

describe('Scope', () => {
  test('undoes in reverse order, once, past failures', async () => {
    const done: number[] = []
    const scope = new Scope()
    scope.defer(() => void done.push(1))
    scope.defer(() => {
      done.push(2)
      throw new Error('second')
    })
    scope.own({
      dispose: async () => {
        await Promise.resolve()
        done.push(3)
      },
    })
    await expect(scope.dispose()).rejects.toThrow('second')
    await expect(scope.dispose()).rejects.toThrow('second')
    expect(done).toEqual([3, 2, 1])
    expect(() => scope.defer(() => undefined)).toThrow()
  })
})

describe('Notifier', () => {
  test('wakes who waits, at a change or an abort, and forgets them', async () => {
    const notifier = new Notifier()
    const leave = new AbortController()
    const waiting = [notifier.next(), notifier.next(leave.signal)]
    leave.abort()
    await waiting[1]
    expect(notifier.waiting).toBe(1)
    notifier.notify()
    await waiting[0]
    expect(notifier.waiting).toBe(0)
    await notifier.next(leave.signal)
  })
})

test('waiting for a change or a time ends with either, or with an abort, and leaves nobody waiting', async () => {
  const [notifier, clock, leave] = [new Notifier(), new FastClock(), new AbortController()]
  await nextWithin(notifier, clock, 100, leave.signal)
  for (const end of [() => notifier.notify(), () => leave.abort(), () => undefined]) {
    const waiting = nextWithin(notifier, clock, 1e9, leave.signal)
    end()
    await waiting
    expect(notifier.waiting).toBe(0)
  }
  expect(clock.slept).toEqual([100, 1e9, 1e9, 1e9])
})

describe('Broadcast', () => {
  const broadcast = () => new Broadcast<{ key: string; value: number }>(({ key }) => key)

  test('gives each reader what happens from its subscription on, merged by key', async () => {
    const facts = broadcast()
    facts.emit({ key: 'a', value: 0 })
    const reader = facts.subscribe()
    for (let value = 1; value <= 1000; value += 1) facts.emit({ key: value % 2 === 0 ? 'a' : 'b', value })
    expect([(await reader.next()).value, (await reader.next()).value]).toEqual([{ key: 'b', value: 999 }, { key: 'a', value: 1000 }])
    const next = reader.next()
    facts.emit({ key: 'c', value: 7 })
    expect((await next).value).toEqual({ key: 'c', value: 7 })
    await reader.return()
    expect(facts.readers).toBe(0)
  })

  test('ends with its signal, also before it is read, and with the source', async () => {
    const facts = broadcast()
    const leave = new AbortController()
    facts.subscribe(leave.signal)
    const waiting = facts.subscribe(leave.signal).next()
    leave.abort()
    expect((await waiting).done).toBe(true)
    facts.subscribe(leave.signal)
    expect(facts.readers).toBe(0)
    const last = facts.subscribe()
    facts.emit({ key: 'a', value: 1 })
    facts.dispose()
    expect((await last.next()).value).toEqual({ key: 'a', value: 1 })
    expect((await last.next()).done).toBe(true)
  })
})

describe('log', () => {
  test('writes from its level on, with fields and causes', () => {
    const lines: string[] = []
    const logger = createLogger([(line) => lines.push(line)], 'info', () => new Date(0))
    logger.debug('unseen')
    logger.warn('Something', { count: 2, error: new Error('outer', { cause: new TypeError('inner') }) })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^1970-01-01T00:00:00\.000Z WARN {2}Something \{"count":2,"error":"Error: outer.*Caused by: TypeError: inner/)
  })

  test('does not keep how files and chats are called', () => {
    const lines: string[] = []
    const logger = createLogger([(line) => lines.push(line)])
    const cause = new AppError('CHAT_BUSY', { chat: 'Divorce' })
    logger.warn('Failed', { error: new AppError('IMAGE_TOO_SLOW', { name: 'passport-jane.heic', seconds: 60 }, { cause }) })
    expect(lines[0]).toMatch(/IMAGE_TOO_SLOW \{\\"seconds\\":60\}[^]*CHAT_BUSY \{\}/)
    expect(lines[0]).not.toMatch(/jane|Divorce/)
  })

  test('moves a long file away and keeps the last two', () => {
    const path = join(folder.path, 'logs/main.log')
    const sink = rotatingFileSink(path, 100, 2)
    for (let line = 0; line < 50; line += 1) sink(`line ${line} ${'.'.repeat(20)}`, 'info')
    expect(readdirSync(join(folder.path, 'logs')).sort()).toEqual(['main.log', 'main.log.1', 'main.log.2'])
    expect(readFileSync(path, 'utf8')).toContain('line 49')
    rotatingFileSink(path, 100, 2)('after a restart', 'info')
    expect(readFileSync(path, 'utf8') + readFileSync(`${path}.1`, 'utf8')).toMatch(/line 49[^]*after a restart|after a restart[^]*line 49/)
  })

  test('that cannot be written stops nothing', () => {
    writeFileSync(join(folder.path, 'file'), '')
    const sink = rotatingFileSink(join(folder.path, 'file/main.log'))
    sink('x', 'info')
    mkdirSync(join(folder.path, 'other'))
    expect(existsSync(join(folder.path, 'file/main.log'))).toBe(false)
  })
})
