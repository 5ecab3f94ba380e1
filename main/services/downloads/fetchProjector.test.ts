import { existsSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import type { ModelFiles } from '../../contract/domains/model.ts'
import { newId } from '../../storage/ids.ts'
import { catalogueOf, isOver, ServiceBench, until } from './testing/ServiceBench.ts'
import type { TestProcess } from './testing/ServiceBench.ts'

let bench: ServiceBench
let process: TestProcess
let installed: string
let judged: ModelFiles[]
const model = '/elsewhere/llava.gguf'

beforeEach(async () => {
  bench = await ServiceBench.start()
  judged = []
  process = bench.open({
    inspect: async (files) => {
      await Promise.resolve()
      judged.push(files)
      if (files.model !== model) throw new AppError('PROJECTOR_WIDTH_MISMATCH', { projector: 'p', projectorWidth: 1, model: 'm', modelWidth: 2 })
    },
  })
  process.service.goOn()
  installed = add(model)
})
afterEach(async () => await bench.stop())

const add = (path: string) =>
  process.store.installedModels.add({ id: newId(), name: 'LLaVA', files: { model: path, projector: null }, adapters: [], template: null, source: 'import', catalogue: null, repository: null, addedAt: 1 })
const request = (id: string) => ({ type: 'projector', installed: id, repository: 'owner/name', revision: 'main', path: 'mmproj-f16.gguf' }) as const
const projector = () => bench.path('mmproj-f16.gguf')

test('a projector that is fetched alone is judged with its model, which gets it', async () => {
  const { service, store } = process
  const id = service.start(request(installed))
  expect(service.start(request(installed))).toBe(id)
  expect(await until(service, id, isOver)).toMatchObject({ state: 'done', name: 'mmproj-f16', installed, files: [{ name: 'mmproj-f16.gguf' }] })
  expect(judged).toEqual([{ model, projector: projector() }])
  expect(store.installedModels.find(installed)?.files).toEqual({ model, projector: projector() })
})

test('one that does not fit is deleted, and the model stays as it is', async () => {
  const { service, store } = process
  const other = add('/elsewhere/other.gguf')
  expect(await until(service, service.start(request(other)), isOver)).toMatchObject({ state: 'failed', error: { code: 'PROJECTOR_WIDTH_MISMATCH' } })
  expect([existsSync(projector()), store.installedModels.find(other)?.files.projector]).toEqual([false, null])
})

test('is held to the checksum of the catalogue', async () => {
  const { service, store } = bench.open({ catalogue: catalogueOf(bench) })
  service.goOn()
  await process.end()
  bench.hub.put('owner/name/mmproj-f16.gguf', Buffer.alloc(90_000, 7))
  expect(await until(service, service.start(request(installed)), isOver)).toMatchObject({ state: 'failed', error: { code: 'DOWNLOAD_WRONG_BYTES' } })
  expect(store.installedModels.find(installed)?.files.projector).toBeNull()
})

test('one whose model was taken off the list meanwhile says so', async () => {
  const { service, store } = process
  store.installedModels.remove(installed)
  expect(await until(service, service.start(request(installed)), isOver)).toMatchObject({ state: 'failed', error: { code: 'MODEL_UNKNOWN' } })
})
