import { expect, it } from 'vitest'
import type { CacheUsage } from '../../../main/contract/domains/cache.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { deferred, type Deferred } from '../transport/deferred.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { EngineCache } from './EngineCache.svelte.ts'

const usageOf = (bytes: number, limit = 100): CacheUsage => ({ bytes, limit, pictures: { count: 0, bytes: 0 }, chats: { count: 1, bytes }, freeBytes: null })

interface Call {
  readonly route: string
  readonly answer: Deferred<() => CacheUsage>
}

/** A cache whose calls are answered by the test. */
function cacheOf(): { cache: EngineCache; calls: Call[] } {
  const calls: Call[] = []
  const route = (name: string) => (input?: object) => {
    const answer = deferred<() => CacheUsage>()
    calls.push({ route: `${name} ${JSON.stringify(input ?? {})}`, answer })
    return answer.promise.then((settle) => settle())
  }
  return { cache: new EngineCache({ cache: { usage: route('usage'), setLimit: route('setLimit'), clear: route('clear') } } as unknown as Client), calls }
}

const failing = (error: AppError) => () => {
  throw error
}

/** Lets every promise that can settle do so. */
const turn = () => new Promise((resolve) => setTimeout(resolve))

async function known(bytes: number) {
  const { cache, calls } = cacheOf()
  const reading = cache.read()
  calls.shift()!.answer.resolve(() => usageOf(bytes))
  await reading
  return { cache, calls }
}

it('shows a new limit at once, and sets them one after the other: the last one chosen is the last one set', async () => {
  const { cache, calls } = await known(90)
  void cache.setLimit(50)
  void cache.setLimit(10)
  await turn()
  expect([cache.usage?.limit, cache.busy, calls.map(({ route }) => route)]).toEqual([10, 'limit', ['setLimit {"limit":50}']])
  calls[0]!.answer.resolve(() => usageOf(45, 50))
  await turn()
  expect([cache.usage?.limit, cache.usage?.bytes, cache.busy]).toEqual([10, 90, 'limit'])
  calls[1]!.answer.resolve(() => usageOf(9, 10))
  await turn()
  expect([cache.usage, cache.busy]).toEqual([usageOf(9, 10), null])
})

it('says what a clearing freed, until the next change', async () => {
  const { cache, calls } = await known(90)
  void cache.clear()
  await turn()
  calls[0]!.answer.resolve(() => usageOf(0))
  await turn()
  expect([cache.freed, cache.usage?.bytes]).toEqual([90, 0])
  void cache.setLimit(10)
  expect(cache.freed).toBeNull()
})

it('tells why a change failed, and then reads how far it came', async () => {
  const { cache, calls } = await known(90)
  void cache.setLimit(0)
  await turn()
  calls[0]!.answer.resolve(failing(new AppError('FOLDER_NOT_WRITABLE', { path: '/a' })))
  await turn()
  expect([cache.failure?.code, cache.busy, calls[1]?.route]).toEqual(['FOLDER_NOT_WRITABLE', null, 'usage {}'])
  calls[1]!.answer.resolve(() => usageOf(90))
  await turn()
  expect([cache.usage, cache.failure?.code]).toEqual([usageOf(90), 'FOLDER_NOT_WRITABLE'])
})

it('a reading from before a change never replaces what came of the change', async () => {
  const { cache, calls } = await known(90)
  void cache.read()
  void cache.clear()
  await turn()
  calls[1]!.answer.resolve(() => usageOf(0))
  await turn()
  calls[0]!.answer.resolve(() => usageOf(90))
  await turn()
  expect(cache.usage?.bytes).toBe(0)
})

it('says that the figures are unknown while they are, and keeps the last ones', async () => {
  const { cache, calls } = await known(90)
  void cache.read()
  calls[0]!.answer.resolve(failing(new AppError('FILE_UNREADABLE', { path: '/a', detail: 'EACCES' })))
  await turn()
  expect([cache.unreadable?.code, cache.usage?.bytes]).toEqual(['FILE_UNREADABLE', 90])
  void cache.read()
  calls[1]!.answer.resolve(() => usageOf(80))
  await turn()
  expect([cache.unreadable, cache.usage?.bytes]).toEqual([null, 80])
})
