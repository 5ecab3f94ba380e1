import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dataPaths, modelFile } from '../platform/paths.ts'
import { temporaryFolder } from '../platform/testing.ts'
import { Database } from './Database.ts'
import type { DownloadFile } from './downloads.ts'
import type { InstalledModelRow } from './installedModels.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { Store } from './Store.ts'

let folder: ReturnType<typeof temporaryFolder>
const opened: Store[] = []

beforeEach(() => (folder = temporaryFolder()))
afterEach(() => {
  for (const store of opened.splice(0)) store.dispose()
  folder.remove()
})

function open(): Store {
  const store = new Store(dataPaths(folder.path))
  opened.push(store)
  return store
}

/** The end of a process: its lock goes, its rows stay. */
function die(store: Store): void {
  opened.splice(opened.indexOf(store), 1)
  store.dispose()
}

const alive = (store: Store) => (token: string) => store.lock.isAlive(token)
const file: DownloadFile = { repository: 'a/b', revision: 'main', path: 'm.gguf', role: 'model', bytes: 10, sha256: null, received: 0, made: false }
const request = { type: 'repository', repository: 'a/b', revision: 'main', model: 'm.gguf', projector: null } as const
const add = (store: Store, id: string) => store.downloads.add({ id, name: id, request, files: [file] }, 1)
const claim = (store: Store) => store.downloads.claim(store.lock.token, alive(store))
const model = (id: string, path: string, more: Partial<InstalledModelRow> = {}): InstalledModelRow => ({
  id, name: id, files: { model: path, projector: null }, adapters: [], template: null, source: 'download', catalogue: null, repository: null, addedAt: 1, ...more,
})

test('a database of version 1 keeps its chats and takes models', () => {
  const { database } = dataPaths(folder.path)
  const db = new Database(database)
  migrate(db, migrations.slice(0, 1))
  db.run(`INSERT INTO chats (id, title, created_at, updated_at) VALUES ('c', 'Kept', 1, 1)`)
  db.dispose()
  const store = open()
  expect(store.chats.list()).toMatchObject([{ id: 'c', title: 'Kept' }])
  expect(store.installedModels.add(model('m', '/m.gguf'))).toBe('m')
  expect(store.installedModels.list()).toEqual([model('m', '/m.gguf')])
})

describe('the queue of downloads', () => {
  test('gives one download at a time to one process, oldest first', () => {
    const [first, second] = [open(), open()]
    add(first, 'one')
    add(second, 'two')
    expect(claim(first)).toMatchObject({ id: 'one', state: 'checking', worker: first.lock.token })
    expect(claim(second)).toBeNull()
    expect(claim(first)).toBeNull()
    first.downloads.end('one', first.lock.token, [{ ...file, received: 10, made: true }], { state: 'done', installed: 'x' })
    expect(first.downloads.find('one')).toMatchObject({ state: 'done', installed: 'x', worker: null, files: [{ received: 10, made: true }] })
    expect(claim(second)).toMatchObject({ id: 'two' })
  })

  test('what a dead process worked on goes to the next one', () => {
    const [first, second] = [open(), open()]
    add(first, 'one')
    claim(first)
    first.downloads.save('one', first.lock.token, { state: 'running', files: [{ ...file, received: 5 }], bytesPerSecond: 7 })
    die(first)
    expect(claim(second)).toMatchObject({ id: 'one', worker: second.lock.token, bytesPerSecond: null, files: [{ received: 5 }] })
  })

  test('a wish reaches the worker, and holds when the worker dies before it obeys', () => {
    const [worker, other] = [open(), open()]
    add(worker, 'one')
    claim(worker)
    const save = () => worker.downloads.save('one', worker.lock.token, { state: 'running', files: [file], bytesPerSecond: null })
    expect(save()).toBeNull()
    other.downloads.pause('one', alive(other))
    expect(save()).toBe('pause')
    other.downloads.resume('one')
    expect(save()).toBeNull()
    other.downloads.pause('one', alive(other))
    die(worker)
    expect(claim(other)).toBeNull()
    expect(other.downloads.find('one')).toMatchObject({ state: 'paused', wish: null, worker: null })
    other.downloads.resume('one')
    expect(claim(other)).toMatchObject({ id: 'one' })
  })

  test('a stopped one is paused where that was the wish, else it waits again', () => {
    const store = open()
    add(store, 'one')
    claim(store)
    store.downloads.end('one', store.lock.token, [file], { state: 'stopped' })
    expect(store.downloads.find('one')?.state).toBe('queued')
    claim(store)
    store.downloads.pause('one', alive(store))
    store.downloads.end('one', store.lock.token, [file], { state: 'stopped' })
    expect(store.downloads.find('one')).toMatchObject({ state: 'paused', wish: null })
  })

  test('cancelling takes a waiting one away at once, and asks the worker of a running one', () => {
    const [worker, other] = [open(), open()]
    add(worker, 'one')
    add(worker, 'two')
    claim(worker)
    expect(other.downloads.cancel('two', alive(other))).toMatchObject({ id: 'two' })
    expect(other.downloads.cancel('one', alive(other))).toBeNull()
    expect(worker.downloads.find('one')?.wish).toBe('cancel')
    die(worker)
    expect(other.downloads.cancel('one', alive(other))).toMatchObject({ id: 'one' })
    expect(other.downloads.list()).toEqual([])
  })

  test('a resumed one goes to the end; a failed one keeps its error until then', () => {
    const store = open()
    add(store, 'one')
    claim(store)
    store.downloads.end('one', store.lock.token, [file], { state: 'failed', error: { code: 'HUB_BUSY', params: { host: 'h', seconds: 3 } } })
    expect(store.downloads.find('one')).toMatchObject({ state: 'failed', error: { code: 'HUB_BUSY', params: { seconds: 3 } } })
    add(store, 'two')
    store.downloads.resume('one')
    expect(store.downloads.find('one')?.error).toBeNull()
    expect(claim(store)?.id).toBe('two')
  })
})

