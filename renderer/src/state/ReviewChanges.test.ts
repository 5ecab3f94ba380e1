import { expect, it } from 'vitest'
import type { ExtractionRecord, Review } from '../../../main/contract/domains/extraction.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { deferred, type Deferred } from '../transport/deferred.ts'
import { ReviewChanges, type ReviewChange } from './ReviewChanges.svelte.ts'
import { cellOf, edited, recordOf } from './testing/records.ts'

const accepted: Review = { state: 'accepted' }

/** Services that hold one record and save a change only when the test says so. */
function changesOf(reviews: ExtractionRecord['reviews'] = {}) {
  const state = { record: recordOf('a', { total: cellOf(12.4), date: cellOf('2026-11-30') }, { reviews }), asked: [] as string[], failed: 0 }
  const waiting: Deferred<boolean>[] = []
  const changes = new ReviewChanges({
    save: async ({ field }, review) => {
      state.asked.push(`${field} ${review?.state ?? 'none'}`)
      const answer = deferred<boolean>()
      waiting.push(answer)
      if (!(await answer.promise)) throw new AppError('DISK_FULL', { path: '/data' })
      const others = Object.fromEntries(Object.entries(state.record.reviews).filter(([name]) => name !== field))
      return { ...state.record, reviews: review === null ? others : { ...others, [field]: review } }
    },
    held: ({ field }) => state.record.reviews[field] ?? null,
    saved: (record) => (state.record = record),
    failed: () => state.failed++,
  })
  const of = (field: string) => changes.of(state.record, field)
  const make = (field: string, after: Review | null) => changes.make([{ record: 'a', field, before: of(field), after } satisfies ReviewChange])
  /** Ends the call that is under way. */
  const answer = async (well = true) => {
    await turns()
    const next = waiting.shift()
    if (next === undefined) throw new Error('nothing is being saved')
    next.resolve(well)
    await turns()
  }
  return { state, changes, of, make, answer }
}

async function turns(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve))
}

it('shows a change at once, and keeps it when it is saved', async () => {
  const { state, changes, of, make, answer } = changesOf()
  make('total', accepted)
  expect([of('total'), of('date'), changes.saving]).toEqual([accepted, null, true])
  await answer()
  expect([of('total'), changes.saving, state.record.reviews]).toEqual([accepted, false, { total: accepted }])
})

it('takes a change back that could not be saved, says so, and forgets that it could be undone', async () => {
  const { changes, of, make, answer, state } = changesOf({ total: edited(1) })
  make('total', accepted)
  await answer(false)
  expect([of('total'), changes.steps, state.failed]).toEqual([edited(1), [], 1])
  expect(changes.failures.map(({ change, error }) => [change.field, change.after, error.code])).toEqual([['total', accepted, 'DISK_FULL']])

  changes.retry()
  expect([of('total'), changes.failures]).toEqual([accepted, []])
  await answer()
  expect([of('total'), changes.steps.length]).toEqual([accepted, 1])
})

it('undoes any number of steps, the newest first', async () => {
  const { changes, of, make, answer } = changesOf()
  make('total', accepted)
  make('total', edited(12.5))
  make('date', { state: 'unreadable' })
  changes.undo()
  expect([of('total'), of('date')]).toEqual([edited(12.5), null])
  changes.undo()
  expect(of('total')).toEqual(accepted)
  changes.undo()
  expect([of('total'), changes.undo()]).toEqual([null, null])
  for (let saves = 0; saves < 6; saves++) await answer()
  expect([of('total'), of('date'), changes.saving]).toEqual([null, null, false])
})

it('undoes what was one step as one', () => {
  const { changes, of } = changesOf()
  changes.make(['total', 'date'].map((field) => ({ record: 'a', field, before: null, after: accepted })))
  expect(changes.undo()?.length).toBe(2)
  expect([of('total'), of('date')]).toEqual([null, null])
})

it('saves the changes of a record one after the other', async () => {
  const { state, make, answer, of } = changesOf()
  make('total', accepted)
  make('total', edited(2))
  await turns()
  expect(state.asked).toEqual(['total accepted'])
  await answer()
  // The first answer does not hide what was changed since.
  expect(of('total')).toEqual(edited(2))
  await answer()
  expect([state.asked, of('total')]).toEqual([['total accepted', 'total edited'], edited(2)])
})

