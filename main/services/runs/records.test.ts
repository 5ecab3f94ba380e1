import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Review } from '../../contract/domains/extraction.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { dataPaths } from '../../platform/paths.ts'
import { Database } from '../../storage/Database.ts'
import type { RecordOrigin } from './RunPorts.ts'
import { benchPerTest, PATIENTLY } from './testing/benchPerTest.ts'
import { documentOf } from './testing/fakeDocuments.ts'
import { RunBench, testOrigin, testTemplate } from './testing/RunBench.ts'

const suite = benchPerTest()

const edited = (value: string): Review => ({ state: 'edited', content: { kind: 'one', reading: { value, printed: null, confidence: 1 } } })
const run = (id: string) => suite.bench.services.runs.get(id)

async function read(...texts: string[]): Promise<{ id: string; records: string[] }> {
  const id = await suite.bench.run(texts.map((text) => suite.bench.file(text, documentOf(text))))
  suite.bench.services.goOn()
  await expect.poll(() => run(id).state, PATIENTLY).toBe('done')
  return { id, records: suite.bench.services.records.list(id, 0, 100).records.map((record) => record.id) }
}

test('cells are reviewed and taken back; what is left to look at is counted', async () => {
  const { id, records: [sure, unsure] } = await read('1 sure', '2 unsure')
  const { records } = suite.bench.services
  expect(run(id).toReview).toBe(1)
  expect(records.review(unsure!, 'total', edited('13')).reviews).toEqual({ total: edited('13') })
  expect(run(id).toReview).toBe(0)
  expect(records.review(unsure!, 'total', { state: 'unreadable' }).reviews).toEqual({ total: { state: 'unreadable' } })
  // The model's own answer stays beside it.
  const takenBack = records.review(unsure!, 'total', null)
  expect(takenBack).toMatchObject({ cells: { total: { content: { reading: { value: '12' } } } } })
  expect(takenBack.reviews).toEqual({})
  expect(records.review(unsure!, 'total', null).reviews).toEqual({})
  expect(run(id).toReview).toBe(1)
  expect(() => records.review(sure!, 'nothing', { state: 'accepted' })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }) as Error)
  expect(() => records.review(sure!, 'text', { state: 'edited', content: { kind: 'list', items: [] } })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }) as Error)
})

test('what was reviewed again and again is kept as it is said each time, as undo and redo do', async () => {
  const { id, records: [record] } = await read('1 unsure')
  const { records } = suite.bench.services
  const kept = (review: Review | null) => {
    records.review(record!, 'total', review)
    return records.list(id, 0, 1).records[0]?.reviews['total'] ?? null
  }
  // Two edits, both undone; then both redone, and undone once more.
  for (const review of [edited('13'), edited('14'), edited('13'), null, edited('13'), edited('14'), edited('13'), null]) expect(kept(review)).toEqual(review)
  expect(run(id).toReview).toBe(1)
})

test('an edit that was undone does not come back where what had been accepted is read otherwise', async () => {
  const { id, records: [record] } = await read('1 unsure')
  for (const review of [{ state: 'accepted' }, edited('13'), { state: 'accepted' }] as const) suite.bench.services.records.review(record!, 'text', review)
  suite.bench.file('1 unsure', documentOf('changed'))
  suite.bench.services.runs.retry(id, [suite.bench.services.runs.items(id, 0, 1).items[0]!.id])
  await expect.poll(() => suite.bench.texts(id), PATIENTLY).toEqual(['changed'])
  expect(suite.bench.services.records.list(id, 0, 1).records[0]?.reviews).toEqual({})
})

