import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { smallDisk } from '../../platform/testing.ts'
import { benchPerTest, PATIENTLY } from './testing/benchPerTest.ts'
import { documentOf } from './testing/fakeDocuments.ts'
import { take } from './testing/FakeReader.ts'
import { RunBench } from './testing/RunBench.ts'

const suite = benchPerTest()
const { stateOf } = suite

const crash = () => new AppError('ENGINE_CRASHED', { how: 'SIGKILL' })
const files = (count: number) => Array.from({ length: count }, (_, index) => suite.bench.file(`${index + 1}`, documentOf(`${index + 1}`)))

test('a page that kills the engine is tried three times, last of all and alone; nobody else suffers', async () => {
  const together: number[] = []
  suite.bench.reader.behave = async ({ pages }, signal) => {
    if (pages[0]?.text !== '2') return await take(3, signal)
    await take(1, signal)
    together.push(suite.bench.reader.active)
    return crash()
  }
  const id = await suite.bench.run(files(8))
  suite.bench.services.goOn()
  await expect.poll(() => stateOf(id), PATIENTLY).toBe('done')
  expect(suite.bench.lines(id)).toEqual(['1 1 done', '2 1 failed ENGINE_CRASHED', ...[3, 4, 5, 6, 7, 8].map((page) => `${page} 1 done`)])
  expect(suite.bench.reader.begun.filter((text) => text === '2')).toHaveLength(3)
  expect(suite.bench.reader.begun.slice(-2)).toEqual(['2', '2'])
  expect(together.slice(1)).toEqual([1, 1])
  expect(suite.bench.revived).toBeGreaterThan(0)
})

test('pages that were in flight when the engine died are read again', async () => {
  let deaths = 0
  suite.bench.reader.behave = async (_request, signal) => {
    // Both are in flight before one of them dies.
    while (suite.bench.reader.requests.length < 2) await take(1, signal)
    await take(2, signal)
    return suite.bench.reader.requests.length <= 2 && deaths++ < 2 ? crash() : undefined
  }
  const id = await suite.bench.run(files(4))
  suite.bench.services.goOn()
  await expect.poll(() => stateOf(id), PATIENTLY).toBe('done')
  expect(suite.bench.texts(id)).toEqual(['1', '2', '3', '4'])
  expect(suite.bench.services.runs.items(id, 0, 9).items.map(({ attempts }) => attempts)).toEqual([1, 1, 0, 0])
})

test.each(['MODEL_NONE', 'ENGINE_KEEPS_FAILING', 'DISK_FULL'] as const)('%s pauses the run, and nothing has failed', async (code) => {
  suite.bench.reader.behave = () => new AppError(code)
  const id = await suite.bench.run(files(5))
  suite.bench.services.goOn()
  await expect.poll(() => suite.bench.services.runs.get(id), PATIENTLY).toMatchObject({ state: 'paused', error: { code }, counts: { waiting: 5, reading: 0, failed: 0 } })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(suite.bench.reader.requests.length).toBeLessThanOrEqual(2)
  suite.bench.reader.behave = () => undefined
  expect(suite.bench.services.runs.resume(id)).toMatchObject({ state: 'running', error: null })
  expect(suite.bench.revived).toBe(1)
  await expect.poll(() => stateOf(id), PATIENTLY).toBe('done')
  expect(suite.bench.texts(id)).toEqual(['1', '2', '3', '4', '5'])
})

test('an engine that dies under every page pauses the run before any page has failed', async () => {
  // As the supervisor does: after three deaths without a good answer between them, it does not start again.
  let deaths = 0
  suite.bench.reader.behave = () => (deaths >= 3 ? new AppError('ENGINE_KEEPS_FAILING', { times: 3 }) : (deaths++, crash()))
  const id = await suite.bench.run(files(10))
  suite.bench.services.goOn()
  await expect.poll(() => suite.bench.services.runs.get(id), PATIENTLY).toMatchObject({ state: 'paused', error: { code: 'ENGINE_KEEPS_FAILING' }, counts: { waiting: 10, failed: 0 } })
})

test('what cannot be written down of one run pauses that one, with its reason; the others go on', async () => {
  const { records } = suite.bench.store
  const put = records.put.bind(records)
  let isBroken = true
  records.put = (record, toReview) => {
    if (isBroken && record.runId === bad) throw new AppError('DISK_FULL', { path: '/data' })
    put(record, toReview)
  }
  const bad = await suite.bench.run(files(3))
  const good = await suite.bench.run([4, 5, 6].map((name) => suite.bench.file(`${name}`, documentOf(`${name}`))))
  suite.bench.services.goOn()
  await expect.poll(() => stateOf(good), PATIENTLY).toBe('done')
  await expect.poll(() => suite.bench.services.runs.get(bad), PATIENTLY).toMatchObject({ state: 'paused', error: { code: 'DISK_FULL', params: { path: '/data' } }, counts: { waiting: 3, reading: 0, failed: 0 } })
  expect(suite.bench.services.runs.get(good)).toMatchObject({ error: null, counts: { done: 3 } })
  isBroken = false
  suite.bench.services.runs.resume(bad)
  await expect.poll(() => stateOf(bad), PATIENTLY).toBe('done')
  expect(suite.bench.texts(bad)).toEqual(['1', '2', '3'])
})

