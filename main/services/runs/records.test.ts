import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Review } from '../../contract/domains/extraction.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Database } from '../../storage/Database.ts'
import type { RecordOrigin } from './RunPorts.ts'
import { documentOf } from './testing/fakeDocuments.ts'
import { RunBench, testOrigin, testTemplate } from './testing/RunBench.ts'

/** Other tests may have the machine to themselves for a while. */
const PATIENTLY = { timeout: 15_000 }

let folder: ReturnType<typeof temporaryFolder>
let bench: RunBench
beforeEach(() => {
  folder = temporaryFolder()
  bench = new RunBench(folder.path)
})
afterEach(async () => {
  await bench.dispose()
  folder.remove()
})

const edited = (value: string): Review => ({ state: 'edited', content: { kind: 'one', reading: { value, printed: null, confidence: 1 } } })
const run = (id: string) => bench.services.runs.get(id)

async function read(...texts: string[]): Promise<{ id: string; records: string[] }> {
  const id = await bench.run(texts.map((text) => bench.file(text, documentOf(text))))
  bench.services.goOn()
  await expect.poll(() => run(id).state, PATIENTLY).toBe('done')
  return { id, records: bench.services.records.list(id, 0, 100).records.map((record) => record.id) }
}

test('cells are reviewed and taken back; what is left to look at is counted', async () => {
  const { id, records: [sure, unsure] } = await read('1 sure', '2 unsure')
  const { records } = bench.services
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
  const { records } = bench.services
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
  for (const review of [{ state: 'accepted' }, edited('13'), { state: 'accepted' }] as const) bench.services.records.review(record!, 'text', review)
  bench.file('1 unsure', documentOf('changed'))
  bench.services.runs.retry(id, [bench.services.runs.items(id, 0, 1).items[0]!.id])
  await expect.poll(() => bench.texts(id), PATIENTLY).toEqual(['changed'])
  expect(bench.services.records.list(id, 0, 1).records[0]?.reviews).toEqual({})
})

test('a record says by which locale it was read: the one of its template, else that of the app', async () => {
  const own = new RunBench(folder.path, { locale: () => 'zh-CN', templates: { get: () => ({ ...testTemplate, template: { ...testTemplate.template, locale: 'de' } }) } })
  const plain = await own.run([own.file('1', documentOf('1'))])
  own.services.goOn()
  await expect.poll(() => own.services.runs.get(plain).state, PATIENTLY).toBe('done')
  expect(own.services.records.list(plain, 0, 1).records[0]?.provenance.locale).toBe('de')
  await own.dispose()
  const { id } = await read('2')
  expect(bench.services.records.list(id, 0, 1).records[0]?.provenance.locale).toBe('en')
})

test('a record of an earlier version, which wrote less down, is still read', async () => {
  const { id } = await read('1')
  const database = new Database(dataPaths(join(folder.path, 'data')).database)
  database.run(`UPDATE records SET provenance = json_remove(provenance, '$.adapters', '$.conversation', '$.locale', '$.model.parts')`)
  database.dispose()
  expect(bench.services.records.list(id, 0, 1).records[0]?.provenance).toMatchObject({ model: { name: 'test', parts: [] }, adapters: null, conversation: null, locale: null })
})

test('another threshold judges all cells anew', async () => {
  const { id, records: [sure, unsure] } = await read('1 sure', '2 unsure')
  bench.services.records.review(sure!, 'text', { state: 'accepted' })
  expect(bench.services.runs.setThreshold(id, 0.4).toReview).toBe(0)
  expect(bench.services.records.list(id, 1, 1).records[0]).toMatchObject({ id: unsure, cells: { total: { status: 'ok' } } })
  expect(bench.services.runs.setThreshold(id, 1).toReview).toBe(3)
  expect(bench.services.records.list(id, 0, 1).records[0]?.cells['total']?.status).toBe('unsure')
})

test('an item that is read again keeps its record until there is a new one, and with it what people wrote', async () => {
  const { id, records: [record] } = await read('1 unsure')
  const path = bench.file('1 unsure', documentOf('changed'))
  bench.services.records.review(record!, 'text', { state: 'accepted' })
  bench.services.records.review(record!, 'total', edited('13'))
  const item = bench.services.runs.items(id, 0, 1).items[0]!.id
  bench.reader.behave = () => new AppError('IMAGE_DAMAGED', { name: path, detail: 'x' })
  bench.services.runs.retry(id, [item])
  await expect.poll(() => bench.services.runs.items(id, 0, 1).items[0], PATIENTLY).toMatchObject({ state: 'done', error: { code: 'IMAGE_DAMAGED' }, recordId: record })
  expect(bench.texts(id)).toEqual(['1 unsure'])
  bench.reader.behave = () => undefined
  bench.services.runs.retry(id, [item])
  await expect.poll(() => bench.texts(id), PATIENTLY).toEqual(['changed'])
  await expect.poll(() => run(id).state, PATIENTLY).toBe('done')
  // What was accepted was another value; what was written holds.
  expect(bench.services.records.list(id, 0, 9)).toMatchObject({ total: 1, records: [{ id: record, reviews: { total: edited('13') } }] })
  expect(bench.services.records.list(id, 0, 9).records[0]?.reviews['text']).toBeUndefined()
  expect(bench.services.runs.items(id, 0, 1).items[0]).toMatchObject({ state: 'done', error: null })
})

