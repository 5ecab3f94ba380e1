import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Download } from '../../contract/domains/download.ts'
import { newId } from '../../storage/ids.ts'
import { catalogueOf, isOver, ServiceBench, until } from './testing/ServiceBench.ts'
import { hashOf } from './testing/TransferBench.ts'

let bench: ServiceBench
beforeEach(async () => (bench = await ServiceBench.start()))
afterEach(async () => {
  const wrong = bench.wrongFiles
  await bench.stop()
  expect(wrong, 'wrong files under their real names').toEqual([])
})

const isState = (...states: Download['state'][]) => (download: Download) => states.includes(download.state)
const both = ['mmproj-f16.gguf', 'model-Q4_K_M.gguf']

describe('a model and its projector', () => {
  test('arrive together, and are taken into the list', async () => {
    const { service, store, clock, done } = bench.open()
    service.goOn()
    const seen: Download[] = []
    const id = service.start(bench.request)
    await until(service, id, (download) => seen.push(download) > 0 && isOver(download))
    expect(seen.at(-1)).toMatchObject({
      name: 'model-Q4_K_M', state: 'done', bytes: 340_000, received: 340_000, bytesPerSecond: null, secondsLeft: null, error: null, request: bench.request,
      files: [{ name: 'model-Q4_K_M.gguf', bytes: 250_000, received: 250_000 }, { name: 'mmproj-f16.gguf', bytes: 90_000, received: 90_000 }],
    })
    expect(bench.files).toEqual(both)
    expect([bench.path('model-Q4_K_M.gguf'), bench.path('mmproj-f16.gguf')].map((path) => hashOf(readFileSync(path)))).toEqual([hashOf(bench.model), hashOf(bench.projector)])
    const files = { model: bench.path('model-Q4_K_M.gguf'), projector: bench.path('mmproj-f16.gguf') }
    expect(done).toEqual([{ files, meta: { name: 'model-Q4_K_M', template: null, catalogue: null, repository: 'owner/name' } }])
    expect(store.installedModels.list()).toMatchObject([{ id: seen.at(-1)?.installed, files, source: 'download', repository: 'owner/name' }])
    // Told a few times a second: after each time it waits a quarter of one.
    expect(clock.slept.filter((milliseconds) => milliseconds === 250)).toHaveLength(seen.length - 1)
    const received = seen.map((download) => download.received)
    expect(received).toEqual([...received].sort((a, b) => a - b))
    const order = ['queued', 'checking', 'running', 'verifying', 'done']
    const states = seen.map(({ state }) => order.indexOf(state)).filter((_state, index) => index > 0)
    expect(states.every((state) => state >= 0)).toBe(true)
  })

  test('of the catalogue are held to its checksums, and bring what it knows', async () => {
    const { service, done } = bench.open({ catalogue: catalogueOf(bench) })
    service.goOn()
    const request = { type: 'catalogue', model: 'llava', variant: 'q4' } as const
    expect(await until(service, service.start(request), isOver)).toMatchObject({ state: 'done', name: 'LLaVA Q4' })
    expect(done[0]?.meta).toEqual({ name: 'LLaVA Q4', template: 'vicuna_v1', catalogue: { model: 'llava', variant: 'q4' }, repository: 'owner/name' })
    bench.hub.put('owner/name/model-Q8_0.gguf', Buffer.alloc(50_000, 9))
    expect(await until(service, service.start({ ...request, variant: 'q8' }), isOver)).toMatchObject({ state: 'failed', error: { code: 'DOWNLOAD_WRONG_BYTES', params: { name: 'model-Q8_0.gguf' } } })
    expect(bench.files).toEqual(both)
    expect(() => service.start({ ...request, variant: 'q9' })).toThrow(expect.objectContaining({ code: 'MODEL_UNKNOWN' }))
  })

  test('in several parts arrive with all of them', async () => {
    for (const part of [1, 2]) bench.hub.put(`owner/name/big-0000${part}-of-00002.gguf`, Buffer.alloc(40_000, part))
    const { service, done } = bench.open()
    service.goOn()
    const id = service.start({ ...bench.request, model: 'big-00001-of-00002.gguf', projector: null })
    expect(await until(service, id, isOver)).toMatchObject({ state: 'done', name: 'big', bytes: 80_000 })
    expect(done[0]?.files).toEqual({ model: bench.path('big-00001-of-00002.gguf'), projector: null })
    expect(bench.files).toEqual(['big-00001-of-00002.gguf', 'big-00002-of-00002.gguf'])
  })

  test('that are there already are looked through and not fetched again; a wrong one is replaced', async () => {
    const first = bench.open()
    first.service.goOn()
    const id = first.service.start(bench.request)
    await until(first.service, id, isOver)
    const { asked } = bench
    const again = first.service.start(bench.request)
    expect(again).not.toBe(id)
    expect(await until(first.service, again, isOver)).toMatchObject({ state: 'done', received: 340_000 })
    expect(bench.asked).toBe(asked)
    expect(first.store.installedModels.list()).toHaveLength(1)
    writeFileSync(bench.path('mmproj-f16.gguf'), Buffer.alloc(90_000, 1))
    expect(await until(first.service, first.service.start(bench.request), isOver)).toMatchObject({ state: 'done' })
    expect(bench.asked).toBe(asked + 90_000)
  })

})

