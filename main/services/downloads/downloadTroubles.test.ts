import { readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Catalogue } from '../../contract/domains/catalogue.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { dataPaths } from '../../platform/paths.ts'
import { smallDisk } from '../../platform/testing.ts'
import { Database } from '../../storage/Database.ts'
import { catalogueOf, isOver, ServiceBench, until } from './testing/ServiceBench.ts'
import { hashOf } from './testing/TransferBench.ts'

let bench: ServiceBench
beforeEach(async () => (bench = await ServiceBench.start()))
afterEach(async () => {
  const wrong = bench.wrongFiles
  await bench.stop()
  expect(wrong, 'wrong files under their real names').toEqual([])
})

describe('what goes wrong', () => {
  test('is said, and is over when it is over', async () => {
    bench.hub.fault('owner/name/mmproj-f16.gguf', { status: { at: 'hub', code: 404 } })
    const { service } = bench.open()
    service.goOn()
    const id = service.start(bench.request)
    expect(await until(service, id, isOver)).toMatchObject({ state: 'failed', error: { code: 'HUB_FILE_MISSING', params: { repository: 'owner/name', path: 'mmproj-f16.gguf' } } })
    expect(bench.asked, 'nothing is fetched before all files are known').toBe(0)
    bench.hub.fault('owner/name/mmproj-f16.gguf', {})
    service.resume(id)
    expect(service.list()).toMatchObject([{ error: null }])
    expect(await until(service, id, isOver)).toMatchObject({ state: 'done', error: null })
  })

  test('a hub that offers another file than the catalogue knows is not asked for its bytes, and what was fetched goes', async () => {
    const { service } = bench.open({ catalogue: catalogueOf(bench) })
    service.goOn()
    const id = service.start({ type: 'catalogue', model: 'llava', variant: 'q4' })
    bench.when(100_000, () => service.pause(id))
    await until(service, id, isOver)
    expect(bench.files).toContain('model-Q4_K_M.gguf.part')
    bench.hub.put('owner/name/model-Q4_K_M.gguf', Buffer.alloc(bench.model.length, 1))
    const { asked } = bench
    service.resume(id)
    expect(await until(service, id, isOver)).toMatchObject({ state: 'failed', received: 0, error: { code: 'DOWNLOAD_WRONG_BYTES', params: { name: 'model-Q4_K_M.gguf' } } })
    expect(bench.asked).toBe(asked)
    expect(bench.files).toEqual([])
  })

  test('an address that is none fails the download, and the queue goes on', async () => {
    const { service } = bench.open({ connect: () => { throw new AppError('HUB_UNREACHABLE', { host: 'mirror', detail: 'not a web address' }) } })
    service.goOn()
    const ids = [service.start(bench.request), service.start({ ...bench.request, projector: null })]
    for (const id of ids) expect(await until(service, id, isOver)).toMatchObject({ state: 'failed', error: { code: 'HUB_UNREACHABLE' } })
  })

  test('a disk that is too small is found out before anything is fetched', async () => {
    const { service } = bench.open({ roomBytes: 1e15 })
    service.goOn()
    const failed = await until(service, service.start(bench.request), isOver)
    expect(failed.error).toMatchObject({ code: 'DISK_TOO_SMALL', params: { path: dataPaths(bench.root).models, needed: 1_000_000.1 } })
    expect(bench.asked).toBe(0)
  })

  test('what is there already needs no space again', async (context) => {
    const disk = smallDisk(8192)
    if ('reason' in disk) return context.skip(disk.reason)
    await bench.stop()
    bench = await ServiceBench.start(disk)
    bench.hub.put('owner/name/large.gguf', Buffer.alloc(5_000_000, 7))
    bench.hub.put('owner/name/larger.gguf', Buffer.alloc(9_000_000, 7))
    const { service } = bench.open()
    service.goOn()
    const larger = service.start({ ...bench.request, model: 'larger.gguf', projector: null })
    expect(await until(service, larger, isOver)).toMatchObject({ state: 'failed', error: { code: 'DISK_TOO_SMALL', params: { needed: 0.1 } } })
    expect(bench.asked).toBe(0)
    const id = service.start({ ...bench.request, model: 'large.gguf', projector: null })
    bench.when(4_000_000, () => service.pause(id))
    expect(await until(service, id, isOver)).toMatchObject({ state: 'paused' })
    const { bavail, bsize } = statfsSync(bench.root)
    expect(bavail * bsize, 'as a new download it would not fit').toBeLessThan(5_000_000)
    service.resume(id)
    expect(await until(service, id, isOver)).toMatchObject({ state: 'done' })
  })

  test('a disk that fills up keeps what is there, and the download ends when there is space', async (context) => {
    const disk = smallDisk(8192)
    if ('reason' in disk) return context.skip(disk.reason)
    await bench.stop()
    bench = await ServiceBench.start(disk)
    bench.hub.put('owner/name/large.gguf', Buffer.alloc(3_000_000, 7))
    const { service } = bench.open()
    service.goOn()
    const id = service.start({ ...bench.request, model: 'large.gguf', projector: null })
    const filler = join(bench.root, 'filler')
    bench.when(500_000, () => {
      expect(() => {
        for (;;) writeFileSync(filler, Buffer.alloc(4096), { flag: 'a' })
      }).toThrow('ENOSPC')
    })
    const full = await until(service, id, isOver)
    expect(full).toMatchObject({ state: 'failed', error: { code: 'DISK_FULL' } })
    expect(bench.files).toContain('large.gguf.part')
    rmSync(filler)
    service.resume(id)
    expect(await until(service, id, isOver)).toMatchObject({ state: 'done' })
    expect(hashOf(readFileSync(bench.path('large.gguf')))).toBe(hashOf(Buffer.alloc(3_000_000, 7)))
  })
})

