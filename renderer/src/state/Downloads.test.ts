import { ORPCError } from '@orpc/client'
import { expect, it } from 'vitest'
import type { Download } from '../../../main/contract/domains/download.ts'
import { readError } from '../transport/errors.ts'
import { Downloads } from './Downloads.svelte.ts'
import { clientOf, downloadOf } from './testing/models.ts'

function downloads(routes: Parameters<typeof clientOf>[0]['downloads'] = {}) {
  const finished: string[] = [], reported: string[] = []
  const state = new Downloads({
    client: clientOf({ downloads: routes }),
    report: (thrown) => reported.push(readError(thrown).code),
    finished: ({ id }) => finished.push(id),
  })
  return { state, finished, reported }
}

it('tells of each download once that it has ended, and not of those that had ended before the page came', () => {
  const { state, finished } = downloads()
  const old = downloadOf({ id: 'old', state: 'done', installed: 'm0' })
  const lists: (readonly Download[])[] = [[old, downloadOf()], [old, downloadOf({ state: 'verifying' })], [old, downloadOf({ state: 'done', installed: 'm1' })], [old, downloadOf({ state: 'done', installed: 'm1' })]]
  for (const list of lists) state.take(list)
  expect(finished).toEqual(['d1'])
  expect(state.news).toEqual([{ kind: 'done', name: 'LLaVA-1.5 7B' }])
})

it('remembers whether a model is to be used when it is there', async () => {
  const { state } = downloads({ start: () => Promise.resolve({ id: 'd7' }) })
  await state.start({ type: 'catalogue', model: 'a', variant: 'b' }, true)
  expect([...state.useWhenDone]).toEqual(['d7'])
})

it('says why a download was refused, and is ready for the next press', async () => {
  const refuse = () => Promise.reject(new ORPCError('APP', { data: { code: 'DISK_TOO_SMALL', params: { path: '/', needed: 5, free: 1 } } }))
  const { state, reported } = downloads({ start: refuse, resume: refuse })
  expect(await state.start({ type: 'catalogue', model: 'a', variant: 'b' }, true)).toBeNull()
  await state.resume('d1')
  expect(reported).toEqual(['DISK_TOO_SMALL', 'DISK_TOO_SMALL'])
  expect([state.busy.size, state.useWhenDone.size]).toEqual([0, 0])
})

it('finds the download of a card, but not one that has ended', () => {
  const { state } = downloads()
  state.take([downloadOf({ id: 'a', state: 'done' }), downloadOf({ id: 'b', state: 'paused' })])
  expect(state.ofCatalogue('llava-1.5-7b')?.id).toBe('b')
  expect(state.ofCatalogue('vicuna-7b')).toBeNull()
})