describe('the person', () => {
  test('pauses: nothing more is fetched, also after a restart, until they resume', async () => {
    const first = bench.open()
    first.service.goOn()
    const id = first.service.start(bench.request)
    bench.when(150_000, () => first.service.pause(id))
    const paused = await until(first.service, id, isOver)
    expect(paused.state).toBe('paused')
    await first.end()
    const { asked } = bench
    const second = bench.open()
    second.service.goOn()
    expect(second.service.list()).toMatchObject([{ state: 'paused' }])
    expect(second.service.list()[0]?.received).toBeGreaterThan(0)
    second.service.resume(id)
    expect(await until(second.service, id, isOver)).toMatchObject({ state: 'done' })
    // What was recorded is not fetched again: only the pieces that were under way can be.
    expect(bench.asked).toBeLessThanOrEqual(340_000 + 3 * ServiceBench.pieceBytes)
    expect(bench.asked).toBeGreaterThan(asked)
  })

  test('pauses and resumes at once: it goes on', async () => {
    const { service } = bench.open()
    service.goOn()
    const id = service.start(bench.request)
    bench.when(100_000, () => {
      service.pause(id)
      expect(service.list()).toMatchObject([{ state: 'paused', bytesPerSecond: null }])
      service.resume(id)
    })
    expect(await until(service, id, isOver)).toMatchObject({ state: 'done' })
  })

  test('cancels: what was fetched goes, finished files too', async () => {
    const { service, store } = bench.open()
    service.goOn()
    const id = service.start(bench.request)
    let cancelled = Promise.resolve()
    bench.when(300_000, () => {
      expect(bench.files).toContain('model-Q4_K_M.gguf')
      cancelled = service.cancel(id)
      expect(service.list()).toEqual([])
    })
    for await (const downloads of service.watch()) if (downloads.length === 0) break
    await cancelled
    await expect.poll(() => bench.files).toEqual([])
    await expect.poll(() => store.downloads.list()).toEqual([])
  })

  test('cancels one that waits, that failed, that is done', async () => {
    const { service } = bench.open()
    const waiting = service.start(bench.request)
    await service.cancel(waiting)
    expect(service.list()).toEqual([])
    service.goOn()
    const done = service.start(bench.request)
    await until(service, done, isOver)
    await service.cancel(done)
    expect(service.list()).toEqual([])
    expect(bench.files).toEqual(both)
    bench.hub.put('owner/name/other.gguf', bench.model)
    bench.hub.fault('owner/name/other.gguf', { breakAfter: { bytes: 5000, how: 'end' } })
    const failed = service.start({ ...bench.request, model: 'other.gguf' })
    await until(service, failed, isOver)
    expect(bench.files).toContain('other.gguf.part')
    await service.cancel(failed)
    expect(bench.files).toEqual(both)
  })

  test('cancels one whose projector another model uses: the projector stays', async () => {
    bench.hub.put('owner/name/model-Q8_0.gguf', Buffer.alloc(50_000, 8))
    const { service } = bench.open({ catalogue: catalogueOf(bench) })
    service.goOn()
    await until(service, service.start({ type: 'catalogue', model: 'llava', variant: 'q4' }), isOver)
    bench.hub.fault('owner/name/model-Q8_0.gguf', { breakAfter: { bytes: 5000, how: 'end' } })
    const id = service.start({ type: 'catalogue', model: 'llava', variant: 'q8' })
    await until(service, id, isOver)
    await service.cancel(id)
    expect(bench.files).toEqual(both)
  })

  test('asks twice for the same: it is one download', () => {
    const { service } = bench.open()
    expect(service.start(bench.request)).toBe(service.start({ ...bench.request }))
    expect(service.start({ ...bench.request, projector: null })).not.toBe(service.list()[0]?.id)
    expect(service.list()).toHaveLength(2)
    for (const wrong of [{ model: 'model.safetensors' }, { repository: 'owner/name:Q4_K_M' }, { model: '../model.gguf' }]) {
      expect(() => service.start({ ...bench.request, ...wrong })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
    }
    expect(service.list()).toHaveLength(2)
  })
})

describe('the queue', () => {
  test('works on one after the other', async () => {
    bench.hub.put('owner/name/second.gguf', bench.model)
    const { service } = bench.open()
    service.goOn()
    const [first, second] = [service.start(bench.request), service.start({ ...bench.request, model: 'second.gguf', projector: null })]
    let together = 0
    for await (const downloads of service.watch()) {
      if (downloads.filter(isState('checking', 'running', 'verifying')).length > 1) together += 1
      if (downloads.every(isOver)) break
    }
    expect(together).toBe(0)
    const firstOfSecond = bench.hub.seen.findIndex(({ url, method }) => method === 'GET' && url.includes('second'))
    const lastOfFirst = bench.hub.seen.findLastIndex(({ url, method }) => method === 'GET' && !url.includes('second'))
    expect(firstOfSecond).toBeGreaterThan(lastOfFirst)
    expect(service.list().map(({ id, state }) => [id, state])).toEqual([[first, 'done'], [second, 'done']])
  })

  test('goes on by itself after the app ended in the middle', async () => {
    const first = bench.open()
    first.service.goOn()
    const id = first.service.start(bench.request)
    await new Promise<void>((resolve) => bench.when(120_000, resolve))
    await first.end()
    const second = bench.open()
    expect(second.service.list()).toMatchObject([{ id, state: 'queued', bytesPerSecond: null }])
    second.service.goOn()
    expect(await until(second.service, id, isOver)).toMatchObject({ state: 'done' })
    expect(bench.asked).toBeLessThanOrEqual(340_000 + 3 * ServiceBench.pieceBytes)
  })

  test('is shared by two processes: one works, the other one sees it and may pause it', async () => {
    const [working, watching] = [bench.open(), bench.open()]
    working.service.goOn()
    const id = working.service.start(bench.request)
    watching.service.goOn()
    bench.when(150_000, () => watching.service.pause(id))
    expect(await until(watching.service, id, isOver)).toMatchObject({ state: 'paused' })
    await expect.poll(() => working.store.downloads.find(id)).toMatchObject({ state: 'paused', worker: null })
    watching.service.resume(id)
    expect(await until(working.service, id, isOver)).toMatchObject({ state: 'done' })
    expect(working.done.length + watching.done.length).toBe(1)
    expect(bench.asked).toBeLessThanOrEqual(340_000 + 2 * 3 * ServiceBench.pieceBytes)
  })

  test('is left alone by a process that wants one download, which need not wait for those before it', async () => {
    bench.hub.put('owner/name/second.gguf', bench.model)
    const { service } = bench.open()
    const waiting = service.start(bench.request)
    const wanted = service.start({ ...bench.request, model: 'second.gguf', projector: null })
    service.goOn(wanted)
    expect(await until(service, wanted, isOver)).toMatchObject({ state: 'done' })
    expect(service.list()).toMatchObject([{ id: waiting, state: 'queued', received: 0 }, { id: wanted }])
    expect(bench.files).toEqual(['second.gguf'])
  })

  test('is paused by a process that leaves, unless another one works on it', async () => {
    const [working, leaving] = [bench.open(), bench.open()]
    working.service.goOn()
    const id = working.service.start(bench.request)
    let states: string[] = []
    bench.when(150_000, () => {
      leaving.service.pauseHere(id)
      states = working.service.list().map(({ state }) => state)
    })
    expect(await until(working.service, id, isOver)).toMatchObject({ state: 'done' })
    expect(states).toEqual(['running'])
    await working.end()
    const waiting = leaving.service.start({ ...bench.request, projector: null })
    leaving.service.pauseHere(waiting)
    expect(leaving.service.list()).toMatchObject([{ id }, { id: waiting, state: 'paused' }])
    bench.hub.put('owner/name/third.gguf', bench.model)
    const own = leaving.service.start({ ...bench.request, model: 'third.gguf', projector: null })
    leaving.service.goOn(own)
    bench.when(100_000, () => leaving.service.pauseHere(own))
    expect(await until(leaving.service, own, isOver)).toMatchObject({ state: 'paused' })
  })

  test('passes to the process that is left', async () => {
    const [leaving, staying] = [bench.open(), bench.open()]
    leaving.service.goOn()
    const id = leaving.service.start(bench.request)
    await new Promise<void>((resolve) => bench.when(100_000, resolve))
    staying.service.goOn()
    await leaving.end()
    expect(await until(staying.service, id, isOver)).toMatchObject({ state: 'done' })
    expect(staying.done).toHaveLength(1)
  })

  test('shows what it can where a row cannot be read, and logs that one once', () => {
    const { service, store, logged } = bench.open()
    store.downloads.add({ id: newId(), name: 'wrong', request: { ...bench.request, repository: 'owner/name:Q4' }, files: [] }, 1)
    const id = service.start(bench.request)
    for (let times = 0; times < 2; times += 1) expect(service.list()).toMatchObject([{ id }])
    expect(logged.filter((line) => line.includes('cannot be shown'))).toHaveLength(1)
  })

  test('shows what a process left that died as waiting, and goes on with it, also where it was empty before', async () => {
    const [staying, dying, watching] = [bench.open(), bench.open(), bench.open()]
    const id = dying.service.start(bench.request)
    const leave = () => {
      const claimed = dying.store.downloads.claim('dead', () => true)
      dying.store.downloads.save(id, 'dead', { state: 'running', files: claimed!.files, bytesPerSecond: 1000 })
    }
    leave()
    expect(watching.service.list()).toMatchObject([{ state: 'queued', bytesPerSecond: null, secondsLeft: null }])
    dying.service.pause(id)
    // From here on it waits, and nobody in this process tells it anything.
    staying.service.goOn()
    dying.store.downloads.resume(id)
    leave()
    expect(await until(watching.service, id, isOver)).toMatchObject({ state: 'done' })
    expect(staying.done).toHaveLength(1)
  })
})
