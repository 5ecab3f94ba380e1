import { expect, it } from 'vitest'
import type { InstalledModel } from '../../../main/contract/domains/library.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { deferred, type Deferred } from '../transport/deferred.ts'
import { readError } from '../transport/errors.ts'
import { Library } from './Library.svelte.ts'
import { clientOf, installedOf } from './testing/models.ts'

function library(routes: Parameters<typeof clientOf>[0]) {
  const reported: string[] = []
  return { state: new Library(clientOf(routes), (thrown) => reported.push(readError(thrown).code)), reported }
}

it('keeps what was changed here when an older list comes in late', async () => {
  const answers: Deferred<InstalledModel[]>[] = []
  const installed = () => {
    const answer = deferred<InstalledModel[]>()
    answers.push(answer)
    return answer.promise
  }
  const { state } = library({ installed, change: (input) => Promise.resolve(installedOf({ name: input.name ?? '' })) })
  const first = state.refresh()
  answers[0]?.resolve([installedOf()])
  await first
  const late = state.refresh()
  await state.change('m1', { name: 'Receipts' })
  answers[1]?.resolve([installedOf()])
  await late
  expect(state.list.map(({ name }) => name)).toEqual(['Receipts'])
})

it('puts back what was only taken off the list, as it was', async () => {
  const asked: unknown[] = []
  const before = installedOf({ name: 'Receipts', template: 'mistral_instruct', adapters: [{ path: '/a.gguf', scale: 0.5 }] })
  const { state } = library({
    import: (input) => {
      asked.push(input)
      return Promise.resolve({ added: [installedOf({ id: 'm9' })] })
    },
    change: (input) => {
      asked.push(input)
      return Promise.resolve(installedOf({ id: 'm9' }))
    },
  })
  await state.restore(before)
  const { model, projector } = before.files
  expect(asked).toEqual([{ paths: [model, projector] }, { id: 'm9', name: 'Receipts', template: 'mistral_instruct', adapters: before.adapters, projector }])
})

it('looks again where another page has removed the model', async () => {
  let lists = 0
  const { state, reported } = library({
    use: () => Promise.reject(new AppError('MODEL_UNKNOWN', { name: 'm1' })),
    installed: () => {
      lists++
      return Promise.resolve([])
    },
  })
  await state.use('m1')
  expect([lists, reported, state.busy.size]).toEqual([1, ['MODEL_UNKNOWN'], 0])
})

it('uses the repaired copy of a projector', async () => {
  const { state } = library({
    repair: ({ projector }) => Promise.resolve({ path: `${projector}.repaired` }),
    change: ({ projector }) => Promise.resolve(installedOf({ files: { model: '/models/llava.gguf', projector: projector ?? null } })),
    installed: () => Promise.resolve([installedOf()]),
  })
  await state.refresh()
  expect(await state.repair(installedOf())).toBe(true)
  expect(state.list[0]?.files.projector).toBe('/models/mmproj.gguf.repaired')
})

it('keeps the last list where a new one cannot be read', async () => {
  const answers = [() => Promise.resolve([installedOf()]), () => Promise.reject(new AppError('FILE_UNREADABLE', { path: '/x', detail: '' }))]
  const { state } = library({ installed: () => answers.shift()?.() })
  await state.refresh()
  await state.refresh()
  expect([state.list.length, state.error?.code]).toEqual([1, 'FILE_UNREADABLE'])
})
