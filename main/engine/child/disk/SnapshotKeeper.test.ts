import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setCacheLimit } from '../../../platform/engineCache.ts'
import { Scheduler } from '../scheduler/Scheduler.ts'
import { fakeAnswer, FakeContext } from '../testing/FakeContext.ts'
import { fakeImage, fakeJob, readAll, valuesOf } from '../testing/jobs.ts'
import type { Item } from '../scheduler/items.ts'
import { CacheFolder } from './CacheFolder.ts'
import { RestoreSpeed } from './RestoreSpeed.ts'
import { SnapshotKeeper } from './SnapshotKeeper.ts'
import { SnapshotStore } from './SnapshotStore.ts'

const prompt = (first: number): Item[] => [...Array.from({ length: 100 }, (_, index) => first + index), fakeImage(3), 7]
const never = new AbortController().signal

describe('SnapshotKeeper', () => {
  let root = ''
  let folder: CacheFolder
  /** An engine over the folder, as after a start. */
  const start = ({ cells = 1000, sequences = 6, fingerprint = 'aa', saveAfterMs = 100_000, bytesPerCell = 4 } = {}) => {
    const context = new FakeContext(cells, sequences)
    const scheduler = new Scheduler(context, null, { maxActive: 2 })
    const adapters = { applied: false }
    const { pool, lending } = scheduler
    const keeper = new SnapshotKeeper({ store: new SnapshotStore(folder, fingerprint), speed: new RestoreSpeed(folder), pool, lending, isPlain: () => !adapters.applied, bytesPerCell, saveAfterMs })
    const ask = async (conversation: string, items: readonly Item[], signal = never) => {
      const ended = keeper.begin()
      await keeper.bringBack(conversation, items, signal)
      const answer = await readAll(scheduler.submit(fakeJob(items, { conversation, onLeave: (held) => keeper.answered(conversation, held) })))
      ended()
      expect(answer.tokens).toEqual(fakeAnswer(valuesOf(items), 8))
      return answer.end.stats
    }
    return { context, scheduler, adapters, keeper, ask }
  }
  const files = () => (existsSync(folder.paths.chats) ? readdirSync(folder.paths.chats).sort() : [])
  const fileOf = (extension: string) => join(folder.paths.chats, files().find((name) => name.endsWith(extension)) ?? '')
  /** A process that answers these chats and ends. */
  const answered = async (...chats: [conversation: string, items: readonly Item[]][]) => {
    const { ask, keeper } = start()
    for (const [conversation, items] of chats) await ask(conversation, items)
    await keeper.close(60_000)
  }
  const expectNew = async (options: Parameters<typeof start>[0] = {}) => {
    expect((await start(options).ask('a', prompt(1))).reusedPromptTokens).toBe(0)
  }
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'snapshots-'))
    folder = new CacheFolder(root)
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('brings a chat back after a restart, all but the last token of its prompt', async () => {
    await answered(['a', prompt(1)])
    const { ask, context } = start()
    expect(await ask('a', prompt(1))).toMatchObject({ reusedPromptTokens: 105, reusedImages: 1, evaluatedTokens: 1 })
    expect(context.steps[0]?.map(({ tokens }) => tokens)).toEqual([1])
    // Another chat is not that one's.
    expect((await start().ask('b', prompt(1))).reusedPromptTokens).toBe(0)
  })

  it('brings back what a changed prompt still shares', async () => {
    await answered(['a', prompt(1)])
    const changed = [...prompt(1).slice(0, 90), 500, 501]
    expect((await start().ask('a', changed)).reusedPromptTokens).toBe(90)
    expect((await start().ask('a', [...prompt(1).slice(0, 20), 500])).reusedPromptTokens).toBe(0)
  })

  it('saves when nobody has asked for a while, only what has changed, and not what is short', async () => {
    const { ask, keeper } = start({ saveAfterMs: 5 })
    await ask('short', [1, 2, 3])
    await ask('a', prompt(1))
    while (!files().some((name) => name.endsWith('.json'))) await new Promise((resolve) => setTimeout(resolve, 5))
    const written = statSync(fileOf('.kv')).ino
    await ask('a', prompt(1))
    await keeper.close(60_000)
    expect([files().length, statSync(fileOf('.kv')).ino]).toEqual([2, written])
  })

  it('saves a chat again whose files were deleted since', async () => {
    const { ask, keeper } = start({ saveAfterMs: 5 })
    await ask('a', prompt(1))
    while (!files().some((name) => name.endsWith('.json'))) await new Promise((resolve) => setTimeout(resolve, 5))
    await new Promise((resolve) => setTimeout(resolve, 20))
    rmSync(folder.paths.chats, { recursive: true })
    await ask('a', prompt(1))
    await keeper.close(60_000)
    expect(files()).toHaveLength(2)
    expect((await start().ask('a', prompt(1))).reusedPromptTokens).toBe(105)
  })

  it('saves at the end what fits into the time that is left', async () => {
    const { ask, keeper } = start({ bytesPerCell: 4_000_000 })
    await ask('a', prompt(1))
    await keeper.close(100)
    expect(files()).toEqual([])
  })

  it.each<[string, () => void]>([
    ['a changed byte in the cells', () => writeFileSync(fileOf('.kv'), readFileSync(fileOf('.kv'), 'utf8').replace('3000', '3001'))],
    ['cells that are cut short', () => truncateSync(fileOf('.kv'), 40)],
    ['words about other items', () => writeFileSync(fileOf('.json'), readFileSync(fileOf('.json'), 'utf8').replace('[1,2,3,', '[1,2,'))],
    ['words that make no sense', () => writeFileSync(fileOf('.json'), '{"version":1}')],
    ['words of another model', () => writeFileSync(fileOf('.json'), readFileSync(fileOf('.json'), 'utf8').replace('"aa"', '"bb"'))],
  ])('evaluates anew and deletes the files of a chat with %s', async (_, damage) => {
    await answered(['a', prompt(1)])
    expect(files()).toHaveLength(2)
    damage()
    await expectNew()
    expect(files()).toEqual([])
  })

  it('evaluates anew where a file is gone, the weights are others, adapters are applied or nothing may be kept', async () => {
    await answered(['a', prompt(1)])
    await expectNew({ fingerprint: 'bb' })
    const adapted = start()
    adapted.adapters.applied = true
    expect((await adapted.ask('a', prompt(1))).reusedPromptTokens).toBe(0)
    await adapted.keeper.close(60_000)
    await setCacheLimit(root, 0)
    await expectNew()
    rmSync(join(root, 'limit.json'))
    expect(files()).toHaveLength(2)
    rmSync(fileOf('.kv'))
    await expectNew()
    rmSync(root, { recursive: true })
    await expectNew()
  })

  it('does not bring back what is evaluated sooner', async () => {
    await answered(['a', prompt(1)])
    writeFileSync(folder.paths.speed, JSON.stringify({ bytesPerMs: 0.001, measuredAt: Date.now() }))
    const json = JSON.parse(readFileSync(fileOf('.json'), 'utf8')) as object
    writeFileSync(fileOf('.json'), JSON.stringify({ ...json, evaluateMs: 10 }))
    await expectNew()
    // A measurement of long ago says nothing.
    writeFileSync(folder.paths.speed, JSON.stringify({ bytesPerMs: 0.001, measuredAt: 0 }))
    expect((await start().ask('a', prompt(1))).reusedPromptTokens).toBe(105)
    expect(JSON.parse(readFileSync(folder.paths.speed, 'utf8'))).toMatchObject({ bytesPerMs: expect.any(Number) as number })
  })

  it('brings nothing back at the cost of requests under way, and makes room among idle sequences', async () => {
    await answered(['a', prompt(1)])
    const { ask, scheduler } = start({ cells: 240 })
    // It holds more than half of the cells while it answers.
    const other = readAll(scheduler.submit(fakeJob(prompt(300).slice(0, 100), { conversation: 'b', maxTokens: 40 })))
    while (scheduler.pool.sequences.every(({ busy }) => !busy)) await new Promise((resolve) => setImmediate(resolve))
    const isRight = async () => await Promise.resolve(true)
    expect(await scheduler.lending.restore(prompt(1), fileOf('.kv'), isRight)).toBe(false)
    await other
    scheduler.pool.clear()
    await readAll(scheduler.submit(fakeJob(prompt(600), { conversation: 'c', maxTokens: 100 })))
    expect((await ask('a', prompt(1))).reusedPromptTokens).toBe(105)
  })

  it('restores once for two requests of a chat, and for none that was aborted', async () => {
    await answered(['a', prompt(1)])
    const aborted = start()
    await aborted.keeper.bringBack('a', prompt(1), AbortSignal.abort())
    expect(aborted.scheduler.pool.usedCells).toBe(0)
    const { ask, scheduler } = start()
    const both = await Promise.all([ask('a', prompt(1)), ask('a', [...prompt(1), 900])])
    expect(both.map(({ reusedPromptTokens }) => reusedPromptTokens)).toEqual([105, 106])
    expect(scheduler.pool.usedCells).toBeLessThan(2 * 106)
  })

  it('answers others right while a chat is saved and one is restored', async () => {
    await answered(['a', prompt(1)], ['b', prompt(300)])
    const { ask, keeper, context } = start({ saveAfterMs: 1 })
    for (let round = 0; round < 5; round++) {
      await Promise.all(['a', 'b', 'c', 'd'].map(async (chat, index) => await ask(chat, [...prompt(1 + 299 * index), 900 + round])))
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
    await keeper.close(60_000)
    expect(files().length).toBe(8)
    expect(context.usedCells).toBeLessThanOrEqual(context.contextSize)
  })

  it('keeps to the budget, and lets the chat used least recently go', async () => {
    await answered(['a', prompt(1)])
    const bytes = files().reduce((sum, name) => sum + statSync(join(folder.paths.chats, name)).size, 0)
    for (const name of files()) utimesSync(join(folder.paths.chats, name), 1000, 1000)
    await setCacheLimit(root, Math.round(bytes * 2.5))
    await answered(['b', prompt(1)])
    await answered(['c', prompt(1)])
    expect(files()).toHaveLength(4)
    expect((await start().ask('a', prompt(1))).reusedPromptTokens).toBe(0)
    expect((await start().ask('c', prompt(1))).reusedPromptTokens).toBe(105)
  })

  it('lets no other chat go for the room of the file that is replaced', async () => {
    await answered(['a', prompt(1)], ['b', prompt(300)])
    const sizes = files().map((name) => statSync(join(folder.paths.chats, name)).size)
    for (const name of files()) utimesSync(join(folder.paths.chats, name), 1000, 1000)
    // For both, and a little that b may grow by.
    await setCacheLimit(root, sizes.reduce((sum, size) => sum + size, 100))
    await answered(['b', [...prompt(300), 900]])
    expect((await start().ask('a', prompt(1))).reusedPromptTokens).toBe(105)
    expect((await start().ask('b', [...prompt(300), 900])).reusedPromptTokens).toBe(106)
  })

  it('lends cells to a request that a change waits for, before it is queued', async () => {
    await answered(['a', prompt(1)])
    const { scheduler, keeper } = start()
    const place = scheduler.takePlace()
    const change = scheduler.change(() => Promise.resolve())
    await keeper.bringBack('a', prompt(1), never)
    const answer = await readAll(scheduler.submit(fakeJob(prompt(1), { conversation: 'a' }), place))
    expect(answer.end.stats.reusedPromptTokens).toBe(105)
    await change
    expect(scheduler.pool.usedCells).toBe(0)
  })

  it('lets no request wait for the checksum of another chat, and saves that one another time', async () => {
    const { ask, keeper, context } = start({ saveAfterMs: 1 })
    const write = context.saveSequence.bind(context)
    const requests: (() => void)[] = []
    context.saveSequence = async (sequence, path) => {
      const bytes = await write(sequence, path)
      if (requests.length === 0) requests.push(keeper.begin())
      return bytes
    }
    await ask('a', prompt(1))
    while (requests.length === 0 || files().length > 0) await new Promise((resolve) => setImmediate(resolve))
    for (const end of requests) end()
    await keeper.close(60_000)
    expect(files()).toHaveLength(2)
  })

  it('keeps nothing of a chat when that is turned off while it is written', async () => {
    const { ask, keeper, context } = start()
    await ask('a', prompt(1))
    const write = context.saveSequence.bind(context)
    context.saveSequence = async (sequence, path) => {
      await setCacheLimit(root, 0)
      return await write(sequence, path)
    }
    await keeper.close(60_000)
    expect(files()).toEqual([])
  })

  it('waits with a change of what cells mean for the file under way, and lends nothing meanwhile', async () => {
    await answered(['a', prompt(1)])
    const { scheduler, keeper } = start()
    const restoring = keeper.bringBack('a', prompt(1), never)
    while (!scheduler.lending.isUnderWay) await new Promise((resolve) => setImmediate(resolve))
    const order: string[] = []
    const change = scheduler.change(async () => {
      order.push(scheduler.lending.isUnderWay ? 'too early' : 'changed')
      expect(await scheduler.lending.restore(prompt(1), fileOf('.kv'), () => Promise.resolve(true))).toBe(false)
    })
    await Promise.all([restoring, change])
    expect(order).toEqual(['changed'])
    expect(scheduler.pool.usedCells).toBe(0)
  })
})
