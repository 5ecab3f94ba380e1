import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { benchPerTest, PATIENTLY } from '../../../services/runs/testing/benchPerTest.ts'
import { take } from '../../../services/runs/testing/FakeReader.ts'
import { RunBench, testOrigin } from '../../../services/runs/testing/RunBench.ts'
import { errorSentence } from '../../shared/errorSentence.ts'
import { endOf, namesIn, pileCommand } from './testing/pileCommand.ts'

const suite = benchPerTest()
const { renew, steps, extracted, requestOf, write } = pileCommand(suite)

/** A command that is stopped with Ctrl+C as soon as so many pages were read. */
async function interrupted(inputs: readonly string[], pages: number): Promise<void> {
  const stop = new AbortController()
  suite.bench.reader.behave = async (_request, signal) => {
    if (suite.bench.reader.requests.length <= pages) return null
    while (suite.bench.services.runs.list()[0]?.counts.done !== pages) await take(5, signal)
    stop.abort()
    return await take(60_000, signal)
  }
  await expect(extracted(inputs, {}, stop.signal)).rejects.toMatchObject({ code: 'ABORTED' })
  await renew()
}

describe('--resume', () => {
  beforeEach(() => write('pile/1', 'pile/2', 'pile/3'))

  test('goes on with the run of a folder, and adds what has come into it since', async () => {
    await interrupted(['pile'], 2)
    write('pile/0', 'pile/sub/4')
    const end = await extracted(['pile'], { resume: true })
    expect(namesIn(end)).toEqual(['1', '2', '3', '0', 'sub/4'])
    expect(suite.bench.reader.begun).toEqual(['text of pile/3', 'text of pile/0', 'text of pile/sub/4'])
    expect(suite.bench.services.runs.list()).toHaveLength(1)
    expect(end.counts).toEqual({ done: 5, failed: 0, skipped: 0, total: 5 })
  })

  test.each([['a pattern', ['pile/*'], ['pile/*']], ['a pattern that the shell wrote out', ['pile/1', 'pile/2', 'pile/3'], ['pile/1', 'pile/2', 'pile/3', 'pile/4']]])('knows %s again', async (_what, before, after) => {
    await interrupted(before, 1)
    write('pile/4')
    expect(namesIn(await extracted(after, { resume: true }))).toEqual(['1', '2', '3', '4'])
    expect(suite.bench.reader.begun).not.toContain('text of pile/1')
    // By what it was given last.
    await renew()
    expect(namesIn(await extracted(after, { resume: true }))).toHaveLength(4)
    expect(suite.bench.reader.begun).toEqual([])
  })

  test('keeps what was read of a file that is gone, and says which of the others are missing', async () => {
    await interrupted(['pile'], 1)
    for (const name of ['1', '3']) rmSync(join(suite.bench.folder, 'pile', name))
    const end = await extracted(['pile'], { resume: true })
    expect(namesIn(end)).toEqual(['1', '2'])
    expect(end.failed).toMatchObject([{ name: '3', error: { code: 'FILE_MISSING' } }])
  })

  test('reads nothing twice of a run that is done, and what is new of it', async () => {
    await extracted(['pile'])
    await renew()
    write('pile/4')
    expect(namesIn(await extracted(['pile'], { resume: true }))).toEqual(['1', '2', '3', '4'])
    expect(suite.bench.reader.begun).toEqual(['text of pile/4'])
  })

  test('leaves the table of the run out of it', async () => {
    await interrupted(['pile'], 1)
    write('pile/table.txt')
    expect(namesIn(await extracted(['pile'], { resume: true, except: new Set([join(suite.bench.folder, 'pile', 'table.txt')]) }))).toEqual(['1', '2', '3'])
  })

  test('begins a new run for other inputs, and for another way of reading', async () => {
    await interrupted(['pile'], 1)
    write('other/1')
    await extracted(['other'], { resume: true })
    await extracted(['pile'], { resume: true, mode: 'whole' })
    await extracted(['pile/1', 'pile/2'], { resume: true })
    expect(suite.bench.services.runs.list()).toHaveLength(4)
  })

  test('begins a new run for less than there was, and leaves alone one that is done for more', async () => {
    await extracted(['pile'])
    write('other/1')
    await extracted(['pile', 'other'], { resume: true })
    const [newer, older] = suite.bench.services.runs.list()
    expect([newer?.counts.done, older?.counts.done]).toEqual([4, 3])
  })
})

