import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cacheLimit, cacheName, engineCachePaths } from '../../../platform/engineCache.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { smallDisk, temporaryFolder } from '../../../platform/testing.ts'
import { runProgram } from '../../shared/testing/Program.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

const root = () => dataPaths(folder.path).engineCache
const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => await runProgram(['cache', ...args], { LLAVA_DESK_DATA: folder.path, ...env }, folder.path)

function keep(): string {
  const { pictures, chats } = engineCachePaths(root()), stem = join(chats, `${cacheName('chat')}-0123456789abcdef`)
  for (const path of [pictures, chats]) mkdirSync(path, { recursive: true })
  writeFileSync(join(pictures, `${cacheName('picture')}-0123456789abcdef.emb`), Buffer.alloc(2 * 2 ** 20))
  writeFileSync(`${stem}.kv`, Buffer.alloc(3 * 2 ** 20))
  writeFileSync(`${stem}.json`, '{}')
  return `${stem}.kv`
}

it('says what is kept, in both languages and as JSON', async () => {
  expect(await run([])).toMatchObject({ code: 0, error: '', out: expect.stringMatching(/^0 B of 4\.0 GB\n\d.* free on this disk\n$/) as string })
  keep()
  expect((await run(['usage'])).out).toMatch(/^5\.0 MB of 4\.0 GB\n {2}pictures {2}1 {2}2\.0 MB\n {2}chats {5}1 {2}3\.0 MB\n\d.* free on this disk\n$/)
  expect((await run([], { LANG: 'zh_CN.UTF-8' })).out).toMatch(/^已用 5\.0 MB，上限 4\.0 GB\n {2}图片 {2}1 {2}2\.0 MB\n {2}对话 {2}1 {2}3\.0 MB\n此磁盘可用 /)
  expect(JSON.parse((await run(['--json'])).out)).toEqual({ bytes: 5 * 2 ** 20 + 2, pictures: { count: 1, bytes: 2 * 2 ** 20 }, chats: { count: 1, bytes: 3 * 2 ** 20 + 2 }, limit: 4 * 2 ** 30, freeBytes: expect.any(Number) as number })
})

it('deletes it, and says how much that was', async () => {
  const kept = keep()
  expect(await run(['clear'])).toEqual({ code: 0, out: '5.0 MB freed.\n', error: '' })
  expect(existsSync(kept)).toBe(false)
  expect((await run(['clear'], { LANG: 'zh_CN.UTF-8' })).out).toBe('已释放 0 B。\n')
})

it('sets the limit for app and engine alike, and makes room at once', async () => {
  keep()
  expect((await run(['limit', '4MB'])).out).toMatch(/^[23]\.0 MB of 4\.0 MB\n/)
  expect(await cacheLimit(root())).toBe(4 * 2 ** 20)
  expect((await run(['limit', 'off'])).out).toMatch(/^Off: nothing is kept\.\n/)
  expect(JSON.parse((await run(['limit', '1GB', '--json'])).out)).toMatchObject({ bytes: 0, limit: 2 ** 30 })
})

it('says where it may not write: 1', async (context) => {
  const disk = smallDisk(1024)
  if ('reason' in disk) return context.skip(disk.reason)
  disk.readOnly(true)
  const { code, out, error } = await run(['limit', 'off'], { LLAVA_DESK_DATA: disk.path })
  disk.remove()
  expect([code, out]).toEqual([1, ''])
  expect(error).toMatch(/^LLaVA Desk may not write to .*limit\.json\. .*\n$/)
})