test('a fault of ours in looking at one run pauses that one; the others go on', async () => {
  const { runLine } = suite.bench.store
  const looked = runLine.looked.bind(runLine)
  runLine.looked = (claim, found, duplicate) => {
    if (found.pages?.length === 2) throw new TypeError('the template of this run is none')
    looked(claim, found, duplicate)
  }
  const bad = await suite.bench.run([suite.bench.file('1', documentOf('1', '2'))])
  const good = await suite.bench.run([suite.bench.file('3', documentOf('3'))])
  suite.bench.services.goOn()
  await expect.poll(() => suite.bench.services.runs.get(bad), PATIENTLY).toMatchObject({ state: 'paused', error: { code: 'INTERNAL', params: { detail: 'the template of this run is none' } } })
  await expect.poll(() => stateOf(good), PATIENTLY).toBe('done')
})

test('a fault of ours pauses no run that another process took over meanwhile', async () => {
  const other = new RunBench(suite.path)
  try {
    suite.bench.store.runLine.looked = () => {
      other.store.runs.take(id, other.store.lock.token)
      throw new TypeError('too late')
    }
    const aside = await suite.bench.run([])
    const id = await suite.bench.run(files(1))
    suite.bench.services.goOn()
    await expect.poll(() => suite.bench.logged.join(''), PATIENTLY).toContain('What became of a page cannot be written down')
    // It first writes down what could not be written.
    suite.bench.services.runs.pause(aside)
    expect(other.store.runs.find(id)).toMatchObject({ state: 'running', worker: other.store.lock.token, error: null })
  } finally {
    await other.dispose()
  }
})

test('a data folder on a full disk pauses what runs; with space again it goes on, and nothing is lost or twice', async (context) => {
  const disk = smallDisk(3072)
  if ('reason' in disk) return context.skip(disk.reason)
  const full = new RunBench(disk.path)
  try {
    const id = await full.run(Array.from({ length: 30 }, (_, index) => full.file(`${index}`, documentOf(`${index}`))))
    const filler = join(disk.path, 'filler')
    full.reader.behave = async (_request, signal) => {
      if (full.reader.requests.length === 10) for (let kilobytes = 256; kilobytes >= 1; kilobytes /= 2) fill(filler, kilobytes)
      return await take(1, signal)
    }
    full.services.goOn()
    await expect.poll(() => full.services.runs.get(id), PATIENTLY).toMatchObject({ state: 'paused', error: { code: 'DISK_FULL' }, counts: { failed: 0 } })
    rmSync(filler)
    full.services.runs.resume(id)
    await expect.poll(() => full.services.runs.get(id).state, PATIENTLY).toBe('done')
    expect(full.texts(id)).toEqual(Array.from({ length: 30 }, (_, index) => `${index}`))
  } finally {
    await full.dispose()
    disk.remove()
  }
})

test('a removed run is removed although nobody can say any more what documents it had', async () => {
  const id = await suite.bench.run(files(1))
  suite.bench.store.runDocuments.ofRun = () => {
    throw new Error('disk I/O error')
  }
  suite.bench.services.runs.remove(id)
  await suite.bench.services.runs.forgotten()
  expect(suite.bench.services.runs.list()).toEqual([])
  expect(suite.bench.logged.join()).toContain('disk I/O error')
})

/** Appends until the disk refuses. */
function fill(path: string, kilobytes: number): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(kilobytes * 1024), { flag: 'a' })
  } catch {
    // Full, as intended.
  }
}

test('a file of the model that may not be read pauses the run, and no document has failed', async () => {
  const error = new AppError('FILE_UNREADABLE', { path: '/models/mmproj.gguf', detail: 'EACCES' })
  const other = new RunBench(join(suite.path, 'other'), { origin: () => Promise.reject(error) })
  try {
    const id = await other.run([other.file('1', documentOf('1'))])
    other.services.goOn()
    await expect.poll(() => other.services.runs.get(id).state, PATIENTLY).toBe('paused')
    expect(other.services.runs.get(id).error).toEqual({ code: error.code, params: error.params })
    expect(other.lines(id)).toEqual(['1 1 waiting'])
  } finally {
    await other.dispose()
  }
})
