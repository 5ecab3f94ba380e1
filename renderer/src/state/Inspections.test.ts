import { expect, it } from 'vitest'
import type { Inspection } from '../../../main/contract/domains/library.ts'
import type { ModelFiles } from '../../../main/contract/domains/model.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { deferred } from '../transport/deferred.ts'
import { Inspections } from './Inspections.svelte.ts'
import { installedOf } from './testing/models.ts'

const good: Inspection = { model: null, projector: null, findings: [], loadable: true }

it('reads each pair of files once, and anew when it changes', async () => {
  const asked: ModelFiles[] = []
  const inspections = new Inspections((files) => {
    asked.push(files)
    return Promise.resolve(good)
  })
  const first = installedOf(), second = installedOf({ id: 'm2', files: { model: '/b.gguf', projector: null } })
  await inspections.look([first, second])
  await inspections.look([first, second])
  const changed = installedOf({ files: { model: '/models/llava.gguf', projector: null } })
  await inspections.look([changed, second])
  expect(asked).toEqual([first.files, second.files, changed.files])
  expect(inspections.facts(changed)).toEqual(good)
  expect(inspections.of(first)).toBeNull()
})

it('goes on with a newer list instead of the older one', async () => {
  const slow = deferred<Inspection>()
  const asked: string[] = []
  const inspections = new Inspections(async ({ model }) => {
    asked.push(model)
    return model === '/slow.gguf' ? await slow.promise : good
  })
  const old = inspections.look([installedOf({ files: { model: '/slow.gguf', projector: null } }), installedOf({ id: 'gone', files: { model: '/gone.gguf', projector: null } })])
  await inspections.look([installedOf({ id: 'm2', files: { model: '/new.gguf', projector: null } })])
  slow.resolve(good)
  await old
  expect(asked).toEqual(['/slow.gguf', '/new.gguf'])
})

it('tells what could not be read, and tries again when asked to', async () => {
  const answers: (() => Promise<Inspection>)[] = [() => Promise.reject(new AppError('FILE_UNREADABLE', { path: '/x', detail: 'EIO' })), () => Promise.resolve(good)]
  const inspections = new Inspections(() => answers.shift()?.() ?? Promise.resolve(good))
  const model = installedOf()
  await inspections.look([model])
  expect(inspections.of(model)).toMatchObject({ error: { code: 'FILE_UNREADABLE' } })
  inspections.forget(model.id)
  await inspections.look([model])
  expect(inspections.facts(model)).toEqual(good)
})
