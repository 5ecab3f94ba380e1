import { appendFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FastClock, temporaryFolder } from '../../platform/testing.ts'
import { documentOf } from './testing/fakeDocuments.ts'
import { RunBench } from './testing/RunBench.ts'

/** Other tests may have the machine to themselves for a while. */
const PATIENTLY = { timeout: 15_000 }

let folder: ReturnType<typeof temporaryFolder>
let bench: RunBench
beforeEach(() => {
  folder = temporaryFolder()
  bench = new RunBench(folder.path, { clock: new FastClock() })
})
afterEach(async () => {
  await bench.dispose()
  folder.remove()
})

async function watched(): Promise<string> {
  bench.file('old', documentOf('old'))
  const id = await bench.run([])
  await bench.services.files.setWatched(id, bench.folder)
  bench.services.goOn()
  return id
}

/** Until the watcher has looked so many times. */
async function looks(count: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, count * 45))
}

test('new files of a watched folder join, old ones do not; the run never ends by itself', async () => {
  const id = await watched()
  bench.file('new', documentOf('new'))
  bench.file('below/newer', documentOf('newer'))
  await expect.poll(() => bench.texts(id).sort(), PATIENTLY).toEqual(['new', 'newer'])
  await looks(3)
  expect(bench.services.runs.get(id)).toMatchObject({ state: 'running', watched: bench.folder, counts: { done: 2, waiting: 0 } })
  await bench.services.files.setWatched(id, null)
  expect(bench.services.runs.get(id)).toMatchObject({ state: 'done', watched: null })
})

test('a file joins when it has stopped growing', async () => {
  const id = await watched()
  const whole = documentOf('a'.repeat(30))
  const path = bench.file('growing', whole.slice(0, 1))
  for (const letter of whole.slice(1)) {
    appendFileSync(path, letter)
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
  await expect.poll(() => bench.texts(id), PATIENTLY).toEqual(['a'.repeat(30)])
  expect(bench.services.runs.get(id).counts).toMatchObject({ failed: 0, skipped: 0 })
})

test('what came while nobody watched joins later; what was removed does not come back; another file of the same name joins', async () => {
  const id = await watched()
  bench.file('first', documentOf('first'))
  await expect.poll(() => bench.texts(id), PATIENTLY).toEqual(['first'])
  bench.services.runs.removeItem(bench.services.runs.items(id, 0, 1).items[0]!.id)
  await bench.dispose()
  bench = new RunBench(folder.path, { clock: new FastClock() })
  bench.file('second', documentOf('second'))
  bench.services.goOn()
  await expect.poll(() => bench.texts(id), PATIENTLY).toEqual(['second'])
  await looks(4)
  expect(bench.texts(id)).toEqual(['second'])
  bench.file('first', documentOf('first, once more'))
  await expect.poll(() => bench.texts(id), PATIENTLY).toEqual(['second', 'first, once more'])
})

test('a folder that is gone pauses the run; a paused run lets nothing join', async () => {
  const id = await watched()
  const aside = join(folder.path, 'aside')
  renameSync(bench.folder, aside)
  await expect.poll(() => bench.services.runs.get(id), PATIENTLY).toMatchObject({ state: 'paused', error: { code: 'FILE_MISSING' } })
  renameSync(aside, join(folder.path, 'in'))
  bench.file('new', documentOf('new'))
  await looks(4)
  expect(bench.lines(id)).toEqual([])
  bench.services.runs.resume(id)
  await expect.poll(() => bench.texts(id), PATIENTLY).toEqual(['new'])
})

test('only a folder can be watched', async () => {
  const id = await bench.run([])
  await expect(bench.services.files.setWatched(id, bench.file('x', ''))).rejects.toThrow(expect.objectContaining({ code: 'BAD_INPUT' }) as Error)
  await expect(bench.services.files.setWatched(id, 'relative')).rejects.toThrow(expect.objectContaining({ code: 'PATH_NOT_WHOLE', params: { path: 'relative' } }) as Error)
  await expect(bench.services.files.setWatched(id, join(folder.path, 'nowhere'))).rejects.toThrow(expect.objectContaining({ code: 'FILE_MISSING' }) as Error)
})
