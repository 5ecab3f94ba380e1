import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Picture } from '../../protocol.ts'
import type { NativeEmbeddings } from '../../native/binding.d.ts'
import { fakeEmbeddings } from '../testing/FakeContext.ts'
import { EmbeddingCache } from './EmbeddingCache.ts'
import { writePpm } from './ppm.ts'

/** A fake projector, so that the test decides when a picture is done. */
class FakeProjector {
  readonly encoded: number[] = []
  readonly #running: { finish: () => void; abort: () => void }[] = []
  aborts = 0
  /** As a graphics card does, which cannot be interrupted. */
  finishesAnyway = false

  async encode(rgb: Uint8Array): Promise<NativeEmbeddings> {
    const image = rgb[0] ?? 0
    await new Promise<void>((resolve, reject) => {
      this.#running.push({ finish: resolve, abort: () => reject(Object.assign(new Error('aborted'), { code: 'ABORTED' })) })
    })
    this.encoded.push(image)
    return fakeEmbeddings(image)
  }

  abort(): void {
    this.aborts++
    if (!this.finishesAnyway) this.#running.shift()?.abort()
  }

  /** Waits until a picture is being encoded and lets it end. */
  async finishOne(): Promise<void> {
    await this.started()
    this.#running.shift()?.finish()
  }

  async started(): Promise<void> {
    while (this.#running.length === 0) await turn()
  }
}

const turn = async () => await new Promise((resolve) => setImmediate(resolve))

describe('EmbeddingCache', () => {
  let folder = ''
  const picture = (image: number): Picture => ({ key: `image ${image}`, path: join(folder, `${image}.ppm`) })
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'embeddings-'))
    for (let image = 1; image <= 10; image++) await writePpm(picture(image).path, { rgb: Uint8Array.of(image, 0, 0), width: 1, height: 1 })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const bytesEach = fakeEmbeddings(1).data.byteLength

  it('encodes a picture once, also for two who want it at the same time', async () => {
    const projector = new FakeProjector()
    const cache = new EmbeddingCache(projector)
    const both = Promise.all([cache.get(picture(1)), cache.get(picture(1))])
    await projector.finishOne()
    expect((await both).map(({ cached }) => cached)).toEqual([false, false])
    expect(await cache.get(picture(1))).toMatchObject({ cached: true })
    expect(projector.encoded).toEqual([1])
  })

  it('forgets the picture used least recently when the budget is spent', async () => {
    const projector = new FakeProjector()
    const cache = new EmbeddingCache(projector, null, bytesEach * 2)
    for (const image of [1, 2]) await Promise.all([cache.get(picture(image)), projector.finishOne()])
    expect(cache.peek('image 1')).toBeDefined()
    await Promise.all([cache.get(picture(3)), projector.finishOne()])
    expect([1, 2, 3].filter((image) => cache.peek(`image ${image}`) !== undefined)).toEqual([1, 3])
  })

  it('aborts the encoder when the last who wants the picture leaves, and encodes it afresh for the next', async () => {
    const projector = new FakeProjector()
    const cache = new EmbeddingCache(projector)
    const [one, two] = [new AbortController(), new AbortController()]
    const outcomes = [one, two].map(async ({ signal }) => await cache.get(picture(1), signal).then(() => 'done', (error: unknown) => (error as { code: string }).code))
    await projector.started()
    one.abort()
    expect(await outcomes[0]).toBe('ABORTED')
    expect(projector.aborts).toBe(0)
    two.abort()
    expect(await outcomes[1]).toBe('ABORTED')
    expect(projector.aborts).toBe(1)
    const [again] = await Promise.all([cache.get(picture(1)), projector.finishOne()])
    expect(again.cached).toBe(false)
  })

  it('takes what an aborted call finished all the same', async () => {
    const projector = new FakeProjector()
    projector.finishesAnyway = true
    const cache = new EmbeddingCache(projector)
    const abort = new AbortController()
    const left = cache.get(picture(1), abort.signal).catch((error: unknown) => (error as { code: string }).code)
    await projector.started()
    abort.abort()
    const next = cache.get(picture(1))
    await projector.finishOne()
    expect(await left).toBe('ABORTED')
    expect((await next).embeddings.data).toEqual(fakeEmbeddings(1).data)
    expect(projector.encoded).toEqual([1])
  })

