import { existsSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DownloadRequest } from '../../contract/domains/download.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { newId } from '../../storage/ids.ts'
import { catalogueOf, isOver, ServiceBench, until } from './testing/ServiceBench.ts'

let bench: ServiceBench
beforeEach(async () => (bench = await ServiceBench.start()))
afterEach(async () => await bench.stop())

const model = 'model-Q4_K_M.gguf', projector = 'mmproj-f16.gguf'
const ofCatalogue: DownloadRequest = { type: 'catalogue', model: 'llava', variant: 'q4' }
const mismatch = new AppError('PROJECTOR_WIDTH_MISMATCH', { projector: 'p', projectorWidth: 1, model: 'm', modelWidth: 2 })

describe('an inspection that fails', () => {
  const cases: [string, AppError, DownloadRequest | null, string[]][] = [
    ['a model that is none', new AppError('MODEL_NOT_GGUF', { path: 'x', found: 'text' }), null, [projector]],
    ['a damaged model', new AppError('MODEL_DAMAGED', { path: 'x', detail: 'y' }), null, [projector]],
    ['a projector in the place of a model', new AppError('MODEL_IS_PROJECTOR', { path: 'x' }), null, [projector]],
    ['a model in the place of a projector', new AppError('PROJECTOR_IS_MODEL', { path: 'x' }), null, [model]],
    ['a damaged projector', new AppError('PROJECTOR_DAMAGED', { path: 'x', detail: 'y' }), null, [model]],
    ['a pair of the catalogue that does not fit', mismatch, ofCatalogue, [model]],
    ['a pair made by hand that does not fit', mismatch, null, [projector, model]],
    ['a projector that is away', new AppError('PROJECTOR_MISSING', { path: 'x' }), null, [projector, model]],
    ['a model that is away', new AppError('MODEL_MISSING', { path: 'x' }), ofCatalogue, [projector, model]],
    ['a disk that fails', new AppError('FILE_UNREADABLE', { path: 'x', detail: 'EIO' }), ofCatalogue, [projector, model]],
    ['a kind this version cannot run', new AppError('MODEL_UNSUPPORTED', { path: 'x', architecture: 'y' }), null, [projector, model]],
  ]
  test.each(cases)('for %s costs no file that is right', async (_what, problem, request, kept) => {
    let problems: AppError[] = [problem]
    const { service, store } = bench.open({ catalogue: catalogueOf(bench), inspect: async () => await (problems[0] === undefined ? Promise.resolve() : Promise.reject(problems[0])) })
    service.goOn()
    const id = service.start(request ?? bench.request)
    const failed = await until(service, id, isOver)
    expect(failed).toMatchObject({ state: 'failed', error: { code: problem.code } })
    expect(bench.files).toEqual(kept)
    expect(failed.files.filter(({ received }) => received > 0).map(({ name }) => name).sort()).toEqual(kept)
    expect(store.installedModels.list()).toEqual([])
    // When it is over, only what was deleted is fetched again.
    problems = []
    const { asked } = bench
    service.resume(id)
    expect(await until(service, id, isOver)).toMatchObject({ state: 'done' })
    expect(bench.asked - asked).toBe(340_000 - kept.reduce((sum, name) => sum + (name === model ? 250_000 : 90_000), 0))
  })

  test('for a model that is none takes back what its download taught', async () => {
    const { service, store } = bench.open({ inspect: async () => await Promise.reject(new AppError('MODEL_NOT_GGUF', { path: 'x', found: 'text' })) })
    service.goOn()
    await until(service, service.start(bench.request), isOver)
    const learnt = (path: string) => store.checksums.find({ repository: 'owner/name', revision: 'main', path }) !== null
    expect([learnt(model), learnt(projector)]).toEqual([false, true])
  })
})

test('a file that goes away while the others are fetched is fetched again', async () => {
  let present: boolean[] = []
  const { service } = bench.open({
    inspect: async (files) => {
      await Promise.resolve()
      present = [existsSync(files.model), existsSync(files.projector ?? '')]
    },
  })
  service.goOn()
  await until(service, service.start(bench.request), isOver)
  bench.hub.put('owner/name/model-Q8_0.gguf', Buffer.alloc(200_000, 8))
  bench.when(100_000, () => rmSync(bench.path(projector)))
  const id = service.start({ ...bench.request, model: 'model-Q8_0.gguf' })
  expect(await until(service, id, isOver)).toMatchObject({ state: 'done', received: 290_000 })
  expect(present).toEqual([true, true])
})

test('cancelling spares every part of a split model at hand', async () => {
  const parts = ['big-00001-of-00002.gguf', 'big-00002-of-00002.gguf']
  for (const [index, part] of parts.entries()) bench.hub.put(`owner/name/${part}`, Buffer.alloc(40_000, index))
  const { service, store } = bench.open({ inspect: async () => await Promise.reject(new AppError('FILE_UNREADABLE', { path: 'x', detail: 'EIO' })) })
  service.goOn()
  const id = service.start({ ...bench.request, model: parts[0]!, projector: null })
  await until(service, id, isOver)
  store.installedModels.add({ id: newId(), name: 'Big', files: { model: bench.path(parts[0]!), projector: null }, adapters: [], template: null, source: 'import', catalogue: null, repository: null, addedAt: 1 })
  await service.cancel(id)
  expect(bench.files).toEqual(parts)
})
