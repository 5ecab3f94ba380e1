import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cacheLimit, cacheName, engineCachePaths, setCacheLimit, usualCacheLimit } from './engineCache.ts'
import { temporaryFolder } from './testing.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

test('the limit is what was set last, and the usual one while nobody has chosen', async () => {
  const root = join(folder.path, 'engine')
  expect(await cacheLimit(root)).toBe(usualCacheLimit)
  await setCacheLimit(root, 0)
  expect(await cacheLimit(root)).toBe(0)
  for (const damaged of ['', '{"bytes":-1}', '{"bytes":"1"}', '[]', 'null']) {
    writeFileSync(engineCachePaths(root).limit, damaged)
    expect(await cacheLimit(root), damaged).toBe(usualCacheLimit)
  }
})

test('names are short, safe and differ', () => {
  const names = ['a', 'b', '../../etc/passwd', '图像'.repeat(100)].map(cacheName)
  expect(new Set(names).size).toBe(4)
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{32}$/)
})