test('a record says by which locale it was read: the one of its template, else that of the app', async () => {
  const own = new RunBench(suite.path, { locale: () => 'zh-CN', templates: { get: () => ({ ...testTemplate, template: { ...testTemplate.template, locale: 'de' } }) } })
  const plain = await own.run([own.file('1', documentOf('1'))])
  own.services.goOn()
  await expect.poll(() => own.services.runs.get(plain).state, PATIENTLY).toBe('done')
  expect(own.services.records.list(plain, 0, 1).records[0]?.provenance.locale).toBe('de')
  await own.dispose()
  const { id } = await read('2')
  expect(suite.bench.services.records.list(id, 0, 1).records[0]?.provenance.locale).toBe('en')
})

test('a record of an earlier version, which wrote less down, is still read', async () => {
  const { id } = await read('1')
  const database = new Database(dataPaths(join(suite.path, 'data')).database)
  database.run(`UPDATE records SET provenance = json_remove(provenance, '$.adapters', '$.conversation', '$.locale', '$.model.parts')`)
  database.dispose()
  expect(suite.bench.services.records.list(id, 0, 1).records[0]?.provenance).toMatchObject({ model: { name: 'test', parts: [] }, adapters: null, conversation: null, locale: null })
})

test('another threshold judges all cells anew', async () => {
  const { id, records: [sure, unsure] } = await read('1 sure', '2 unsure')
  suite.bench.services.records.review(sure!, 'text', { state: 'accepted' })
  expect(suite.bench.services.runs.setThreshold(id, 0.4).toReview).toBe(0)
  expect(suite.bench.services.records.list(id, 1, 1).records[0]).toMatchObject({ id: unsure, cells: { total: { status: 'ok' } } })
  expect(suite.bench.services.runs.setThreshold(id, 1).toReview).toBe(3)
  expect(suite.bench.services.records.list(id, 0, 1).records[0]?.cells['total']?.status).toBe('unsure')
})

test('an item that is read again keeps its record until there is a new one, and with it what people wrote', async () => {
  const { id, records: [record] } = await read('1 unsure')
  const path = suite.bench.file('1 unsure', documentOf('changed'))
  suite.bench.services.records.review(record!, 'text', { state: 'accepted' })
  suite.bench.services.records.review(record!, 'total', edited('13'))
  const item = suite.bench.services.runs.items(id, 0, 1).items[0]!.id
  suite.bench.reader.behave = () => new AppError('IMAGE_DAMAGED', { name: path, detail: 'x' })
  suite.bench.services.runs.retry(id, [item])
  await expect.poll(() => suite.bench.services.runs.items(id, 0, 1).items[0], PATIENTLY).toMatchObject({ state: 'done', error: { code: 'IMAGE_DAMAGED' }, recordId: record })
  expect(suite.bench.texts(id)).toEqual(['1 unsure'])
  suite.bench.reader.behave = () => undefined
  suite.bench.services.runs.retry(id, [item])
  await expect.poll(() => suite.bench.texts(id), PATIENTLY).toEqual(['changed'])
  await expect.poll(() => run(id).state, PATIENTLY).toBe('done')
  // What was accepted was another value; what was written holds.
  expect(suite.bench.services.records.list(id, 0, 9)).toMatchObject({ total: 1, records: [{ id: record, reviews: { total: edited('13') } }] })
  expect(suite.bench.services.records.list(id, 0, 9).records[0]?.reviews['text']).toBeUndefined()
  expect(suite.bench.services.runs.items(id, 0, 1).items[0]).toMatchObject({ state: 'done', error: null })
})

test('all that failed are read again, and nothing else is', async () => {
  suite.bench.reader.behave = ({ pages }) => (pages[0]?.text === '2' ? new AppError('IMAGE_DAMAGED', { name: '2', detail: 'x' }) : undefined)
  const { id } = await read('1', '2', '3')
  expect(suite.bench.lines(id)).toEqual(['1 1 done', '2 1 failed IMAGE_DAMAGED', '3 1 done'])
  suite.bench.reader.behave = () => undefined
  suite.bench.services.runs.retry(id, null)
  await expect.poll(() => suite.bench.texts(id), PATIENTLY).toEqual(['1', '2', '3'])
  expect(suite.bench.reader.begun).toEqual(['1', '2', '3', '2'])
})

