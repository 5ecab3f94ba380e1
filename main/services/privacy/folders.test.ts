import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../platform/testing.ts'
import { emptyFolder, filesIn } from './folders.ts'

let folder: ReturnType<typeof temporaryFolder>

beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

test('deletes the files that count, however deep, and no others', async () => {
  mkdirSync(join(folder.path, 'a'))
  for (const name of ['x', 'a/y', 'a/stays']) writeFileSync(join(folder.path, name), '')
  expect(await emptyFolder(folder.path, (name) => name !== 'stays')).toEqual([])
  expect(readdirSync(folder.path, { recursive: true }).sort()).toEqual(['a', join('a', 'stays')])
})

test('a folder that is not there holds nothing', async () => {
  expect(await filesIn(join(folder.path, 'none'), () => true)).toEqual([])
})

test('a folder that cannot be looked into is left, and not called empty', async () => {
  // No system opens a name of this length, whoever asks.
  const closed = join(folder.path, 'n'.repeat(5000))
  expect(await filesIn(closed, () => true)).toEqual([closed])
  expect(await emptyFolder(closed, () => true)).toEqual([closed])
})