it('undoes to what was really there where an earlier change of the same cell failed', async () => {
  const { changes, of, make, answer } = changesOf()
  make('total', accepted)
  make('total', edited(2))
  await answer(false)
  // Something newer stands there, so that the older one failed tells nobody anything.
  expect([of('total'), changes.failures.length, changes.steps.length]).toEqual([edited(2), 0, 1])
  await answer()
  changes.undo()
  expect(of('total')).toBeNull()
})

it('puts the step back where undoing it could not be saved', async () => {
  const { changes, of, make, answer } = changesOf()
  make('total', accepted)
  await answer()
  changes.undo()
  expect(of('total')).toBeNull()
  await answer(false)
  expect([of('total'), changes.steps.length, changes.failures[0]?.change.after]).toEqual([accepted, 1, null])
})

it('redoes what was undone in the order in which it was made, and saves it', async () => {
  const { changes, of, make, answer, state } = changesOf()
  make('total', accepted)
  make('total', edited(2))
  changes.undo()
  changes.undo()
  expect([of('total'), changes.steps.length, changes.undone.length]).toEqual([null, 0, 2])
  changes.redo()
  expect(of('total')).toEqual(accepted)
  changes.redo()
  expect([of('total'), changes.redo(), changes.steps.length]).toEqual([edited(2), null, 2])
  for (let saves = 0; saves < 6; saves++) await answer()
  expect([of('total'), state.record.reviews]).toEqual([edited(2), { total: edited(2) }])
  changes.undo()
  expect(of('total')).toEqual(accepted)
})

it('has nothing to redo once something else was done', () => {
  const { changes, make } = changesOf()
  make('total', accepted)
  changes.undo()
  make('date', accepted)
  expect([changes.undone, changes.redo()]).toEqual([[], null])
})

it('can redo a step again where redoing it could not be saved, and cannot where undoing it could not', async () => {
  const { changes, of, make, answer } = changesOf()
  make('total', accepted)
  await answer()
  changes.undo()
  await answer()
  changes.redo()
  await answer(false)
  expect([of('total'), changes.steps.length, changes.undone.length, changes.failures.length]).toEqual([null, 0, 1, 1])
  changes.redo()
  await answer()
  expect([of('total'), changes.steps.length, changes.undone.length, changes.failures.length]).toEqual([accepted, 1, 0, 0])
  changes.undo()
  await answer(false)
  expect([of('total'), changes.steps.length, changes.undone.length]).toEqual([accepted, 1, 0])
})

it('does not redo what would write over the change of another window', async () => {
  const { changes, of, make, answer, state } = changesOf()
  changes.make(['total', 'date'].map((field) => ({ record: 'a', field, before: null, after: accepted })))
  make('total', edited(2))
  changes.undo()
  changes.undo()
  for (let saves = 0; saves < 5; saves++) await answer()
  state.record = { ...state.record, reviews: { total: edited(9) } }
  expect(changes.redo()?.map(({ field }) => field)).toEqual(['date'])
  await answer()
  // The edit of the total had been made of what was accepted.
  expect([changes.redo(), changes.undone, of('total'), of('date')]).toEqual([null, [], edited(9), accepted])
  changes.undo()
  expect([of('total'), of('date')]).toEqual([edited(9), null])
})

it('keeps what can be redone when what failed is saved again, and makes nothing twice', async () => {
  const { changes, of, make, answer, state } = changesOf()
  make('total', accepted)
  make('date', accepted)
  for (let saves = 0; saves < 2; saves++) await answer()
  changes.undo()
  changes.undo()
  await answer()
  await answer(false)
  changes.retry()
  await answer()
  expect([of('total'), of('date'), changes.undone.length]).toEqual([null, null, 1])
  changes.redo()
  await answer(false)
  changes.retry()
  await answer()
  expect([state.record.reviews, changes.undone, changes.failures]).toEqual([{ date: accepted }, [], []])
})
