import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cacheLimit, cacheName, engineCachePaths, usualCacheLimit } from '../../platform/engineCache.ts'
import { embeddingFileOf, smallDisk, temporaryFolder } from '../../platform/testing.ts'
import { pictureKey } from '../images/pictureSource.ts'
import { CacheService } from './CacheService.ts'

const now = Date.UTC(2026, 0, 2)
const minutes = (count: number) => count * 60 * 1000
const weights = 'a1b2c3d4e5f60718', others = '0011223344556677'

let folder: ReturnType<typeof temporaryFolder>
let root: string
let cache: CacheService
beforeEach(() => {
  folder = temporaryFolder()
  root = join(folder.path, 'cache', 'engine')
  cache = new CacheService(root, () => now)
})
afterEach(() => folder.remove())

function put(path: string, bytes: number, age = 0): string {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, Buffer.alloc(bytes))
  utimesSync(path, new Date(now - age), new Date(now - age))
  return path
}
const at = engineCachePaths
const picture = (id: string, bytes: number, age?: number, by = weights) => put(join(at(root).pictures, `${cacheName(pictureKey(id))}-${by}.emb`), bytes, age)
const chat = (id: string, bytes: number, age?: number) => {
  const stem = join(at(root).chats, `${cacheName(id)}-${weights}`)
  return [put(`${stem}.kv`, bytes - 10, age), put(`${stem}.json`, 10, age)]
}
const files = () => (existsSync(root) ? readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort() : [])

describe('usage', () => {
  test('of a folder that is not there is nothing, with the usual limit and the free space of its disk', async () => {
    const { freeBytes, ...usage } = await cache.usage()
    expect(usage).toEqual({ bytes: 0, pictures: { count: 0, bytes: 0 }, chats: { count: 0, bytes: 0 }, limit: usualCacheLimit })
    expect(freeBytes).toBeGreaterThan(0)
    expect(existsSync(root)).toBe(false)
  })

  test('counts pictures and chats once, and what is half written by its bytes', async () => {
    picture('a', 100)
    picture('a', 50, 0, others)
    picture('b', 30)
    chat('c', 1000)
    put(join(at(root).chats, `${cacheName('d')}-${weights}.kv.17-0a1b2c3d.tmp`), 5)
    put(join(root, 'rates.json'), 2)
    expect(await cache.usage()).toMatchObject({ bytes: 1187, pictures: { count: 2, bytes: 180 }, chats: { count: 1, bytes: 1000 } })
  })

  test('a file in the place of a folder is told with its path', async () => {
    put(at(root).pictures, 1)
    await expect(cache.usage()).rejects.toMatchObject({ code: 'FILE_UNREADABLE', params: { path: at(root).pictures, detail: 'ENOTDIR' } })
  })
})

describe('a new limit', () => {
  test('is kept, and leaves alone what fits', async () => {
    picture('a', 100)
    expect(await cache.setLimit(100)).toMatchObject({ bytes: 100, limit: 100 })
    expect(await cacheLimit(root)).toBe(100)
  })

  test('deletes what was used longest ago, pictures and chats alike, a chat as a whole', async () => {
    const oldest = picture('oldest', 100, minutes(30)), old = chat('old', 100, minutes(20)), recent = picture('recent', 100, minutes(10)), newest = chat('newest', 100, minutes(0))
    expect(await cache.setLimit(250)).toMatchObject({ bytes: 200 })
    expect(files()).toEqual([recent, ...newest, at(root).limit].sort())
    expect([oldest, ...old].some(existsSync)).toBe(false)
  })

  test('a chat is as recent as the newer of its files', async () => {
    const [kv = '', json = ''] = chat('read again', 100, minutes(30))
    utimesSync(json, new Date(now), new Date(now))
    const [other = ''] = chat('other', 100, minutes(10))
    await cache.setLimit(100)
    expect([kv, json, other].map(existsSync)).toEqual([true, true, false])
  })

  test('deletes what a kill left half written, but not what is being written', async () => {
    const writing = put(join(at(root).chats, 'x.kv.17-0a1b2c3d.tmp'), 100, minutes(59)), left = put(join(at(root).pictures, 'x.emb.17-0a1b2c3d.tmp'), 100, minutes(61))
    const kept = picture('a', 100)
    await cache.setLimit(200)
    expect([writing, left, kept].map(existsSync)).toEqual([true, false, true])
    // What is being written takes its room, too.
    await cache.setLimit(199)
    expect([writing, kept].map(existsSync)).toEqual([true, false])
  })

  test('of nothing deletes all', async () => {
    picture('a', 100)
    chat('b', 100)
    expect(await cache.setLimit(0)).toMatchObject({ bytes: 0, limit: 0, pictures: { count: 0 }, chats: { count: 0 } })
  })
})

