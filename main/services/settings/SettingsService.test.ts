import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readOnlyFolder, smallDisk, temporaryFolder } from '../../platform/testing.ts'
import { confSettings } from './confBackend.ts'
import { SettingsService } from './SettingsService.ts'

let folder: ReturnType<typeof temporaryFolder>
let path: string
beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder.path, 'settings.json')
})
afterEach(() => folder.remove())

const open = (at = path) => new SettingsService(confSettings(at), () => 123)

test('are the defaults without a file, and stay when changed', () => {
  const settings = open()
  expect(settings.get()).toMatchObject({ language: 'system', theme: 'system', model: null, engine: { backend: 'auto', threads: null } })
  settings.change({ theme: 'dark', generation: { temperature: 0.5 } })
  expect(open().get()).toMatchObject({ theme: 'dark', generation: { temperature: 0.5 }, language: 'system' })
  expect(open().notice).toBeNull()
})

test.each([
  ['no JSON', '{"theme": "dark"'],
  ['another kind of JSON', '[1, 2]'],
  ['an unknown value', '{"theme": "pink"}'],
])('a file that holds %s is kept, and the defaults hold', (_what, text) => {
  writeFileSync(path, text)
  const settings = open()
  expect(settings.notice).toMatchObject({ code: 'SETTINGS_SET_ASIDE', params: { kept: `${path}.bad-123` } })
  expect(readFileSync(`${path}.bad-123`, 'utf8')).toBe(text)
  expect(settings.get().theme).toBe('system')
  settings.change({ theme: 'light' })
  expect(open().get().theme).toBe('light')
  expect(readdirSync(folder.path).sort()).toEqual(['settings.json', 'settings.json.bad-123'])
})

test('a folder in place of the file is kept too', () => {
  mkdirSync(path)
  expect(open().notice).toMatchObject({ code: 'SETTINGS_SET_ASIDE', params: { kept: `${path}.bad-123` } })
  expect(existsSync(`${path}.bad-123`)).toBe(true)
})

test('what a newer version keeps in the file stays', () => {
  writeFileSync(path, '{"theme": "dark", "future": [1]}')
  open().change({ sidebar: false })
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ theme: 'dark', sidebar: false, future: [1] })
})

test('a file from before there were downloads is valid, and downloads have their defaults', () => {
  writeFileSync(path, '{"theme": "dark", "sidebar": false}')
  const settings = open()
  expect(settings.notice).toBeNull()
  expect(settings.get()).toMatchObject({ theme: 'dark', downloads: { hub: null, proxy: null, connections: 4 } })
  settings.change({ downloads: { hub: 'https://mirror.example/hf', proxy: 'http://user:pass@proxy.example:3128', connections: 8 } })
  expect(open().get().downloads.hub).toBe('https://mirror.example/hf')
  for (const hub of ['mirror', 'ftp://mirror.example', 'javascript:alert(1)']) {
    expect(() => settings.change({ downloads: { hub, proxy: null, connections: 4 } })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
  }
})

test('another process sees a change; a file half written by hand changes nothing', () => {
  const [one, other] = [open(), open()]
  one.change({ sidebar: false })
  expect(other.get().sidebar).toBe(false)
  writeFileSync(path, '{"sidebar": tru')
  expect(other.get().sidebar).toBe(false)
  other.change({ theme: 'dark' })
  expect(open().get()).toMatchObject({ theme: 'dark', sidebar: false })
  expect(readFileSync(`${path}.bad-123`, 'utf8')).toBe('{"sidebar": tru')
})

test('what is not valid is refused', () => {
  expect(() => open().change({ generation: { temperature: -1 } })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
  expect(existsSync(path)).toBe(false)
})

test('a full disk is said, and the settings before are kept', (context) => {
  const disk = smallDisk(128)
  if ('reason' in disk) return context.skip(disk.reason)
  try {
    const settings = open(join(disk.path, 'settings.json'))
    settings.change({ theme: 'dark' })
    const full = () => writeFileSync(join(disk.path, 'filler'), Buffer.alloc(4096), { flag: 'a' })
    expect(() => {
      for (;;) full()
    }).toThrow('ENOSPC')
    expect(() => settings.change({ theme: 'light' })).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    expect(settings.get().theme).toBe('dark')
  } finally {
    disk.remove()
  }
})

test('a folder that cannot be written is said at the change, not at the start', (context) => {
  const readOnly = readOnlyFolder()
  if ('reason' in readOnly) return context.skip(readOnly.reason)
  try {
    const settings = open(join(readOnly.path, 'settings.json'))
    expect(settings.get().theme).toBe('system')
    expect(() => settings.change({ theme: 'light' })).toThrow(expect.objectContaining({ code: 'FOLDER_NOT_WRITABLE' }))
  } finally {
    readOnly.remove()
  }
})
