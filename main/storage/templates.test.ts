import { afterEach, beforeEach, expect, test } from 'vitest'
import { dataPaths } from '../platform/paths.ts'
import { temporaryFolder } from '../platform/testing.ts'
import { Database } from './Database.ts'
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

test.each([1, 2])('a database of version %i keeps its chats and takes templates', (version) => {
  const { database } = dataPaths(folder.path)
  const db = new Database(database)
  migrate(db, migrations.slice(0, version))
  db.run(`INSERT INTO chats (id, title, created_at, updated_at) VALUES ('c', 'Kept', 1, 1)`)
  db.dispose()
  const store = open()
  expect(store.chats.list()).toMatchObject([{ id: 'c', title: 'Kept' }])
  expect(store.templates.save('t', 'T', '{}', 5, true)).toBe(true)
  expect(store.templates.list()).toEqual([{ id: 't', version: 1, title: 'T', content: '{}', savedAt: 5 }])
})

test('versions are kept, the same content makes none, and what was saved last is listed first', () => {
  const { templates } = open()
  templates.save('a', 'A', '1', 1, true)
  templates.save('b', 'B', '1', 2, true)
  expect(templates.list().map(({ id }) => id)).toEqual(['b', 'a'])
  expect(templates.save('a', 'A2', '2', 3, false)).toBe(true)
  expect(templates.save('a', 'A2', '2', 4, false)).toBe(true)
  expect(templates.save('a', 'A', '1', 5, false)).toBe(true)
  expect(templates.list().map(({ id, version, savedAt }) => [id, version, savedAt])).toEqual([['a', 3, 5], ['b', 1, 2]])
  expect(templates.versions('a').map(({ version, title }) => [version, title])).toEqual([[3, 'A'], [2, 'A2'], [1, 'A']])
  expect(templates.find('a', 2)).toMatchObject({ content: '2', savedAt: 3 })
  expect(templates.find('a')).toMatchObject({ version: 3 })
  expect(templates.find('a', 4)).toBeNull()
  expect(templates.save('gone', 'G', '1', 6, false)).toBe(false)
})

test('two processes that save one template make two versions', () => {
  const [first, second] = [open(), open()]
  first.templates.save('a', 'A', '1', 1, true)
  second.templates.save('a', 'A', '2', 2, false)
  first.templates.save('a', 'A', '3', 3, false)
  expect(second.templates.versions('a').map(({ content }) => content)).toEqual(['3', '2', '1'])
})

test('a removed one can be restored while its process lives, and is gone for good with all versions afterwards', () => {
  const [first, second] = [open(), open()]
  first.templates.save('a', 'A', '1', 1, true)
  first.templates.save('a', 'A', '2', 2, false)
  expect(first.templates.remove('a', first.lock.token, 3)).toBe(true)
  expect(first.templates.remove('a', first.lock.token, 3)).toBe(false)
  expect([first.templates.list(), first.templates.find('a'), first.templates.versions('a'), first.templates.save('a', 'A', '3', 4, false)]).toEqual([[], null, [], false])
  second.tidyUp(Date.now())
  expect(first.templates.restore('a')).toBe(true)
  expect(first.templates.find('a')).toMatchObject({ version: 2 })
  first.templates.remove('a', first.lock.token, 5)
  die(first)
  second.tidyUp(Date.now())
  expect(second.templates.restore('a')).toBe(false)
  second.templates.save('a', 'A', 'new', 6, true)
  expect(second.templates.versions('a').map(({ content }) => content)).toEqual(['new'])
})
