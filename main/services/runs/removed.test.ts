import { existsSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { documentOf } from './testing/fakeDocuments.ts'
import { take } from './testing/FakeReader.ts'
import { RunBench, testOrigin } from './testing/RunBench.ts'

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
const three = () => ['a', 'b', 'c'].map((name) => bench.file(name, documentOf(name)))

async function toEnd(id: string): Promise<void> {
  bench.services.goOn()
  await expect.poll(() => stateOf(id), PATIENTLY).not.toBe('running')
}

test('a run that is removed takes along what was made of its documents, as far as no other run has them', async () => {
  const [a, b] = [bench.file('a', documentOf('a')), bench.file('b', documentOf('b'))]
  const [both, other] = [await bench.run([a, b]), await bench.run([b])]
  await toEnd(both)
  await expect.poll(() => stateOf(other), PATIENTLY).toBe('done')
  const sha256 = new Map(bench.services.records.list(both, 0, 9).records.map(({ provenance: { source } }) => [source.name, source.sha256]))
  bench.services.runs.remove(both)
  await bench.services.runs.forgotten()
  expect(bench.documents.forgotten).toEqual([sha256.get('a')])
  const [item] = bench.services.runs.items(other, 0, 9).items
  // It waits to be looked at again, so that its record alone says what it was made of.
  bench.store.runItems.retry(other, [item!.id])
  bench.services.runs.removeItem(item!.id)
  await bench.services.runs.forgotten()
  expect(bench.documents.forgotten).toEqual([sha256.get('a'), sha256.get('b')])
})

test('a run that is removed while it is read leaves nothing behind that comes later; nobody waits for that', async () => {
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
  bench.services.runs.remove(id)
  expect(bench.services.runs.list()).toEqual([])
  // Who removed it has the answer already.
  expect(isOver).toBe(false)
  await bench.services.runs.forgotten()
  expect(isOver).toBe(true)
  expect(bench.documents.forgotten).toHaveLength(1)
})

test('a run is removed at once while another one waits for its model, and so is what was made of it', async () => {
  let asked = 0
  let isReady = true
  const waiting = new RunBench(folder.path, {
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
  const id = await bench.run([bench.file('a', documentOf('a'))])
  await toEnd(id)
  bench.documents.forget = () => Promise.reject(new AppError('DISK_FULL'))
  bench.services.runs.remove(id)
  await bench.services.runs.forgotten()
  expect(bench.logged.join('')).toContain('What was made of removed documents could not be deleted')
})

test('a run that is removed stops, comes back, and is gone at a later start', async () => {
  const id = await bench.run(three())
  await bench.services.files.addFile(id, Buffer.from(documentOf('kept')), 'd')
  bench.services.runs.remove(id)
  expect(bench.services.runs.list()).toEqual([])
  expect(() => bench.services.runs.pause(id)).toThrow(coded('RUN_MISSING'))
  bench.services.runs.restore(id)
  await toEnd(id)
  expect(bench.texts(id)).toHaveLength(4)
  bench.services.runs.remove(id)
  bench.store.purgeRuns([...bench.store.tidyUp(Date.now()).removedRuns, id])
  bench.services.runs.restore(id)
  bench.services.runs.remove(id)
  await bench.dispose()
  bench = new RunBench(folder.path)
  bench.store.purgeRuns(bench.store.tidyUp(Date.now()).removedRuns)
  expect(() => bench.services.runs.restore(id)).toThrow(coded('RUN_MISSING'))
  expect(existsSync(bench.store.documents.path(bench.store.documents.idOf(Buffer.from(documentOf('kept')))))).toBe(false)
})
