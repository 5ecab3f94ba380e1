import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import type * as Files from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { cacheName, engineCachePaths } from '../../platform/engineCache.ts'
import { embeddingFileOf, temporaryFolder } from '../../platform/testing.ts'
import { CacheService } from './CacheService.ts'

/** A disk that does not give some files, whoever asks (a superuser may read all), and counts those that are open. */
const disk = vi.hoisted(() => ({ unreadable: [] as string[], open: 0, most: 0 }))
vi.mock('node:fs/promises', async (original) => {
  const files = await original<typeof Files>()
  const open: typeof files.open = async (path, flags, mode) => {
    if (disk.unreadable.includes(String(path))) throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
    const file = await files.open(path, flags, mode)
    disk.most = Math.max(disk.most, (disk.open += 1))
    const close = file.close.bind(file)
    file.close = async () => {
      disk.open -= 1
      await close()
    }
    return file
  }
  return { ...files, open }
})

test('what is kept of a document goes although other files cannot be read, which is told; few files are open at a time', async () => {
  const folder = temporaryFolder()
  const { pictures } = engineCachePaths(folder.path)
  mkdirSync(pictures, { recursive: true })
  const [gone, other] = ['0a'.repeat(32), '0b'.repeat(32)]
  const embeddings = (key: string) => {
    const path = join(pictures, `${cacheName(key)}-0123456789abcdef.emb`)
    writeFileSync(path, embeddingFileOf(key))
    return path
  }
  const pages = Array.from({ length: 200 }, (_, page) => embeddings(`${gone}-pdf${page}-v2`))
  disk.unreadable = [embeddings(`${other}-pdf1-v2`), embeddings(`${other}-pdf2-v2`)]
  await expect(new CacheService(folder.path).forgetDocuments([gone])).rejects.toMatchObject({ code: 'FILE_UNREADABLE', params: { detail: 'EACCES' } })
  expect(pages.filter(existsSync)).toEqual([])
  expect(disk.unreadable.every(existsSync)).toBe(true)
  expect(disk.most).toBeLessThanOrEqual(16)
  folder.remove()
})