test('all that failed are read again, and nothing else is', async () => {
  bench.reader.behave = ({ pages }) => (pages[0]?.text === '2' ? new AppError('IMAGE_DAMAGED', { name: '2', detail: 'x' }) : undefined)
  const { id } = await read('1', '2', '3')
  expect(bench.lines(id)).toEqual(['1 1 done', '2 1 failed IMAGE_DAMAGED', '3 1 done'])
  bench.reader.behave = () => undefined
  bench.services.runs.retry(id, null)
  await expect.poll(() => bench.texts(id), PATIENTLY).toEqual(['1', '2', '3'])
  expect(bench.reader.begun).toEqual(['1', '2', '3', '2'])
})

test('fields are read again from a part of the page, for somebody who waits', async () => {
  const { id, records: [record] } = await read('1 unsure')
  const region = { x: 0, y: 0, width: 0.5, height: 0.5 }
  bench.services.records.review(record!, 'total', { state: 'accepted' })
  const { signal } = new AbortController()
  const again = await bench.services.records.readAgain(record!, ['text'], region, null, signal)
  expect(bench.reader.requests.at(-1)).toMatchObject({ regions: [region], only: ['text'], priority: 'chat' })
  expect(again).toMatchObject({ id: record, reviews: { total: { state: 'accepted' } }, cells: { total: { confidence: 0.5 } } })
  await expect(bench.services.records.readAgain(record!, ['nothing'], region, null, signal)).rejects.toThrow(expect.objectContaining({ code: 'BAD_INPUT' }) as Error)
  expect(run(id).counts.done).toBe(1)
  expect(await bench.services.records.picture(again.itemId, null, signal)).toMatchObject({ width: 100, height: 100 })
  bench.file('1 unsure', documentOf('another'))
  const elsewhere = new RunBench(folder.path)
  await expect(elsewhere.services.records.readAgain(record!, ['text'], region, null, signal)).rejects.toThrow(expect.objectContaining({ code: 'RUN_FILE_CHANGED' }) as Error)
  await elsewhere.dispose()
})

test('a part is read again only by what read the rest: another model, adapter, conversation template or locale is refused', async () => {
  const { id, records: [record] } = await read('1')
  const region = { x: 0, y: 0, width: 0.5, height: 0.5 }
  const before = bench.services.records.list(id, 0, 1).records
  const again = async (services = bench.services) => await services.records.readAgain(record!, ['text'], region, null, new AbortController().signal)
  const others: [Partial<RecordOrigin>, string][] = [
    [{ model: { name: 'other', sha256: 'b'.repeat(64), parts: [] } }, 'other (bbbbbbbb)'],
    [{ projector: { name: 'eyes', sha256: 'c'.repeat(64) } }, 'test + eyes (cccccccc)'],
    [{ adapters: [{ name: 'style', sha256: 'd'.repeat(64), scale: 0.5 }] }, 'test + style (dddddddd) × 0.5'],
    [{ conversation: 'chatml' }, 'test + chatml'],
  ]
  for (const [other, now] of others) {
    bench.origin = { ...testOrigin, ...other }
    await expect(again()).rejects.toMatchObject({ code: 'RECORD_OTHER_MODEL', params: { now } })
  }
  const abroad = new RunBench(folder.path, { locale: () => 'de' })
  await expect(again(abroad.services)).rejects.toMatchObject({ code: 'RECORD_OTHER_MODEL', params: { begun: 'test + en', now: 'test + de' } })
  await abroad.dispose()
  expect(bench.services.records.list(id, 0, 1).records).toEqual(before)
  // A small update of the app is no other reader.
  bench.origin = { ...testOrigin, app: '0.0.1' }
  expect(await again()).toMatchObject({ id: record })
})

test('an export gets all records as they are shown', async () => {
  const { id } = await read(...Array.from({ length: 250 }, (_, index) => `${index}`))
  const { file, name } = await bench.services.runs.export(id, { format: 'json', delimiter: null, bom: false, locale: 'en', reviewedOnly: false, details: false })
  expect(name).toBe('Test.json')
  const records = JSON.parse(await file.text()) as { cells: { text: { content: { reading: { value: string } } } } }[]
  expect(records.map(({ cells }) => cells.text.content.reading.value)).toEqual(bench.texts(id))
  expect(records).toHaveLength(250)
})