describe('--resume of a run that another process has', () => {
  let other: RunBench
  beforeEach(() => {
    write('pile/1', 'pile/2')
    other = new RunBench(suite.path)
  })
  afterEach(async () => await other.dispose())

  /** It holds its first page until it is let go. */
  async function live(inputs: readonly string[]): Promise<{ id: string; letGo: () => void }> {
    let letGo = () => {}
    const going = new Promise<null>((resolve) => (letGo = () => resolve(null)))
    other.reader.behave = async () => await going
    const request = await requestOf(inputs, {})
    const { id } = await other.services.runs.create({ templateId: 'test', isOwn: true, inputs: request.inputs })
    await other.services.files.addPaths(id, request.paths)
    other.services.goOn(id)
    await expect.poll(() => other.reader.active, PATIENTLY).toBe(2)
    return { id, letGo }
  }

  test('leaves it alone where it was given less, and begins its own', async () => {
    const { id, letGo } = await live(['pile/1', 'pile/2'])
    write('pile/3')
    expect(namesIn(await extracted(['pile/1', 'pile/2', 'pile/3'], { resume: true }))).toEqual(['1', '2', '3'])
    expect(other.lines(id)).toHaveLength(2)
    expect(other.store.runs.find(id)?.inputs).toHaveLength(2)
    expect(suite.bench.services.runs.list()).toHaveLength(2)
    letGo()
  })

  test('looks on, and reads what has come since only when that one has ended', async () => {
    const { id, letGo } = await live(['pile'])
    write('pile/3')
    const watching = steps(['pile'], { resume: true })
    // It has found that run, and looks on.
    expect((await watching[Symbol.asyncIterator]().next()).value).toMatchObject({ type: 'progress', counts: { total: 2 } })
    expect(other.lines(id)).toHaveLength(2)
    letGo()
    expect(namesIn(await endOf(watching))).toEqual(['1', '2', '3'])
    expect(other.reader.begun).toEqual(['text of pile/1', 'text of pile/2'])
    expect(suite.bench.reader.begun).toEqual(['text of pile/3'])
  })
})

test('--resume goes on with the run that has most of the inputs, not with the newest', async () => {
  write('pile/1', 'pile/2', 'pile/3')
  await interrupted(['pile/1', 'pile/2'], 1)
  await interrupted(['pile/1'], 0)
  expect(namesIn(await extracted(['pile/1', 'pile/2', 'pile/3'], { resume: true }))).toEqual(['1', '2', '3'])
  expect(suite.bench.reader.begun).toEqual(['text of pile/2', 'text of pile/3'])
})

test('--resume holds a paused run of which nothing was left from the first moment on', async () => {
  write('pile/1', 'pile/2')
  await interrupted(['pile'], 1)
  const { id } = suite.bench.services.runs.list()[0]!
  suite.bench.services.runs.removeItem(suite.bench.services.runs.items(id, 1, 1).items[0]!.id)
  expect(suite.bench.services.runs.get(id).state).toBe('paused')
  const append = suite.bench.store.runItems.append.bind(suite.bench.store.runItems)
  const owners: unknown[] = []
  suite.bench.store.runItems.append = (...joining) => {
    append(...joining)
    owners.push(suite.bench.store.runs.find(id)?.worker)
  }
  expect(namesIn(await extracted(['pile'], { resume: true }))).toEqual(['1', '2'])
  expect(owners).toEqual([suite.bench.store.lock.token])
})

