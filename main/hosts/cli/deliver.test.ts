import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkTarget, deliver } from './deliver.ts'

let folder: string, finished: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deliver-'))
  finished = join(folder, 'finished')
  await writeFile(finished, 'result')
})
afterEach(async () => await rm(folder, { recursive: true }))

it('makes a new file and replaces an old one', async () => {
  for (const before of [null, 'an older and longer content']) {
    if (before !== null) await writeFile(join(folder, 'out'), before)
    await deliver(finished, join(folder, 'out'))
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('result')
  }
  expect((await readdir(folder)).sort()).toEqual(['finished', 'out'])
})

it('names the folder that is missing, and makes none up', async () => {
  const error = { code: 'FILE_MISSING', params: { path: join(folder, 'none') } }
  await expect(checkTarget(join(folder, 'none/out'))).rejects.toMatchObject(error)
  await expect(deliver(finished, join(folder, 'none/out'))).rejects.toMatchObject(error)
  await expect(checkTarget(join(finished, 'out'))).rejects.toMatchObject({ code: 'FILE_MISSING', params: { path: finished } })
  expect(await readdir(folder)).toEqual(['finished'])
})

it('does not write over a folder', async () => {
  await mkdir(join(folder, 'out'))
  await expect(checkTarget(join(folder, 'out'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE', params: { detail: 'EISDIR' } })
})

it.skipIf(process.platform !== 'linux')('says that a folder takes no files (Linux: /proc)', async () => {
  await expect(deliver(finished, '/proc/llava-desk')).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE', params: { path: '/proc' } })
})