describe('clear', () => {
  test('deletes everything but the limit, also one that is just being set', async () => {
    picture('a', 100)
    chat('b', 100)
    put(join(at(root).chats, 'of another version'), 5)
    put(join(root, 'rates.json'), 5)
    await cache.setLimit(500)
    const setting = put(`${at(root).limit}.17-0a1b2c3d.tmp`, 5)
    expect(await cache.clear()).toMatchObject({ bytes: 0, limit: 500 })
    expect(files()).toEqual([at(root).limit, setting].sort())
  })

  test('leaves the measurements of the engine alone, which hold nothing of anybody', async () => {
    picture('a', 100)
    const kept = [put(at(root).threads, 60, minutes(600)), put(at(root).speed, 60, minutes(600))]
    expect(await cache.setLimit(0)).toMatchObject({ bytes: 0 })
    expect(await cache.clear()).toMatchObject({ bytes: 0 })
    expect(files()).toEqual([...kept, at(root).limit].sort())
  })

  test('of a folder that is not there does nothing', async () => {
    expect(await cache.clear()).toMatchObject({ bytes: 0, limit: usualCacheLimit })
    expect(existsSync(root)).toBe(false)
  })

  test('by several processes at once fails for none of them', async () => {
    for (let number = 0; number < 200; number++) picture(`p${number}`, 10)
    const emptied = await Promise.all([cache.clear(), new CacheService(root).clear(), new CacheService(root).setLimit(0), cache.usage()])
    expect(emptied.slice(0, 3).map(({ bytes }) => bytes)).toEqual([0, 0, 0])
  })

  test('says what it may not delete', async (context) => {
    const disk = smallDisk(1024)
    if ('reason' in disk) return context.skip(disk.reason)
    try {
      const locked = new CacheService(disk.path), kept = put(join(at(disk.path).pictures, `${cacheName('a')}-${weights}.emb`), 10)
      disk.readOnly(true)
      await expect(locked.clear()).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE', params: { path: kept } })
      await expect(locked.setLimit(0)).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE', params: { path: at(disk.path).limit } })
      expect(await locked.usage()).toMatchObject({ bytes: 10, limit: usualCacheLimit })
    } finally {
      disk.remove()
    }
  })
})

describe('what is gone', () => {
  test('of a document goes with it, for all of its pages and parts of them; the rest stays', async () => {
    const [gone, other] = ['0a'.repeat(32), '0b'.repeat(32)]
    const embeddings = (key: string, by = weights) => {
      const path = picture(key, 0, 0, by)
      writeFileSync(path, embeddingFileOf(key))
      return path
    }
    const pages = [embeddings(`${gone}-pdf1-v2`), embeddings(`${gone}-pdf2-v2-crop-0-0-9-9`), embeddings(`${gone}-v1`, others)]
    const kept = [embeddings(`${other}-pdf1-v2`), picture('says nothing', 10), ...chat('c', 20)]
    await cache.forgetDocuments([gone, 'never read'])
    expect(pages.some(existsSync)).toBe(false)
    expect(kept.every(existsSync)).toBe(true)
  })

  test('of a chat or a picture goes with it, for all weights; the rest stays', async () => {
    const [a, again, b] = [picture('a', 10), picture('a', 10, 0, others), picture('b', 10)]
    const [c, d] = [chat('c', 20), chat('d', 20)]
    await cache.forgetChats(['c', 'never kept'])
    await cache.forgetPictures(['a', 'never kept'])
    expect([a, again, ...c].some(existsSync)).toBe(false)
    expect([b, ...d].every(existsSync)).toBe(true)
    rmSync(root, { recursive: true })
    await cache.forgetChats(['d'])
  })
})
