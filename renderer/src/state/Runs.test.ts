import { expect, it } from 'vitest'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { deferred } from '../transport/deferred.ts'
import { readError } from '../transport/errors.ts'
import { progressOf, Runs } from './Runs.svelte.ts'
import { extractClient, runOf } from './testing/extract.ts'

type Routes = NonNullable<Parameters<typeof extractClient>[0]['runs']>

function runs(routes: Routes = {}) {
  const reported: string[] = []
  return { state: new Runs(extractClient({ runs: routes }), (thrown) => reported.push(readError(thrown).code)), reported }
}

const counts = (change: Partial<ReturnType<typeof runOf>['counts']>) => ({ ...runOf().counts, ...change })
/** A file as a browser hands it over; `folder`: picked with the folder it lies in. */
const file = (name: string, folder = '') => Object.defineProperty(new File(['x'], name), 'webkitRelativePath', { value: folder === '' ? '' : `${folder}/${name}` })

it('tells how far everything that runs is, whatever became of each page', () => {
  const { state } = runs()
  expect(state.fraction).toBeNull()
  const half = runOf({ counts: counts({ waiting: 4, reading: 1, done: 3, failed: 1, skipped: 1 }) })
  state.take([half, runOf({ id: 'p', state: 'paused', counts: counts({ waiting: 90 }) })])
  expect(progressOf(half)).toEqual({ total: 10, ended: 5 })
  expect(state.fraction).toBe(0.5)
})

it('says once that a run has ended, and nothing of those that had ended before', () => {
  const { state } = runs()
  state.take([runOf(), runOf({ id: 'old', state: 'done' })])
  expect(state.news).toEqual([])
  state.take([runOf({ state: 'done', counts: counts({ done: 2, failed: 1 }) }), runOf({ id: 'old', state: 'done' })])
  expect(state.news).toEqual([{ name: 'October', done: 2, failed: 1 }])
})

it('sends files one after the other; those that fail do not stop the rest', async () => {
  const sent: string[] = []
  const { state } = runs({
    addFile: ({ name, pages }) => {
      sent.push(`${name} ${pages ?? ''}`)
      return name === 'b' ? Promise.reject(new AppError('IMAGE_EMPTY', { name })) : Promise.resolve({ added: 1 })
    },
  })
  await state.addFiles('r1', [file('a'), file('b'), file('c', 'Scans/May')], '1-2')
  expect(sent).toEqual(['a 1-2', 'b 1-2', 'Scans/May/c 1-2'])
  expect(state.addingTo('r1')?.failed).toMatchObject([{ name: 'b', error: { code: 'IMAGE_EMPTY' } }])
  state.dismissAdding('r1')
  expect(state.addingTo('r1')).toBeNull()
})

it('has nothing to tell when all files were added', async () => {
  const { state, reported } = runs({ addFile: () => Promise.resolve({ added: 1 }) })
  await state.addFiles('r1', [file('a')], '')
  expect([state.addingTo('r1'), reported]).toEqual([null, []])
})

it('stops adding when asked to, without a word of failure', async () => {
  const first = deferred<{ added: number }>()
  let calls = 0
  const { state } = runs({
    addFile: () => {
      calls++
      return first.promise
    },
  })
  const adding = state.addFiles('r1', [file('a'), file('b')], '')
  await Promise.resolve()
  state.addingTo('r1')?.stop()
  first.resolve({ added: 1 })
  await adding
  expect([calls, state.addingTo('r1')]).toEqual([1, null])
})

it('shows a change at once, and says why one was refused', async () => {
  const { state, reported } = runs({
    pause: () => Promise.resolve(runOf({ state: 'paused' })),
    resume: () => Promise.reject(new AppError('MODEL_NONE')),
    create: ({ name }) => Promise.resolve(runOf({ id: 'new', name: name ?? '' })),
  })
  state.take([runOf()])
  await state.pause('r1')
  expect(state.find('r1')?.state).toBe('paused')
  await state.resume('r1')
  expect([reported, state.busy.size]).toEqual([['MODEL_NONE'], 0])
  await state.create({ templateId: 't1', name: 'November' })
  expect(state.list.map(({ name }) => name)).toEqual(['November', 'October'])
})