describe('--resume with another model', () => {
  const one = { ...testOrigin, model: { name: 'One', sha256: 'a'.repeat(64), parts: [] } }
  beforeEach(async () => {
    write('pile/1', 'pile/2')
    suite.bench.origin = one
    await interrupted(['pile'], 1)
  })
  const refused = async (): Promise<{ code: string; params: Record<string, string> }> => await extracted(['pile'], { resume: true }).then(() => Promise.reject(new Error('not refused')), (error: unknown) => error as never)

  test('is refused, with the names of both, and nothing is read', async () => {
    suite.bench.origin = { ...one, model: { name: 'Two', sha256: 'b'.repeat(64), parts: [] } }
    const { code, params } = await refused()
    expect({ code, params }).toEqual({ code: 'RUN_OTHER_MODEL', params: { begun: 'One (aaaaaaaa)', now: 'Two (bbbbbbbb)' } })
    expect(errorSentence({ code: 'RUN_OTHER_MODEL', params }, 'zh-CN')).toMatch(/One \(aaaaaaaa\).*Two \(bbbbbbbb\)/)
    expect(suite.bench.reader.begun).toEqual([])
    expect(suite.bench.services.runs.list()).toMatchObject([{ state: 'paused', counts: { done: 1, waiting: 1 } }])
  })

  test('is refused also where only its projector, its adapters or its template differ, which are named', async () => {
    suite.bench.origin = { ...one, projector: { name: 'eyes.gguf', sha256: 'c'.repeat(64) }, adapters: [{ name: 'style.gguf', sha256: 'd'.repeat(64), scale: 0.5 }], conversation: 'chatml' }
    expect((await refused()).params).toEqual({ begun: 'One (aaaaaaaa) + vicuna_v1', now: 'One (aaaaaaaa) + eyes.gguf (cccccccc) + style.gguf (dddddddd) × 0.5 + chatml' })
    suite.bench.origin = { ...one, model: { ...one.model, parts: ['a'.repeat(64), 'e'.repeat(64)] } }
    // A run that was begun by an earlier version says nothing of later parts.
    expect(namesIn(await extracted(['pile'], { resume: true }))).toEqual(['1', '2'])
  })

  test('is refused where only a later part of the model differs, which is named by its place and hash', async () => {
    const split = { ...one.model, parts: ['a'.repeat(64), 'e'.repeat(64), '1'.repeat(64)] }
    write('split/1', 'split/2')
    suite.bench.origin = { ...one, model: split }
    await interrupted(['split'], 1)
    suite.bench.origin = { ...one, model: { ...split, parts: ['a'.repeat(64), 'f'.repeat(64), '1'.repeat(64)] } }
    await expect(extracted(['split'], { resume: true })).rejects.toMatchObject({ params: { begun: 'One (aaaaaaaa, 2/3: eeeeeeee)', now: 'One (aaaaaaaa, 2/3: ffffffff)' } })
  })

  test('is refused where numbers were read as another locale has them', async () => {
    await expect(endOf(steps(['pile'], { resume: true }, { locale: 'de' }))).rejects.toMatchObject({ code: 'RUN_OTHER_MODEL', params: { begun: 'One (aaaaaaaa) + en', now: 'One (aaaaaaaa) + de' } })
    expect(suite.bench.reader.begun).toEqual([])
  })

  test('goes on where the model lies under another name', async () => {
    suite.bench.origin = { ...one, model: { ...one.model, name: 'Renamed' } }
    expect(namesIn(await extracted(['pile'], { resume: true }))).toEqual(['1', '2'])
  })
})

test('who leaves while the model of a run is still being loaded is not kept', async () => {
  write('pile/1', 'pile/2')
  await interrupted(['pile'], 1)
  const stop = new AbortController()
  const loading = steps(['pile'], { resume: true }, { origin: async () => await new Promise<never>(() => stop.abort()) }, stop.signal)
  await expect(endOf(loading)).rejects.toMatchObject({ code: 'ABORTED' })
})
