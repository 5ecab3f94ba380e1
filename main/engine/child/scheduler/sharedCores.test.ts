import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NativeEmbeddings } from '../../native/binding.d.ts'
import { Cores } from '../Cores.ts'
import { EmbeddingCache } from '../pictures/EmbeddingCache.ts'
import { writePpm } from '../pictures/ppm.ts'
import { fakeEmbeddings, FakeContext } from '../testing/FakeContext.ts'
import { fakeImage, fakeJob, readAll } from '../testing/jobs.ts'
import type { JobInput } from './Job.ts'
import { Scheduler } from './Scheduler.ts'

const turn = async () => await new Promise((resolve) => setImmediate(resolve))

/** An encoder that ends when the test lets it, and says whether a step was made meanwhile. */
class SlowEncoder {
  running = 0
  aborted = 0
  done = 0
  #end: ((error: Error | null) => void) | null = null

  async encode(rgb: Uint8Array): Promise<NativeEmbeddings> {
    this.running++
    try {
      await new Promise<void>((resolve, reject) => (this.#end = (error) => (error === null ? resolve() : reject(error))))
    } finally {
      this.running--
    }
    this.done++
    return fakeEmbeddings(rgb[0] ?? 0)
  }

  abort(): void {
    this.aborted++
    this.#end?.(Object.assign(new Error('aborted'), { code: 'ABORTED' }))
  }

  async finish(): Promise<void> {
    while (this.running === 0) await turn()
    this.#end?.(null)
  }
}

/** Counts the steps that were made while a picture was being encoded. */
class Watching extends FakeContext {
  beside = 0
  encoder: SlowEncoder | null = null
  override async step(entries: Parameters<FakeContext['step']>[0]): ReturnType<FakeContext['step']> {
    if (this.encoder !== null && this.encoder.running > 0) this.beside++
    return await super.step(entries)
  }
}

describe('encoder and decoder on the same cores', () => {
  let folder = ''
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'shared-cores-'))
    for (const image of [1, 2]) await writePpm(join(folder, `${image}.ppm`), { rgb: Uint8Array.of(image, 0, 0), width: 1, height: 1 })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const setup = (isShared = true) => {
    const [context, encoder, cores] = [new Watching(600, 8), new SlowEncoder(), new Cores(isShared)]
    context.encoder = encoder
    const scheduler = new Scheduler(context, new EmbeddingCache(encoder, null, undefined, cores), { maxActive: 2, cores })
    return { context, encoder, scheduler }
  }
  const about = (image: number, options: Partial<JobInput> = {}): JobInput => {
    const item = fakeImage(image)
    return fakeJob([7, item, 8], { conversation: `about ${image}`, embeddings: new Map(), pictures: new Map([[item.key, { key: item.key, path: join(folder, `${image}.ppm`) }]]), ...options })
  }

  it('take turns: no step is made while a picture is encoded', async () => {
    const { context, encoder, scheduler } = setup()
    const batch = [about(1, { priority: 'batch' }), about(2, { priority: 'batch' })].map(async (input) => await readAll(scheduler.submit(input)))
    await encoder.finish()
    await encoder.finish()
    await Promise.all(batch)
    expect({ beside: context.beside, done: encoder.done }).toEqual({ beside: 0, done: 2 })
  })

  it('which is not so where each has its own', async () => {
    const { context, encoder, scheduler } = setup(false)
    const seeing = readAll(scheduler.submit(about(1)))
    while (encoder.running === 0) await turn()
    await readAll(scheduler.submit(fakeJob([1, 2, 3], { conversation: 'other' })))
    expect(context.beside).toBeGreaterThan(0)
    await encoder.finish()
    await seeing
  })

  it('give way at once: a chat does not wait for a picture of a batch', async () => {
    const { encoder, scheduler } = setup()
    const batch = readAll(scheduler.submit(about(1, { priority: 'batch' })))
    while (encoder.running === 0) await turn()
    // Nobody lets the encoder end, so the answer comes only if it was told to.
    await readAll(scheduler.submit(fakeJob([1, 2, 3], { conversation: 'chat' })))
    expect([encoder.aborted, encoder.done]).toEqual([1, 0])
    await encoder.finish()
    await batch
    expect(encoder.done).toBe(1)
  })

  it('are left to a chat that waits for cells, but not to one that waits for the batch itself', async () => {
    const { context, encoder, scheduler } = setup()
    const file = join(folder, 'cells.json')
    writeFileSync(file, JSON.stringify(Array.from({ length: 500 }, (_, index) => index)))
    const restore = context.restoreSequence.bind(context)
    let goOn: () => void = () => undefined
    context.restoreSequence = async (sequence, path) => {
      await new Promise<void>((resolve) => (goOn = resolve))
      await restore(sequence, path)
    }
    const restored = scheduler.lending.restore(Array.from({ length: 500 }, (_, index) => index), file, () => Promise.resolve(true))
    const batch = readAll(scheduler.submit(about(1, { priority: 'batch', conversation: 'both' })))
    while (encoder.running === 0) await turn()
    const stop = new AbortController()
    // Until the other chat is there, there is no room for this one's prompt.
    const chat = readAll(scheduler.submit(fakeJob(Array.from({ length: 120 }, () => 3), { conversation: 'chat', signal: stop.signal }))).catch((error: unknown) => (error as { code?: string }).code)
    for (let count = 0; count < 10; count++) await turn()
    expect([encoder.aborted, encoder.running]).toEqual([1, 0])
    stop.abort()
    expect(await chat).toBe('ABORTED')
    const own = readAll(scheduler.submit(fakeJob([1, 2, 3], { conversation: 'both' })))
    await turn()
    await encoder.finish()
    await Promise.all([batch, own])
    goOn()
    expect(await restored).toBe(true)
    await scheduler.close()
  })

  it('leave nobody waiting when a request for a picture is cancelled', async () => {
    const { encoder, scheduler } = setup()
    const stop = new AbortController()
    const cancelled = readAll(scheduler.submit(about(1, { signal: stop.signal }))).catch((error: unknown) => (error as { code?: string }).code)
    while (encoder.running === 0) await turn()
    const other = readAll(scheduler.submit(fakeJob([1, 2, 3], { conversation: 'other' })))
    stop.abort()
    expect(await cancelled).toBe('ABORTED')
    await other
    expect(encoder.running).toBe(0)
    await scheduler.close()
  })
})
