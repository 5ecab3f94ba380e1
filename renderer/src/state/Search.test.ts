import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { SearchHit, SearchInput, SearchResult } from '../../../main/contract/domains/search.ts'
import { Connection } from '../transport/Connection.svelte.ts'
import { deferred, type Deferred } from '../transport/deferred.ts'
import { Search } from './Search.svelte.ts'

interface Asked {
  readonly input: SearchInput
  readonly signal: AbortSignal | undefined
  readonly outcome: Deferred<SearchResult>
}

let asked: Asked[]
let search: Search

beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  const link = {
    call: (_path: readonly string[], input: unknown, { signal }: { signal?: AbortSignal | undefined }) => {
      const outcome = deferred<SearchResult>()
      asked.push({ input: input as SearchInput, signal, outcome })
      return outcome.promise
    },
  }
  const connection = new Connection(() => Promise.resolve({ link, closed: new Promise(() => undefined) }))
  void connection.run(new AbortController().signal)
  search = new Search(connection.client)
})
afterEach(() => vi.useRealTimers())

const pause = async () => await vi.advanceTimersByTimeAsync(200)
const hit = (place: number, chat: string): SearchHit => ({
  place,
  kind: 'text',
  chat: { id: chat, title: chat, archived: false },
  message: { id: `m${place}`, role: 'user', createdAt: 0 },
  snippet: { text: 'x', marked: [], cutBefore: false, cutAfter: false },
})
async function answered(index: number, result: Partial<SearchResult>): Promise<void> {
  asked[index]?.outcome.resolve({ hits: [], next: null, bounded: false, ...result })
  await vi.advanceTimersByTimeAsync(0)
}

it('asks once the person pauses, and calls off the question before', async () => {
  search.type('ne')
  search.type('nee')
  expect(asked.length).toBe(0)
  await pause()
  expect(asked.map(({ input }) => input.text)).toEqual(['nee'])
  search.type('need')
  expect(asked[0]?.signal?.aborted).toBe(true)
  await pause()
  await answered(0, { hits: [hit(1, 'late')] })
  expect([search.hits, search.busy]).toEqual([[], true])
  await answered(1, { hits: [hit(2, 'a')] })
  expect([search.hits.length, search.busy, search.searched]).toEqual([1, false, 'need'])
})

it('groups by chat and goes through all hits in the order of the screen', async () => {
  search.type('x')
  await pause()
  await answered(0, { hits: [hit(9, 'a'), hit(8, 'b'), hit(7, 'a')] })
  expect(search.groups.map(({ chat, hits }) => [chat.id, ...hits.map(({ place }) => place)])).toEqual([['a', 9, 7], ['b', 8]])
  const places = [search.active?.place]
  for (const step of [1, 1, 1, -1] as const) {
    search.move(step)
    places.push(search.active?.place)
  }
  expect(places).toEqual([9, 7, 8, 9, 8])
})

it('goes on behind what it has', async () => {
  search.type('x')
  await pause()
  await answered(0, { hits: [hit(9, 'a')], next: 9 })
  expect(search.more).toBe(true)
  const more = search.showMore()
  await vi.advanceTimersByTimeAsync(0)
  expect(asked[1]?.input.before).toBe(9)
  await answered(1, { hits: [hit(3, 'a')] })
  await more
  expect([search.hits.map(({ place }) => place), search.more]).toEqual([[9, 3], false])
})

it('forgets everything when the field is emptied', async () => {
  search.type('x')
  await pause()
  search.type(' ')
  await answered(0, { hits: [hit(9, 'a')] })
  expect([search.hits, search.busy, search.open, search.searched]).toEqual([[], false, false, null])
})