  it('never starts a picture that nobody wants any more when its turn comes', async () => {
    const projector = new FakeProjector()
    const cache = new EmbeddingCache(projector)
    const first = cache.get(picture(1))
    const abort = new AbortController()
    const second = cache.get(picture(2), abort.signal).catch(() => 'left')
    abort.abort()
    await projector.finishOne()
    await Promise.all([first, second])
    await cache.close()
    expect(projector.encoded).toEqual([1])
  })

  it('reads the file of one who still waits, where another took its own along or never had one', async () => {
    const projector = new FakeProjector()
    const cache = new EmbeddingCache(projector)
    const busy = cache.get(picture(2))
    const abort = new AbortController()
    const left = cache.get({ ...picture(1), path: join(folder, 'gone.ppm') }, abort.signal).catch(() => 'left')
    const empty = cache.get({ ...picture(1), path: '' })
    const both = Promise.all([empty, cache.get(picture(1))])
    abort.abort()
    await projector.finishOne()
    await projector.finishOne()
    await Promise.all([busy, both])
    expect(await left).toBe('left')
    expect(projector.encoded).toEqual([2, 1])
  })

  it('passes on what is wrong with a picture file, and goes on', async () => {
    const projector = new FakeProjector()
    const cache = new EmbeddingCache(projector)
    await expect(cache.get({ key: 'none', path: join(folder, 'none.ppm') })).rejects.toMatchObject({ code: 'FILE_MISSING' })
    const [next] = await Promise.all([cache.get(picture(1)), projector.finishOne()])
    expect(next.cached).toBe(false)
  })

  describe('with pictures of a batch', () => {
    const setup = () => {
      const projector = new FakeProjector()
      const cache = new EmbeddingCache(projector)
      const get = async (image: number, isBatch: boolean) => await cache.get(picture(image), undefined, undefined, isBatch)
      return { projector, cache, get }
    }

    it("encodes a chat's first, and lets the one under way give way and come again", async () => {
      const { projector, get } = setup()
      const batch = [get(1, true), get(2, true)]
      await projector.started()
      const chat = get(3, false)
      await turn()
      expect(projector.aborts).toBe(1)
      for (let count = 0; count < 3; count++) await projector.finishOne()
      await Promise.all([...batch, chat])
      expect(projector.encoded).toEqual([3, 1, 2])
    })

    it('lets a picture give way eight times, and no more', async () => {
      const { projector, get } = setup()
      const batch = get(1, true)
      for (let image = 2; image <= 9; image++) {
        await projector.started()
        const chat = get(image, false)
        await turn()
        await projector.finishOne()
        await chat
      }
      await projector.started()
      const last = get(10, false)
      await turn()
      await projector.finishOne()
      await projector.finishOne()
      await Promise.all([batch, last])
      expect(projector.aborts).toBe(8)
      expect(projector.encoded).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 1, 10])
    })

    it("takes one that a chat wants too for the chat's", async () => {
      const { projector, cache, get } = setup()
      cache.hold(true)
      const pictures = [get(1, true), get(2, true), get(2, false)]
      await projector.finishOne()
      await pictures[2]
      expect(projector.encoded).toEqual([2])
      cache.hold(false)
      await projector.finishOne()
      await Promise.all(pictures)
    })

    it('begins none while chats are evaluated, but for one after many steps', async () => {
      const { projector, cache, get } = setup()
      const batch = get(1, true)
      await projector.started()
      cache.hold(true)
      expect(projector.aborts).toBe(1)
      let steps = 0
      const finished = projector.finishOne()
      while (projector.encoded.length === 0) {
        cache.hold(true)
        steps++
        await turn()
      }
      await Promise.all([finished, batch])
      expect(steps).toBeGreaterThan(200)
      expect(projector.aborts).toBe(1)
    })

    it('waits for none that is held when it closes', async () => {
      const { cache } = setup()
      cache.hold(true)
      const abort = new AbortController()
      const batch = cache.get(picture(1), abort.signal, undefined, true).catch((error: unknown) => (error as { code: string }).code)
      abort.abort()
      await cache.close()
      expect(await batch).toBe('ABORTED')
    })
  })
})
