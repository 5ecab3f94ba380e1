import { existsSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { documentOf } from './testing/fakeDocuments.ts'
import { take } from './testing/FakeReader.ts'
import { RunBench } from './testing/RunBench.ts'

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

const coded = (code: string) => expect.objectContaining({ code }) as Error
const stateOf = (id: string) => bench.services.runs.get(id).state

async function toEnd(id: string): Promise<void> {
  bench.services.goOn()
  await expect.poll(() => stateOf(id), PATIENTLY).not.toBe('running')
}

describe('files join', () => {
  test('from folders in the natural order of their names; hidden ones do not; bad ones fail, each with its reason, and stop nobody', async () => {
    for (const name of ['page 10', 'page 2', 'page 1', 'sub/page 3', '.hidden', 'sub/.hidden/x']) bench.file(name, documentOf(name))
    bench.file('page 4', '')
    bench.file('page 5', documentOf('cut').slice(0, -1))
    bench.file('page 6', 'Dear all')
    bench.file('page 7', documentOf('torn across'))
    const id = await bench.run([bench.folder, join(folder.path, 'nowhere.png')])
    await toEnd(id)
    expect(bench.lines(id)).toEqual([
      'nowhere.png failed FILE_MISSING', 'page 1 1 done', 'page 2 1 done', 'page 4 failed IMAGE_EMPTY', 'page 5 failed IMAGE_DAMAGED', 'page 6 failed IMAGE_NOT_AN_IMAGE',
      'page 7 1 failed IMAGE_DAMAGED', 'page 10 1 done', 'sub/page 3 1 done',
    ])
    expect(bench.texts(id)).toEqual(['page 1', 'page 2', 'page 10', 'sub/page 3'])
    expect(bench.services.runs.get(id)).toMatchObject({ state: 'done', counts: { waiting: 0, reading: 0, done: 4, failed: 5, skipped: 0 }, millisecondsLeft: 0 })
    expect(bench.documents.open_.size).toBeLessThanOrEqual(2)
  })

  test('page by page, those that were chosen, where their file stood in the queue', async () => {
    const paths = [bench.file('a', documentOf('a1', 'a2', 'a3', 'a4')), bench.file('b', documentOf('b1'))]
    const id = await bench.run(paths)
    const chosen = await bench.run([paths[0]!], { pages: '2-3' })
    await toEnd(id)
    await toEnd(chosen)
    expect(bench.lines(id)).toEqual(['a 1 done', 'a 2 done', 'a 3 done', 'a 4 done', 'b 1 done'])
    expect(bench.texts(chosen)).toEqual(['a2', 'a3'])
    // Looked at once each, and opened once for all pages.
    expect(bench.documents.opened).toBe(6)
    await expect(bench.services.files.addPaths(id, paths, 'last')).rejects.toThrow(coded('BAD_INPUT'))
  })

  test('as one record where a record is made per file', async () => {
    const id = await bench.run([bench.file('a', documentOf('a1', 'a2', 'a3'))], { per: 'file', pages: '1,3' })
    await toEnd(id)
    expect(bench.lines(id)).toEqual(['a done'])
    const [record] = bench.services.records.list(id, 0, 10).records
    expect(record?.cells['text']?.content).toMatchObject({ reading: { value: 'a1 + a3' } })
    expect(record?.provenance).toMatchObject({ adapters: [], conversation: 'vicuna_v1', locale: 'en', mode: 'fields', template: { id: 'test', version: 3 }, source: { name: 'a', page: 1, pages: 3, allPages: [1, 3] } })
  })

  test('by whole paths alone: one that could mean anything is refused, and nothing joins', async () => {
    const id = await bench.run([])
    for (const path of ['a', './a', '../a', '~/a']) {
      await expect(bench.services.files.addPaths(id, [bench.file('a', documentOf('a1')), path])).rejects.toMatchObject({ code: 'PATH_NOT_WHOLE', params: { path } })
    }
    expect(bench.lines(id)).toEqual([])
  })

  test('but for the one that is the table of them', async () => {
    const [, table] = [bench.file('a', documentOf('a1')), bench.file('table.csv', documentOf('a row'))]
    const id = await bench.run([])
    expect(await bench.services.files.addPaths(id, [bench.folder], '', new Set([table]))).toBe(1)
    await toEnd(id)
    expect(bench.lines(id)).toEqual(['a 1 done'])
  })

  test('once: the same bytes are skipped, with the name of the first', async () => {
    const id = await bench.run([bench.file('a', documentOf('same', 'twice')), bench.file('b', documentOf('same', 'twice')), bench.file('c', documentOf('other'))])
    await toEnd(id)
    await bench.services.files.addPaths(id, [bench.file('a', documentOf('same', 'twice'))])
    await expect.poll(() => stateOf(id), PATIENTLY).toBe('done')
    expect(bench.lines(id)).toEqual(['a 1 done', 'a 2 done', 'b skipped RUN_DUPLICATE', 'c 1 done', 'a skipped RUN_DUPLICATE'])
    expect(bench.services.runs.items(id, 2, 1).items[0]?.error?.params).toEqual({ name: 'b', first: 'a' })
  })

  test('as bytes, which are kept once, and go with the last item about them', async () => {
    const id = await bench.run([])
    const bytes = Buffer.from(documentOf('dropped'))
    expect(await bench.services.files.addFile(id, bytes, 'x.png')).toBe(1)
    await bench.services.files.addFile(id, bytes, 'y.png')
    await toEnd(id)
    expect(bench.lines(id)).toEqual(['x.png 1 done', 'y.png skipped RUN_DUPLICATE'])
    const stored = bench.store.documents.path(bench.store.documents.idOf(bytes))
    const [first, second] = bench.services.runs.items(id, 0, 2).items
    await bench.services.runs.removeItem(first!.id)
    expect(existsSync(stored)).toBe(true)
    await bench.services.runs.removeItem(second!.id)
    expect(existsSync(stored)).toBe(false)
    expect(bench.services.records.list(id, 0, 1).total).toBe(0)
  })

  test('and one that changed while it waited is not taken for what it was; read again, it is taken as it is', async () => {
    const paths = ['a', 'b', 'c'].map((name) => bench.file(name, documentOf(name)))
    const id = await bench.run(paths)
    const isLookedAt = () => bench.store.runItems.page(id, 0, 9).every(({ sha256 }) => sha256 !== null)
    bench.reader.behave = async (_request, signal) => {
      while (!isLookedAt()) await take(2, signal)
      bench.file('c', documentOf('another'))
      return null
    }
    await toEnd(id)
    expect(bench.lines(id)).toEqual(['a 1 done', 'b 1 done', 'c 1 failed RUN_FILE_CHANGED'])
    bench.reader.behave = () => null
    bench.services.runs.retry(id, null)
    await expect.poll(() => bench.texts(id), PATIENTLY).toEqual(['a', 'b', 'another'])
  })
})

describe('a run', () => {
  const three = () => ['a', 'b', 'c'].map((name) => bench.file(name, documentOf(name)))

  test('that is paused stops at once, and goes on where it was', async () => {
    bench.reader.behave = async (_request, signal) => await take(bench.reader.requests.length === 1 ? 0 : 60_000, signal)
    const id = await bench.run(three())
    bench.services.goOn()
    await expect.poll(() => bench.texts(id), PATIENTLY).toEqual(['a'])
    await expect.poll(() => bench.reader.active, PATIENTLY).toBe(2)
    expect(bench.services.runs.pause(id)).toMatchObject({ state: 'paused', error: null, counts: { waiting: 2, reading: 0, done: 1 } })
    await expect.poll(() => bench.reader.active, PATIENTLY).toBe(0)
    bench.reader.behave = () => undefined
    bench.services.runs.resume(id)
    await expect.poll(() => stateOf(id), PATIENTLY).toBe('done')
    expect(bench.texts(id)).toEqual(['a', 'b', 'c'])
    expect(bench.services.runs.items(id, 0, 9).items.map(({ attempts }) => attempts)).toEqual([0, 0, 0])
  })

  test('is read in the order that people give it', async () => {
    const id = await bench.run(three())
    const ids = bench.services.runs.items(id, 0, 9).items.map((item) => item.id)
    bench.services.runs.move(ids[2]!, ids[0]!)
    for (let turn = 0; turn < 200; turn += 1) bench.services.runs.move(ids[turn % 2]!, ids[(turn + 1) % 2]!)
    bench.services.runs.move(ids[0]!, null)
    expect(bench.lines(id)).toEqual(['c waiting', 'b waiting', 'a waiting'])
    await bench.services.runs.removeItem(ids[1]!)
    await toEnd(id)
    expect(bench.texts(id)).toEqual(['c', 'a'])
    expect(() => bench.services.runs.move(ids[1]!, null)).toThrow(coded('RUN_ITEM_MISSING'))
  })

  test('that is removed takes along what was made of its documents, as far as no other run has them', async () => {
    const [a, b] = [bench.file('a', documentOf('a')), bench.file('b', documentOf('b'))]
    const [both, other] = [await bench.run([a, b]), await bench.run([b])]
    await toEnd(both)
    await expect.poll(() => stateOf(other), PATIENTLY).toBe('done')
    const sha256 = new Map(bench.services.records.list(both, 0, 9).records.map(({ provenance: { source } }) => [source.name, source.sha256]))
    await bench.services.runs.remove(both)
    expect(bench.documents.forgotten).toEqual([sha256.get('a')])
    const [item] = bench.services.runs.items(other, 0, 9).items
    // It waits to be looked at again, so that its record alone says what it was made of.
    bench.store.runItems.retry(other, [item!.id])
    await bench.services.runs.removeItem(item!.id)
    expect(bench.documents.forgotten).toEqual([sha256.get('a'), sha256.get('b')])
  })

  test('that is removed while it is read leaves nothing behind that comes later', async () => {
    let isOver = false
    bench.reader.behave = async (_request, signal) => {
      await take(60_000, signal)
      await take(50, new AbortController().signal)
      isOver = true
      return null
    }
    const id = await bench.run([bench.file('a', documentOf('a'))])
    bench.services.goOn()
    await expect.poll(() => bench.reader.active, PATIENTLY).toBe(1)
    await bench.services.runs.remove(id)
    expect(isOver).toBe(true)
    expect(bench.documents.forgotten).toHaveLength(1)
  })

  test('that is removed stops, comes back, and is gone at a later start', async () => {
    const id = await bench.run(three())
    await bench.services.files.addFile(id, Buffer.from(documentOf('kept')), 'd')
    await bench.services.runs.remove(id)
    expect(bench.services.runs.list()).toEqual([])
    expect(() => bench.services.runs.pause(id)).toThrow(coded('RUN_MISSING'))
    bench.services.runs.restore(id)
    await toEnd(id)
    expect(bench.texts(id)).toHaveLength(4)
    await bench.services.runs.remove(id)
    bench.store.purgeRuns([...bench.store.tidyUp(Date.now()).removedRuns, id])
    bench.services.runs.restore(id)
    await bench.services.runs.remove(id)
    await bench.dispose()
    bench = new RunBench(folder.path)
    bench.store.purgeRuns(bench.store.tidyUp(Date.now()).removedRuns)
    expect(() => bench.services.runs.restore(id)).toThrow(coded('RUN_MISSING'))
    expect(existsSync(bench.store.documents.path(bench.store.documents.idOf(Buffer.from(documentOf('kept')))))).toBe(false)
  })

  test('goes on by itself at the next start', async () => {
    bench.reader.behave = async (_request, signal) => await take(60_000, signal)
    const id = await bench.run(three())
    bench.services.goOn()
    await expect.poll(() => bench.reader.active, PATIENTLY).toBe(2)
    await bench.dispose()
    bench = new RunBench(folder.path)
    expect(bench.services.runs.get(id).counts).toMatchObject({ waiting: 3, reading: 0 })
    await toEnd(id)
    expect(bench.texts(id)).toEqual(['a', 'b', 'c'])
  })

  test('is worked on by one process at a time; another one takes over', async () => {
    const id = await bench.run(three(), { isOwn: true })
    const other = new RunBench(folder.path)
    try {
      other.services.goOn()
      other.services.runs.pause(id)
      other.services.runs.resume(id)
      await expect.poll(() => other.texts(id), PATIENTLY).toEqual(['a', 'b', 'c'])
      bench.reader.behave = async (_request, signal) => await take(60_000, signal)
      const second = await bench.run([bench.file('d', documentOf('d')), bench.file('e', documentOf('e'))], { isOwn: true })
      bench.services.goOn(second)
      await expect.poll(() => bench.reader.active, PATIENTLY).toBe(2)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      expect(other.reader.begun).not.toContain('d')
      await bench.services.dispose()
      await expect.poll(() => other.texts(second), PATIENTLY).toEqual(['d', 'e'])
    } finally {
      await other.dispose()
    }
  })

  test('is shown at every change, but not more often than a few times a second, with the time that is left', async () => {
    bench.reader.behave = async (_request, signal) => await take(10, signal)
    const id = await bench.run(Array.from({ length: 100 }, (_, page) => bench.file(`${page}`, documentOf(`${page}`))))
    const leave = new AbortController()
    const seen = []
    const started = Date.now()
    bench.services.goOn()
    for await (const [run] of bench.services.runs.watch(leave.signal)) {
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
    bench.reader.behave = async (_request, signal) => await take(5, signal)
    await toEnd(await bench.run(Array.from({ length: 20 }, (_, page) => bench.file(`${page}`, documentOf(`${page}`)))))
    expect(bench.reader.most).toBe(2)
  })
})

describe('where the model changes', () => {
  test('under a page, that is read again', async () => {
    bench.reader.behave = () => {
      if (bench.reader.requests.length === 1) bench.origin = { ...bench.origin, model: { name: 'another', sha256: null, parts: [] } }
      return undefined
    }
    const id = await bench.run([bench.file('a', documentOf('a'))])
    await toEnd(id)
    expect(bench.reader.begun).toEqual(['a', 'a'])
    expect(bench.services.records.list(id, 0, 1).records[0]?.provenance.model.name).toBe('another')
  })
})

test('what belongs to nothing is said', async () => {
  await expect(bench.services.files.addPaths('nowhere', ['/x'])).rejects.toThrow(coded('RUN_MISSING'))
  await expect(bench.services.files.setWatched('nowhere', null)).rejects.toThrow(coded('RUN_MISSING'))
  await expect(bench.services.records.picture('nowhere', null, new AbortController().signal)).rejects.toThrow(coded('RUN_ITEM_MISSING'))
  expect(() => bench.services.records.review('nowhere', 'text', null)).toThrow(coded('RECORD_MISSING'))
  const id = await bench.run([])
  expect(bench.services.runs.get(id)).toMatchObject({ name: 'Test', state: 'running', threshold: 0.8, mode: 'fields', toReview: 0, millisecondsLeft: 0 })
  expect(new AppError('RUN_MISSING').code).toBe('RUN_MISSING')
  expect(existsSync(dataPaths(join(folder.path, 'data')).documents)).toBe(false)
  const path = bench.file('gone', documentOf('gone'))
  await bench.services.files.addPaths(id, [path])
  unlinkSync(path)
  await toEnd(id)
  expect(bench.lines(id)).toEqual(['gone failed FILE_MISSING'])
})