describe('models at hand', () => {
  test('a file that is taken in again keeps its entry and what the person chose', () => {
    const store = open()
    store.installedModels.add(model('one', '/m.gguf'))
    store.installedModels.change('one', { name: 'Mine', template: 'chatml', adapters: [{ path: '/a.gguf', scale: 0.5 }] })
    const again = model('two', '/m.gguf', { files: { model: '/m.gguf', projector: '/p.gguf' }, catalogue: { model: 'c', variant: 'v' }, repository: 'a/b' })
    expect(store.installedModels.add(again)).toBe('one')
    expect(store.installedModels.list()).toMatchObject([
      { id: 'one', name: 'Mine', template: 'chatml', adapters: [{ path: '/a.gguf', scale: 0.5 }], files: { projector: '/p.gguf' }, catalogue: { model: 'c', variant: 'v' } },
    ])
  })

  test('are listed newest first, and forgotten', () => {
    const store = open()
    store.installedModels.add(model('old', '/m.gguf', { adapters: [{ path: '/a.gguf', scale: 1 }], addedAt: 1 }))
    store.installedModels.add(model('new', '/n.gguf', { files: { model: '/n.gguf', projector: '/p.gguf' }, addedAt: 2 }))
    expect(store.installedModels.list().map(({ id }) => id)).toEqual(['new', 'old'])
    expect(store.installedModels.change('new', { projector: null })?.files.projector).toBeNull()
    expect(store.installedModels.change('gone', { name: 'x' })).toBeNull()
    expect(store.installedModels.remove('old')).toBe(true)
    expect(store.installedModels.remove('old')).toBe(false)
    expect(store.installedModels.find('old')).toBeNull()
  })
})

test('a checksum is learnt for the revision that was asked for', () => {
  const { checksums } = open()
  checksums.learn(file, 'a'.repeat(64), 1)
  expect(checksums.find(file)).toBe('a'.repeat(64))
  expect(checksums.find({ ...file, revision: 'other' })).toBeNull()
  checksums.learn(file, 'b'.repeat(64), 2)
  expect(checksums.find(file)).toBe('b'.repeat(64))
})

test.each([
  ['owner/name', 'model.gguf', 'owner--name/model.gguf'],
  ['owner/name', 'Q4_K_M/model-00001-of-00002.gguf', 'owner--name/Q4_K_M/model-00001-of-00002.gguf'],
  ['owner/name', 'a:b?<c>|"d"*.gguf', 'owner--name/a_b__c___d__.gguf'],
  ['owner/name', 'con.gguf', 'owner--name/con_.gguf'],
  ['owner/name', 'folder. /nul', 'owner--name/folder__/nul_'],
  ['owner/..', '../../x', 'owner--__/__/__/x'],
])('%s %s lies at models/%s', (repository, path, expected) => {
  expect(modelFile('/models', repository, path)).toBe(join('/models', expected))
})
