import { existsSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { dataPaths } from '../../platform/paths.ts'
import { benchPerTest, PATIENTLY } from './testing/benchPerTest.ts'
import { documentOf } from './testing/fakeDocuments.ts'
import { take } from './testing/FakeReader.ts'
import { RunBench } from './testing/RunBench.ts'

const suite = benchPerTest()
const { stateOf, toEnd } = suite

const coded = (code: string) => expect.objectContaining({ code }) as Error

describe('files join', () => {
  test('from folders in the natural order of their names; hidden ones do not; bad ones fail, each with its reason, and stop nobody', async () => {
    for (const name of ['page 10', 'page 2', 'page 1', 'sub/page 3', '.hidden', 'sub/.hidden/x']) suite.bench.file(name, documentOf(name))
    suite.bench.file('page 4', '')
    suite.bench.file('page 5', documentOf('cut').slice(0, -1))
    suite.bench.file('page 6', 'Dear all')
    suite.bench.file('page 7', documentOf('torn across'))
    const id = await suite.bench.run([suite.bench.folder, join(suite.path, 'nowhere.png')])
    await toEnd(id)
    expect(suite.bench.lines(id)).toEqual([
      'nowhere.png failed FILE_MISSING', 'page 1 1 done', 'page 2 1 done', 'page 4 failed IMAGE_EMPTY', 'page 5 failed IMAGE_DAMAGED', 'page 6 failed IMAGE_NOT_AN_IMAGE',
      'page 7 1 failed IMAGE_DAMAGED', 'page 10 1 done', 'sub/page 3 1 done',
    ])
    expect(suite.bench.texts(id)).toEqual(['page 1', 'page 2', 'page 10', 'sub/page 3'])
    expect(suite.bench.services.runs.get(id)).toMatchObject({ state: 'done', counts: { waiting: 0, reading: 0, done: 4, failed: 5, skipped: 0 }, millisecondsLeft: 0 })
    expect(suite.bench.documents.open_.size).toBeLessThanOrEqual(2)
  })

  test('page by page, those that were chosen, where their file stood in the queue', async () => {
    const paths = [suite.bench.file('a', documentOf('a1', 'a2', 'a3', 'a4')), suite.bench.file('b', documentOf('b1'))]
    const id = await suite.bench.run(paths)
    const chosen = await suite.bench.run([paths[0]!], { pages: '2-3' })
    await toEnd(id)
    await toEnd(chosen)
    expect(suite.bench.lines(id)).toEqual(['a 1 done', 'a 2 done', 'a 3 done', 'a 4 done', 'b 1 done'])
    expect(suite.bench.texts(chosen)).toEqual(['a2', 'a3'])
    // Looked at once each, and opened once for all pages.
    expect(suite.bench.documents.opened).toBe(6)
    await expect(suite.bench.services.files.addPaths(id, paths, 'last')).rejects.toThrow(coded('BAD_INPUT'))
  })

  test('as one record where a record is made per file', async () => {
    const id = await suite.bench.run([suite.bench.file('a', documentOf('a1', 'a2', 'a3'))], { per: 'file', pages: '1,3' })
    await toEnd(id)
    expect(suite.bench.lines(id)).toEqual(['a done'])
    const [record] = suite.bench.services.records.list(id, 0, 10).records
    expect(record?.cells['text']?.content).toMatchObject({ reading: { value: 'a1 + a3' } })
    expect(record?.provenance).toMatchObject({ adapters: [], conversation: 'vicuna_v1', locale: 'en', mode: 'fields', template: { id: 'test', version: 3 }, source: { name: 'a', page: 1, pages: 3, allPages: [1, 3] } })
  })

  test('by whole paths alone: one that could mean anything is refused, and nothing joins', async () => {
    const id = await suite.bench.run([])
    for (const path of ['a', './a', '../a', '~/a']) {
      await expect(suite.bench.services.files.addPaths(id, [suite.bench.file('a', documentOf('a1')), path])).rejects.toMatchObject({ code: 'PATH_NOT_WHOLE', params: { path } })
    }
    expect(suite.bench.lines(id)).toEqual([])
  })

  test('but for the one that is the table of them', async () => {
    const [, table] = [suite.bench.file('a', documentOf('a1')), suite.bench.file('table.txt', documentOf('a row'))]
    const id = await suite.bench.run([])
    expect(await suite.bench.services.files.addPaths(id, [suite.bench.folder], '', new Set([table]))).toBe(1)
    await toEnd(id)
    expect(suite.bench.lines(id)).toEqual(['a 1 done'])
  })

  test('once: the same bytes are skipped, with the name of the first', async () => {
    const id = await suite.bench.run([suite.bench.file('a', documentOf('same', 'twice')), suite.bench.file('b', documentOf('same', 'twice')), suite.bench.file('c', documentOf('other'))])
    await toEnd(id)
    await suite.bench.services.files.addPaths(id, [suite.bench.file('a', documentOf('same', 'twice'))])
    await expect.poll(() => stateOf(id), PATIENTLY).toBe('done')
    expect(suite.bench.lines(id)).toEqual(['a 1 done', 'a 2 done', 'b skipped RUN_DUPLICATE', 'c 1 done', 'a skipped RUN_DUPLICATE'])
    expect(suite.bench.services.runs.items(id, 2, 1).items[0]?.error?.params).toEqual({ name: 'b', first: 'a' })
  })

  test('as bytes, which are kept once, and go with the last item about them', async () => {
    const id = await suite.bench.run([])
    const bytes = Buffer.from(documentOf('dropped'))
    expect(await suite.bench.services.files.addFile(id, bytes, 'x.png')).toBe(1)
    await suite.bench.services.files.addFile(id, bytes, 'y.png')
    await toEnd(id)
    expect(suite.bench.lines(id)).toEqual(['x.png 1 done', 'y.png skipped RUN_DUPLICATE'])
    const stored = suite.bench.store.documents.path(suite.bench.store.documents.idOf(bytes))
    const [first, second] = suite.bench.services.runs.items(id, 0, 2).items
    suite.bench.services.runs.removeItem(first!.id)
    expect(existsSync(stored)).toBe(true)
    suite.bench.services.runs.removeItem(second!.id)
    expect(existsSync(stored)).toBe(false)
    expect(suite.bench.services.records.list(id, 0, 1).total).toBe(0)
  })

  test('and one that changed while it waited is not taken for what it was; read again, it is taken as it is', async () => {
    const paths = ['a', 'b', 'c'].map((name) => suite.bench.file(name, documentOf(name)))
    const id = await suite.bench.run(paths)
    const isLookedAt = () => suite.bench.store.runItems.page(id, 0, 9).every(({ sha256 }) => sha256 !== null)
    suite.bench.reader.behave = async (_request, signal) => {
      while (!isLookedAt()) await take(2, signal)
      suite.bench.file('c', documentOf('another'))
      return null
    }
    await toEnd(id)
    expect(suite.bench.lines(id)).toEqual(['a 1 done', 'b 1 done', 'c 1 failed RUN_FILE_CHANGED'])
    suite.bench.reader.behave = () => null
    suite.bench.services.runs.retry(id, null)
    await expect.poll(() => suite.bench.texts(id), PATIENTLY).toEqual(['a', 'b', 'another'])
  })
})

describe('a run', () => {
  const three = () => ['a', 'b', 'c'].map((name) => suite.bench.file(name, documentOf(name)))

  test('that is paused stops at once, and goes on where it was', async () => {
    suite.bench.reader.behave = async (_request, signal) => await take(suite.bench.reader.requests.length === 1 ? 0 : 60_000, signal)
    const id = await suite.bench.run(three())
    suite.bench.services.goOn()
    await expect.poll(() => suite.bench.texts(id), PATIENTLY).toEqual(['a'])
    await expect.poll(() => suite.bench.reader.active, PATIENTLY).toBe(2)
    expect(suite.bench.services.runs.pause(id)).toMatchObject({ state: 'paused', error: null, counts: { waiting: 2, reading: 0, done: 1 } })
    await expect.poll(() => suite.bench.reader.active, PATIENTLY).toBe(0)
    suite.bench.reader.behave = () => undefined
    suite.bench.services.runs.resume(id)
    await expect.poll(() => stateOf(id), PATIENTLY).toBe('done')
    expect(suite.bench.texts(id)).toEqual(['a', 'b', 'c'])
    expect(suite.bench.services.runs.items(id, 0, 9).items.map(({ attempts }) => attempts)).toEqual([0, 0, 0])
  })

  test('is read in the order that people give it', async () => {
    const id = await suite.bench.run(three())
    const ids = suite.bench.services.runs.items(id, 0, 9).items.map((item) => item.id)
    suite.bench.services.runs.move(ids[2]!, ids[0]!)
    for (let turn = 0; turn < 200; turn += 1) suite.bench.services.runs.move(ids[turn % 2]!, ids[(turn + 1) % 2]!)
    suite.bench.services.runs.move(ids[0]!, null)
    expect(suite.bench.lines(id)).toEqual(['c waiting', 'b waiting', 'a waiting'])
    suite.bench.services.runs.removeItem(ids[1]!)
    await toEnd(id)
    expect(suite.bench.texts(id)).toEqual(['c', 'a'])
    expect(() => suite.bench.services.runs.move(ids[1]!, null)).toThrow(coded('RUN_ITEM_MISSING'))
  })

  test('goes on by itself at the next start', async () => {
    suite.bench.reader.behave = async (_request, signal) => await take(60_000, signal)
    const id = await suite.bench.run(three())
    suite.bench.services.goOn()
    await expect.poll(() => suite.bench.reader.active, PATIENTLY).toBe(2)
    await suite.bench.dispose()
    suite.bench = new RunBench(suite.path)
    expect(suite.bench.services.runs.get(id).counts).toMatchObject({ waiting: 3, reading: 0 })
    await toEnd(id)
    expect(suite.bench.texts(id)).toEqual(['a', 'b', 'c'])
  })

  test('is worked on by one process at a time; another one takes over', async () => {
    const id = await suite.bench.run(three(), { isOwn: true })
    const other = new RunBench(suite.path)
    try {
      other.services.goOn()
      other.services.runs.pause(id)
      other.services.runs.resume(id)
      await expect.poll(() => other.texts(id), PATIENTLY).toEqual(['a', 'b', 'c'])
      suite.bench.reader.behave = async (_request, signal) => await take(60_000, signal)
      const second = await suite.bench.run([suite.bench.file('d', documentOf('d')), suite.bench.file('e', documentOf('e'))], { isOwn: true })
      suite.bench.services.goOn(second)
      await expect.poll(() => suite.bench.reader.active, PATIENTLY).toBe(2)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      expect(other.reader.begun).not.toContain('d')
      await suite.bench.services.dispose()
      await expect.poll(() => other.texts(second), PATIENTLY).toEqual(['d', 'e'])
    } finally {
      await other.dispose()
    }
  })

  test('is shown at every change, but not more often than a few times a second, with the time that is left', async () => {
    suite.bench.reader.behave = async (_request, signal) => await take(10, signal)
    const id = await suite.bench.run(Array.from({ length: 100 }, (_, page) => suite.bench.file(`${page}`, documentOf(`${page}`))))
    const leave = new AbortController()
    const seen = []
    const started = Date.now()
    suite.bench.services.goOn()
    for await (const [run] of suite.bench.services.runs.watch(leave.signal)) {
      seen.push(run!)
      if (run!.state === 'done') leave.abort()
    }
    expect(seen.length).toBeLessThanOrEqual((Date.now() - started) / 300 + 2)
    expect(seen[0]).toMatchObject({ id, state: 'running', millisecondsLeft: null })
    const middle = seen.find(({ counts }) => counts.done > 10 && counts.waiting > 0)
    expect(middle === undefined || (middle.millisecondsLeft !== null && middle.millisecondsLeft > 0)).toBe(true)
    expect(seen.at(-1)).toMatchObject({ state: 'done', millisecondsLeft: 0, counts: { done: 100 } })
  })

  test('reads the next page while one is read, and no more than two', async () => {
    suite.bench.reader.behave = async (_request, signal) => await take(5, signal)
    await toEnd(await suite.bench.run(Array.from({ length: 20 }, (_, page) => suite.bench.file(`${page}`, documentOf(`${page}`)))))
    expect(suite.bench.reader.most).toBe(2)
  })
})

describe('where the model changes', () => {
  test('under a page, that is read again', async () => {
    suite.bench.reader.behave = () => {
      if (suite.bench.reader.requests.length === 1) suite.bench.origin = { ...suite.bench.origin, model: { name: 'another', sha256: null, parts: [] } }
      return undefined
    }
    const id = await suite.bench.run([suite.bench.file('a', documentOf('a'))])
    await toEnd(id)
    expect(suite.bench.reader.begun).toEqual(['a', 'a'])
    expect(suite.bench.services.records.list(id, 0, 1).records[0]?.provenance.model.name).toBe('another')
  })
})

test('what belongs to nothing is said', async () => {
  await expect(suite.bench.services.files.addPaths('nowhere', ['/x'])).rejects.toThrow(coded('RUN_MISSING'))
  await expect(suite.bench.services.files.setWatched('nowhere', null)).rejects.toThrow(coded('RUN_MISSING'))
  await expect(suite.bench.services.records.picture('nowhere', null, new AbortController().signal)).rejects.toThrow(coded('RUN_ITEM_MISSING'))
  expect(() => suite.bench.services.records.review('nowhere', 'text', null)).toThrow(coded('RECORD_MISSING'))
  const id = await suite.bench.run([])
  expect(suite.bench.services.runs.get(id)).toMatchObject({ name: 'Test', state: 'running', threshold: 0.8, mode: 'fields', toReview: 0, millisecondsLeft: 0 })
  expect(new AppError('RUN_MISSING').code).toBe('RUN_MISSING')
  expect(existsSync(dataPaths(join(suite.path, 'data')).documents)).toBe(false)
  const path = suite.bench.file('gone', documentOf('gone'))
  await suite.bench.services.files.addPaths(id, [path])
  unlinkSync(path)
  await toEnd(id)
  expect(suite.bench.lines(id)).toEqual(['gone failed FILE_MISSING'])
})
