import { expect, it } from 'vitest'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import type { ExtractionRecord } from '../../../main/contract/domains/extraction.ts'
import { deferred } from '../transport/deferred.ts'
import { pageSize, RunRecords } from './RunRecords.svelte.ts'
import { cellOf, recordOf } from './testing/records.ts'

const idsOf = (count: number, prefix = 'r') => Array.from({ length: count }, (_, at) => `${prefix}${at}`)
const record = (id: string): ExtractionRecord => recordOf(id, { total: cellOf(1) })

/** Services whose records the test changes. */
function recordsOf(ids: readonly string[]) {
  const services = { records: ids.map(record), asked: [] as number[] }
  const store = new RunRecords((from, count) => {
    services.asked.push(from)
    return Promise.resolve({ records: services.records.slice(from, from + count), total: services.records.length })
  })
  return { services, store, shown: () => store.list.map(({ id }) => id) }
}

it('reads all records, page by page', async () => {
  const { services, store, shown } = recordsOf(idsOf(2 * pageSize + 3))
  await store.read(false)
  expect([shown(), services.asked]).toEqual([idsOf(2 * pageSize + 3), [0, pageSize, 2 * pageSize]])
})

it('reads on where records have come behind the others', async () => {
  const { services, store, shown } = recordsOf(idsOf(300))
  await store.read(false)
  services.asked = []
  services.records.push(...idsOf(5, 'new').map(record))
  await store.read(false)
  expect([shown(), services.asked]).toEqual([[...idsOf(300), ...idsOf(5, 'new')], [299]])
})

it('reads everything anew where records have come between the others, or left', async () => {
  const { services, store, shown } = recordsOf(idsOf(10))
  await store.read(false)
  services.records.splice(4, 0, record('between'))
  await store.read(false)
  expect(shown()).toEqual(services.records.map(({ id }) => id))
  services.records.splice(0, 6)
  await store.read(false)
  expect(shown()).toEqual(services.records.map(({ id }) => id))
})

it('keeps what was put in while an older answer was on its way', async () => {
  const answers = [deferred<ExtractionRecord[]>(), deferred<ExtractionRecord[]>()]
  let asked = 0
  const store = new RunRecords(async () => {
    const records = await (answers[asked++]?.promise ?? [])
    return { records, total: records.length }
  })
  const first = store.read(false)
  answers[0]?.resolve([record('a'), record('b')])
  await first
  const again = store.read(true)
  store.put({ ...record('a'), reviews: { total: { state: 'accepted' } } })
  answers[1]?.resolve([record('a'), record('b')])
  await again
  expect(store.list.map(({ reviews }) => reviews)).toEqual([{ total: { state: 'accepted' } }, {}])
})

it('keeps what was read where a later page fails, and says why', async () => {
  let fail = false
  const store = new RunRecords((from) => (fail ? Promise.reject(new AppError('DATABASE_DAMAGED', { path: '/db', kept: '' })) : Promise.resolve({ records: from === 0 ? [record('a')] : [], total: 1 })))
  await store.read(false)
  fail = true
  await store.read(true)
  expect([store.list.length, store.error?.code]).toEqual([1, 'DATABASE_DAMAGED'])
  fail = false
  await store.read(true)
  expect(store.error).toBeNull()
})

it('reads again once for all that asked meanwhile', async () => {
  const { services, store } = recordsOf(['a'])
  await Promise.all([store.read(false), store.read(false), store.read(true), store.read(false)])
  expect(services.asked).toEqual([0, 0])
})