test('fields are read again from a part of the page, for somebody who waits', async () => {
  const { id, records: [record] } = await read('1 unsure')
  const region = { x: 0, y: 0, width: 0.5, height: 0.5 }
  suite.bench.services.records.review(record!, 'total', { state: 'accepted' })
  const { signal } = new AbortController()
  const again = await suite.bench.services.records.readAgain(record!, ['text'], region, null, signal)
  expect(suite.bench.reader.requests.at(-1)).toMatchObject({ regions: [region], only: ['text'], priority: 'chat' })
  expect(again).toMatchObject({ id: record, reviews: { total: { state: 'accepted' } }, cells: { total: { confidence: 0.5 } } })
  await expect(suite.bench.services.records.readAgain(record!, ['nothing'], region, null, signal)).rejects.toThrow(expect.objectContaining({ code: 'BAD_INPUT' }) as Error)
  expect(run(id).counts.done).toBe(1)
  expect(await suite.bench.services.records.picture(again.itemId, null, signal)).toMatchObject({ width: 100, height: 100 })
  suite.bench.file('1 unsure', documentOf('another'))
  const elsewhere = new RunBench(suite.path)
  await expect(elsewhere.services.records.readAgain(record!, ['text'], region, null, signal)).rejects.toThrow(expect.objectContaining({ code: 'RUN_FILE_CHANGED' }) as Error)
  await elsewhere.dispose()
})

test('a part is read again only by what read the rest: another model, adapter, conversation template or locale is refused', async () => {
  const { id, records: [record] } = await read('1')
  const region = { x: 0, y: 0, width: 0.5, height: 0.5 }
  const before = suite.bench.services.records.list(id, 0, 1).records
  const again = async (services = suite.bench.services) => await services.records.readAgain(record!, ['text'], region, null, new AbortController().signal)
  const others: [Partial<RecordOrigin>, string][] = [
    [{ model: { name: 'other', sha256: 'b'.repeat(64), parts: [] } }, 'other (bbbbbbbb)'],
    [{ projector: { name: 'eyes', sha256: 'c'.repeat(64) } }, 'test + eyes (cccccccc)'],
    [{ adapters: [{ name: 'style', sha256: 'd'.repeat(64), scale: 0.5 }] }, 'test + style (dddddddd) × 0.5'],
    [{ conversation: 'chatml' }, 'test + chatml'],
  ]
  for (const [other, now] of others) {
    suite.bench.origin = { ...testOrigin, ...other }
    await expect(again()).rejects.toMatchObject({ code: 'RECORD_OTHER_MODEL', params: { now } })
  }
  const abroad = new RunBench(suite.path, { locale: () => 'de' })
  await expect(again(abroad.services)).rejects.toMatchObject({ code: 'RECORD_OTHER_MODEL', params: { begun: 'test + en', now: 'test + de' } })
  await abroad.dispose()
  expect(suite.bench.services.records.list(id, 0, 1).records).toEqual(before)
  // A small update of the app is no other reader.
  suite.bench.origin = { ...testOrigin, app: '0.0.1' }
  expect(await again()).toMatchObject({ id: record })
})

test('an export gets all records as they are shown', async () => {
  const { id } = await read(...Array.from({ length: 250 }, (_, index) => `${index}`))
  const { file, name } = await suite.bench.services.runs.export(id, { format: 'json', delimiter: null, bom: false, locale: 'en', reviewedOnly: false, details: false })
  expect(name).toBe('Test.json')
  const records = JSON.parse(await file.text()) as { cells: { text: { content: { reading: { value: string } } } } }[]
  expect(records.map(({ cells }) => cells.text.content.reading.value)).toEqual(suite.bench.texts(id))
  expect(records).toHaveLength(250)
})
