import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { benchPerTest, PATIENTLY } from './testing/benchPerTest.ts'
import { documentOf } from './testing/fakeDocuments.ts'
import { take } from './testing/FakeReader.ts'
import { RunBench, testOrigin } from './testing/RunBench.ts'

const suite = benchPerTest()
const { stateOf, toEnd } = suite

const coded = (code: string) => expect.objectContaining({ code }) as Error
const three = () => ['a', 'b', 'c'].map((name) => suite.bench.file(name, documentOf(name)))

test('a run that is removed takes along what was made of its documents, as far as no other run has them', async () => {
  const [a, b] = [suite.bench.file('a', documentOf('a')), suite.bench.file('b', documentOf('b'))]
  const [both, other] = [await suite.bench.run([a, b]), await suite.bench.run([b])]
  await toEnd(both)
  await expect.poll(() => stateOf(other), PATIENTLY).toBe('done')
  const sha256 = new Map(suite.bench.services.records.list(both, 0, 9).records.map(({ provenance: { source } }) => [source.name, source.sha256]))
  suite.bench.services.runs.remove(both)
  await suite.bench.services.runs.forgotten()
  expect(suite.bench.documents.forgotten).toEqual([sha256.get('a')])
  const [item] = suite.bench.services.runs.items(other, 0, 9).items
  // It waits to be looked at again, so that its record alone says what it was made of.
  suite.bench.store.runItems.retry(other, [item!.id])
  suite.bench.services.runs.removeItem(item!.id)
  await suite.bench.services.runs.forgotten()
  expect(suite.bench.documents.forgotten).toEqual([sha256.get('a'), sha256.get('b')])
})

test('a run that is removed while it is read leaves nothing behind that comes later; nobody waits for that', async () => {
  let isOver = false
  suite.bench.reader.behave = async (_request, signal) => {
    await take(60_000, signal)
    await take(50, new AbortController().signal)
    isOver = true
    return null
  }
  const id = await suite.bench.run([suite.bench.file('a', documentOf('a'))])
  suite.bench.services.goOn()
  await expect.poll(() => suite.bench.reader.active, PATIENTLY).toBe(1)
  suite.bench.services.runs.remove(id)
  expect(suite.bench.services.runs.list()).toEqual([])
  // Who removed it has the answer already.
  expect(isOver).toBe(false)
  await suite.bench.services.runs.forgotten()
  expect(isOver).toBe(true)
  expect(suite.bench.documents.forgotten).toHaveLength(1)
})

test('a run is removed at once while another one waits for its model, and so is what was made of it', async () => {
  let asked = 0
  let isReady = true
  const waiting = new RunBench(suite.path, {
    origin: async () => {
      asked += 1
      // Loading and hashing take minutes.
      return isReady ? testOrigin : await new Promise<never>(() => undefined)
    },
  })
  try {
    const read = await waiting.run([waiting.file('a', documentOf('a'))])
    waiting.services.goOn()
    await expect.poll(() => waiting.services.runs.get(read).state, PATIENTLY).toBe('done')
    isReady = false
    const before = asked
    const under = await waiting.run([waiting.file('b', documentOf('b'))])
    await expect.poll(() => asked, PATIENTLY).toBeGreaterThan(before)
    waiting.services.runs.remove(under)
    waiting.services.runs.remove(read)
    await waiting.services.runs.forgotten()
    expect(waiting.documents.forgotten).toHaveLength(2)
  } finally {
    await waiting.dispose()
  }
})

test('what cannot be deleted of a removed run is said in the log, and keeps nobody', async () => {
  const id = await suite.bench.run([suite.bench.file('a', documentOf('a'))])
  await toEnd(id)
  suite.bench.documents.forget = () => Promise.reject(new AppError('DISK_FULL'))
  suite.bench.services.runs.remove(id)
  await suite.bench.services.runs.forgotten()
  expect(suite.bench.logged.join('')).toContain('What was made of removed documents could not be deleted')
})

test('a run that is removed stops, comes back, and is gone at a later start', async () => {
  const id = await suite.bench.run(three())
  await suite.bench.services.files.addFile(id, Buffer.from(documentOf('kept')), 'd')
  suite.bench.services.runs.remove(id)
  expect(suite.bench.services.runs.list()).toEqual([])
  expect(() => suite.bench.services.runs.pause(id)).toThrow(coded('RUN_MISSING'))
  suite.bench.services.runs.restore(id)
  await toEnd(id)
  expect(suite.bench.texts(id)).toHaveLength(4)
  suite.bench.services.runs.remove(id)
  suite.bench.store.purgeRuns([...suite.bench.store.tidyUp(Date.now()).removedRuns, id])
  suite.bench.services.runs.restore(id)
  suite.bench.services.runs.remove(id)
  await suite.bench.dispose()
  suite.bench = new RunBench(suite.path)
  suite.bench.store.purgeRuns(suite.bench.store.tidyUp(Date.now()).removedRuns)
  expect(() => suite.bench.services.runs.restore(id)).toThrow(coded('RUN_MISSING'))
  expect(existsSync(suite.bench.store.documents.path(suite.bench.store.documents.idOf(Buffer.from(documentOf('kept')))))).toBe(false)
})
