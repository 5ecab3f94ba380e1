import { afterEach, beforeEach, expect, test } from 'vitest'
import { dataPaths } from '../platform/paths.ts'
import { temporaryFolder } from '../platform/testing.ts'
import { Database } from './Database.ts'
import { RunDocumentTable } from './runDocuments.ts'
import { Store } from './Store.ts'

let folder: ReturnType<typeof temporaryFolder>
let store: Store
let db: Database
beforeEach(() => {
  folder = temporaryFolder()
  store = new Store(dataPaths(folder.path))
  db = new Database(dataPaths(folder.path).database)
})
afterEach(() => {
  db.dispose()
  store.dispose()
  folder.remove()
})

function addRun(id: string): void {
  db.run(
    `INSERT INTO runs (id, name, template_id, template_version, template, mode, per, threshold, state, created_at)
     VALUES (:id, :id, 'test', 1, '{}', 'auto', 'page', 0.8, 'done', 0)`,
    { id },
  )
}

/** Items with records; the documents are `prefix` and a number. Items that wait to be looked at again have no document of their own. */
function addRecords(run: string, prefix: string, count: number, more: { waiting?: boolean; source?: object } = {}): void {
  db.run(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
     INSERT INTO run_items (id, run_id, position, file_id, path, name, choice, sha256)
     SELECT :run || n, :run, n, :run || n, '/x', 'x', '', iif(:waiting, NULL, :prefix || n) FROM numbers`,
    { run, prefix, count, waiting: more.waiting === true ? 1 : 0 },
  )
  db.run(
    `INSERT INTO records (id, run_id, item_id, cells, small_print, provenance, to_review)
     SELECT id, run_id, id, '{}', 0, json_object('source', coalesce(json(:source), json_object('sha256', :prefix || cast(position AS INTEGER)))), 0 FROM run_items WHERE run_id = :run`,
    { run, prefix, source: more.source === undefined ? null : JSON.stringify(more.source) },
  )
}

test('unused are those that no run has, by its items or its records, whatever else these say', () => {
  for (const run of ['removed', 'read', 'waiting', 'nameless']) addRun(run)
  addRecords('removed', 'a', 4)
  addRecords('read', 'a', 1)
  addRecords('waiting', 'a', 2, { waiting: true })
  addRecords('nameless', 'x', 1, { waiting: true, source: {} })
  store.runs.remove('removed', 'somebody', 1)
  expect(store.runDocuments.unused(store.runDocuments.ofRun('removed'))).toEqual(['a3', 'a4'])
})

test('what runs have is gathered once, however many documents are asked for', () => {
  const asked: string[] = []
  const all = db.all.bind(db)
  db.all = (sql, parameters) => {
    asked.push(sql)
    return all(sql, parameters)
  }
  new RunDocumentTable(db).unused(['a'])
  expect(asked).toHaveLength(1)
  // A part that depends on the row outside of it is done anew for each: minutes for thousands beside thousands.
  const plan = all<{ detail: string }>(`EXPLAIN QUERY PLAN ${asked[0] ?? ''}`, { documents: '["a"]' }).map(({ detail }) => detail)
  expect(plan.join()).toContain('LIST SUBQUERY')
  expect(plan.join()).not.toContain('CORRELATED')
})
