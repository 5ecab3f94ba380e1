import { expect, it } from 'vitest'
import type { RunItem } from '../../../main/contract/domains/extraction.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { deferred } from '../transport/deferred.ts'
import { readError } from '../transport/errors.ts'
import { RunQueue } from './RunQueue.svelte.ts'
import { extractClient, itemOf } from './testing/extract.ts'

/** The services' queue, and one that looks at it. */
function queue(items: RunItem[]) {
  const reported: string[] = []
  const routes = {
    items: ({ from = 0, count = 200 }: { from?: number | undefined; count?: number | undefined }) => Promise.resolve({ items: items.slice(from, from + count), total: items.length }),
    move: ({ item, before }: { item: string; before: string | null }) => {
      const [moved] = items.splice(items.findIndex(({ id }) => id === item), 1)
      items.splice(before === null ? items.length : items.findIndex(({ id }) => id === before), 0, moved!)
      return Promise.resolve({})
    },
    removeItem: ({ item }: { item: string }) => {
      items.splice(items.findIndex(({ id }) => id === item), 1)
      return Promise.resolve({})
    },
  }
  return { state: new RunQueue('r1', extractClient({ runs: routes }), (thrown) => reported.push(readError(thrown).code)), items, reported }
}

const many = (count: number, change: (number: number) => Partial<RunItem> = () => ({})) => Array.from({ length: count }, (_, at) => itemOf(at, change(at)))
const ids = (state: RunQueue) => state.items.map(({ id }) => id)

it('shows a page at a time', async () => {
  const { state } = queue(many(250))
  await state.refresh()
  expect([state.items.length, state.total]).toEqual([100, 250])
  await state.show('all', 200)
  expect([ids(state)[0], state.items.length]).toEqual(['i200', 50])
})

it('finds the failed ones wherever they stand', async () => {
  const { state } = queue(many(2500, (at) => (at % 1200 === 7 ? { state: 'failed' } : {})))
  await state.show('failed')
  expect([ids(state), state.total]).toEqual([['i7', 'i1207', 'i2407'], 3])
})

it('moves a waiting item past what waits, on this page and over its end', async () => {
  const { state, items } = queue(many(102, (at) => (at === 0 ? { state: 'reading' } : {})))
  await state.refresh()
  await state.move(state.items[2]!, -1)
  expect(ids(state).slice(0, 3)).toEqual(['i0', 'i2', 'i1'])
  // Nothing that waits is above it.
  await state.move(state.items[1]!, -1)
  await state.move(state.items[1]!, 1)
  expect(ids(state).slice(0, 3)).toEqual(['i0', 'i1', 'i2'])
  await state.move(state.items[98]!, 1)
  expect(items.slice(98, 101).map(({ id }) => id)).toEqual(['i99', 'i98', 'i100'])
  await state.show('all', 100)
  await state.moveFirst(state.items[1]!)
  expect(items.slice(0, 3).map(({ id }) => id)).toEqual(['i0', 'i101', 'i1'])
})

it('goes to the page before when the last row of a page is removed', async () => {
  const { state } = queue(many(101))
  await state.show('all', 100)
  await state.remove(state.items[0]!)
  expect([state.from, state.items.length, state.total]).toEqual([0, 100, 100])
})

it('says whether a row was removed', async () => {
  const { state } = queue(many(2))
  await state.refresh()
  expect(await state.remove(state.items[0]!)).toBe(true)
  const reported: string[] = []
  const routes = { items: () => Promise.resolve({ items: [itemOf(1)], total: 1 }), removeItem: () => Promise.reject(new AppError('RUN_ITEM_MISSING')) }
  const failing = new RunQueue('r1', extractClient({ runs: routes }), (thrown) => reported.push(readError(thrown).code))
  expect([await failing.remove(itemOf(1)), reported, ids(failing)]).toEqual([false, ['RUN_ITEM_MISSING'], ['i1']])
})

it('looks once more for what changed while it looked, and not once for each change', async () => {
  const answers = [deferred<{ items: RunItem[]; total: number }>()]
  let asked = 0
  const routes = {
    items: () => {
      asked++
      return answers.shift()?.promise ?? Promise.resolve({ items: [itemOf(2)], total: 1 })
    },
  }
  const [first] = answers
  const state = new RunQueue('r1', extractClient({ runs: routes }), () => undefined)
  const looking = [state.refresh(), state.refresh(), state.refresh()]
  first?.resolve({ items: [itemOf(1)], total: 1 })
  await Promise.all(looking)
  expect([asked, ids(state)]).toEqual([2, ['i2']])
})

it('keeps the rows when they cannot be read anew', async () => {
  const answers = [() => Promise.resolve({ items: [itemOf(1)], total: 1 }), () => Promise.reject(new AppError('INTERNAL', { detail: '' }))]
  const state = new RunQueue('r1', extractClient({ runs: { items: () => answers.shift()?.() } }), () => undefined)
  await state.refresh()
  await state.refresh()
  expect([ids(state), state.error?.code]).toEqual([['i1'], 'INTERNAL'])
})
