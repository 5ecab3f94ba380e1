import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sourceHash } from './sourceHash.mjs'

let root: string
const hash = (): string => sourceHash(root, ['src', 'absent'])

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hash-'))
  await mkdir(join(root, 'src/native'), { recursive: true })
  await writeFile(join(root, 'src/a.ts'), 'a')
})
afterEach(async () => await rm(root, { recursive: true }))

it('changes with content, names and new files', async () => {
  const before = hash()
  await writeFile(join(root, 'src/a.ts'), 'b')
  const changed = hash()
  await rename(join(root, 'src/a.ts'), join(root, 'src/b.ts'))
  const renamed = hash()
  await writeFile(join(root, 'src/c.ts'), '')
  expect(new Set([before, changed, renamed, hash()]).size).toBe(4)
})

it('stays where no bundle changes: another time, a test, the addon', async () => {
  const before = hash()
  await utimes(join(root, 'src/a.ts'), 1, 1)
  await writeFile(join(root, 'src/a.test.ts'), 'test')
  await writeFile(join(root, 'src/native/x.cc'), 'native')
  expect(hash()).toBe(before)
})