test('a file without a checksum is held to what its first download taught, also by the next process', async () => {
  const request = { ...bench.request, model: 'plain.gguf', projector: null }
  bench.hub.put('owner/name/plain.gguf', bench.model, { lfs: false })
  const first = bench.open()
  first.service.goOn()
  expect(await until(first.service, first.service.start(request), isOver)).toMatchObject({ state: 'done' })
  await first.end()
  rmSync(bench.path('plain.gguf'))
  bench.hub.put('owner/name/plain.gguf', Buffer.alloc(bench.model.length, 1), { lfs: false })
  const second = bench.open()
  second.service.goOn()
  const id = second.service.start(request)
  expect(await until(second.service, id, isOver)).toMatchObject({ state: 'failed', received: 0, error: { code: 'DOWNLOAD_WRONG_BYTES', params: { name: 'plain.gguf' } } })
  expect(bench.files).toEqual([])
  bench.hub.put('owner/name/plain.gguf', bench.model, { lfs: false })
  second.service.resume(id)
  expect(await until(second.service, id, isOver)).toMatchObject({ state: 'done' })
})

describe('a file the catalogue names without a checksum', () => {
  const request = { type: 'catalogue', model: 'llava', variant: 'q4' } as const
  const unknowing = (): Catalogue => JSON.parse(JSON.stringify(catalogueOf(bench)).replaceAll(/"sha256":"[0-9a-f]+"/g, '"sha256":null')) as Catalogue
  const changed = Buffer.alloc(250_000, 1)

  test('is held to what its first download taught, whatever the hub says now; by its repository it can be had all the same', async () => {
    const { service } = bench.open({ catalogue: unknowing() })
    service.goOn()
    expect(await until(service, service.start(request), isOver)).toMatchObject({ state: 'done' })
    bench.hub.put('owner/name/model-Q4_K_M.gguf', changed)
    const { asked } = bench
    const refused = service.start(request)
    expect(await until(service, refused, isOver)).toMatchObject({ state: 'failed', error: { code: 'DOWNLOAD_WRONG_BYTES', params: { name: 'model-Q4_K_M.gguf' } } })
    expect(bench.asked).toBe(asked)
    expect(hashOf(readFileSync(bench.path('model-Q4_K_M.gguf')))).toBe(hashOf(bench.model))
    expect(await until(service, service.start(bench.request), isOver)).toMatchObject({ state: 'done' })
    expect(hashOf(readFileSync(bench.path('model-Q4_K_M.gguf')))).toBe(hashOf(changed))
    service.resume(refused)
    expect(await until(service, refused, isOver)).toMatchObject({ state: 'done' })
    bench.hub.put('owner/name/model-Q4_K_M.gguf', bench.model)
    expect(await until(service, service.start(bench.request), isOver)).toMatchObject({ state: 'done' })
  })

  test('is held to it also where it is a projector that is fetched alone', async () => {
    const { service, store } = bench.open({ catalogue: unknowing() })
    service.goOn()
    const done = await until(service, service.start(request), isOver)
    store.installedModels.change(done.installed!, { projector: null })
    bench.hub.put('owner/name/mmproj-f16.gguf', changed)
    const alone = { type: 'projector', installed: done.installed!, repository: 'owner/name', revision: 'main', path: 'mmproj-f16.gguf' } as const
    expect(await until(service, service.start(alone), isOver)).toMatchObject({ state: 'failed', error: { code: 'DOWNLOAD_WRONG_BYTES' } })
  })
})

test('a database that fails for a while stops the queue for that while', async () => {
  const { service, logged } = bench.open()
  const hand = new Database(dataPaths(bench.root).database)
  hand.exec('ALTER TABLE downloads RENAME TO away')
  service.goOn()
  await expect.poll(() => logged.filter((line) => line.includes('cannot be worked on')).length).toBeGreaterThan(1)
  hand.exec('ALTER TABLE away RENAME TO downloads')
  hand.dispose()
  expect(await until(service, service.start(bench.request), isOver)).toMatchObject({ state: 'done' })
})

test('a fault on the way to the hub fails the download, and does not hold up the queue', async () => {
  let fails = true
  const connections = () => {
    if (fails) throw new Error('no settings')
    return 3
  }
  const { service } = bench.open({ connections })
  service.goOn()
  const id = service.start(bench.request)
  expect(await until(service, id, isOver)).toMatchObject({ state: 'failed', error: { code: 'INTERNAL' } })
  fails = false
  service.resume(id)
  expect(await until(service, id, isOver)).toMatchObject({ state: 'done' })
})

test('the token opens a gated repository, and stands in no log, no database and no address', async () => {
  bench.hub.token = 'hf_very_secret'
  const without = bench.open()
  without.service.goOn()
  const id = without.service.start(bench.request)
  expect(await until(without.service, id, isOver)).toMatchObject({ state: 'failed', error: { code: 'HUB_NEEDS_TOKEN', params: { repository: 'owner/name' } } })
  await without.end()
  const { service, logged } = bench.open({ token: 'hf_very_secret' })
  service.goOn()
  service.resume(id)
  expect(await until(service, id, isOver)).toMatchObject({ state: 'done' })
  expect(bench.hub.seen.filter(({ at, headers }) => at === 'store' && headers['authorization'] !== undefined)).toEqual([])
  expect(bench.hub.seen.some(({ url }) => url.includes('hf_very'))).toBe(false)
  expect([...without.logged, ...logged].join('\n')).not.toContain('hf_very')
  for (const name of readdirSync(bench.root, { recursive: true, withFileTypes: true })) {
    if (name.isFile()) expect(readFileSync(join(name.parentPath, name.name)).includes('hf_very')).toBe(false)
  }
})
