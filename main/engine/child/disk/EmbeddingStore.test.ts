import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setCacheLimit } from '../../../platform/engineCache.ts'
import { fakeEmbeddings } from '../testing/FakeContext.ts'
import { CacheFolder } from './CacheFolder.ts'
import { EmbeddingStore } from './EmbeddingStore.ts'

describe('EmbeddingStore', () => {
  let root = ''
  let folder: CacheFolder
  const store = (fingerprint = 'aa') => new EmbeddingStore(folder, fingerprint, 2)
  const files = () => (existsSync(folder.paths.pictures) ? readdirSync(folder.paths.pictures) : [])
  const keep = async (...images: number[]) => {
    const kept = store()
    for (const image of images) kept.write(`image ${image}`, fakeEmbeddings(image))
    await kept.close()
  }
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'embedding-store-'))
    folder = new CacheFolder(root)
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('gives back what another process kept, to one with the same weights alone', async () => {
    await keep(1)
    expect(await store().read('image 1')).toEqual(fakeEmbeddings(1))
    expect(await store('bb').read('image 1')).toBeNull()
    expect(await store().read('image 2')).toBeNull()
  })

  it('deletes a file that is damaged, short or of something else', async () => {
    await keep(1, 2, 3)
    const [first = '', second = '', third = ''] = files().map((name) => join(folder.paths.pictures, name))
    const bytes = readFileSync(first)
    bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1)
    writeFileSync(first, bytes)
    truncateSync(second, 60)
    writeFileSync(third, 'GGUF')
    for (const image of [1, 2, 3]) expect(await store().read(`image ${image}`)).toBeNull()
    expect(files()).toEqual([])
  })

  it('lets the one used least recently go when the budget is spent, and keeps nothing without one', async () => {
    await keep(1, 2)
    const bytes = statSync(join(folder.paths.pictures, files()[0] ?? '')).size
    for (const name of files()) utimesSync(join(folder.paths.pictures, name), 1000, 1000)
    // A use counts.
    await store().read('image 1')
    await setCacheLimit(root, bytes * 2)
    await keep(3)
    expect(await Promise.all([1, 2, 3].map(async (image) => (await store().read(`image ${image}`)) !== null))).toEqual([true, false, true])
    await setCacheLimit(root, 0)
    await keep(4)
    expect(await store().read('image 1')).toBeNull()
    expect(files()).toHaveLength(2)
    await setCacheLimit(root, 10)
    await keep(5)
    expect(files()).toHaveLength(2)
  })

  it('goes on where its folder was deleted, or cannot be written', async () => {
    await keep(1)
    rmSync(root, { recursive: true })
    expect(await store().read('image 1')).toBeNull()
    await keep(1)
    expect(files()).toHaveLength(1)
    rmSync(folder.paths.pictures, { recursive: true })
    // A file in its place: like a read-only folder, which the owner of everything would write to all the same.
    writeFileSync(folder.paths.pictures, '')
    await keep(1)
    expect(await store().read('image 1')).toBeNull()
  })

  it('removes what killed processes left behind, but not what one may be writing now', async () => {
    await keep(1)
    mkdirSync(folder.paths.chats)
    const left = [join(folder.paths.pictures, 'a.emb.1-x.tmp'), join(folder.paths.chats, 'b.kv.1-x.tmp'), join(root, 'speed.json.1-x.tmp')]
    for (const path of left) {
      writeFileSync(path, 'half')
      utimesSync(path, new Date(Date.now() - 7_200_000), new Date(Date.now() - 7_200_000))
    }
    writeFileSync(join(folder.paths.chats, 'c.kv.2-y.tmp'), 'half')
    const { pid: gone } = spawnSync(process.execPath, ['--version'])
    writeFileSync(join(folder.paths.chats, `d.kv.${gone}-ab.tmp`), 'half')
    writeFileSync(join(folder.paths.pictures, `e.emb.${process.pid}-ab.tmp`), 'half')
    await folder.clean()
    expect(left.filter((path) => existsSync(path))).toEqual([])
    expect(readdirSync(folder.paths.chats)).toEqual(['c.kv.2-y.tmp'])
    expect(readdirSync(folder.paths.pictures).filter((name) => name.endsWith('.tmp'))).toEqual([`e.emb.${process.pid}-ab.tmp`])
    expect(files().filter((path) => path.endsWith('.emb'))).toHaveLength(1)
  })
})
