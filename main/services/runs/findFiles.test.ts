import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../platform/testing.ts'
import { findFiles } from './findFiles.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

function put(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true })
    writeFileSync(join(folder.path, name), 'x')
  }
}

const names = async (...paths: readonly string[]) => (await findFiles(paths.map((path) => join(folder.path, path)))).map(({ name }) => name)

test('folders give all their files in natural order, without what no person put there', async () => {
  put('b/10.png', 'b/9.png', 'b/a/2.png', 'b/.DS_Store', 'b/Thumbs.db', 'b/x.part', 'b/~$x.docx', 'b/.git/config', 'b/é.png', 'b/table.csv', 'b/a/Table.XLSX', 'a.png', 'a.json', '.named')
  expect(await names('b')).toEqual(['9.png', '10.png', 'a/2.png', 'é.png'])
  expect(await names('b', 'a.json', 'a.png', '.named')).toEqual(['.named', '9.png', '10.png', 'a/2.png', 'a.json', 'a.png', 'é.png'])
})

test('what is missing is found, for its item to say so; links to folders are not followed, those to files are', async (context) => {
  put('b/1.png')
  try {
    symlinkSync(join(folder.path, 'b'), join(folder.path, 'b', 'loop'))
    symlinkSync(join(folder.path, 'b/1.png'), join(folder.path, 'b/2.png'))
    symlinkSync(join(folder.path, 'nowhere'), join(folder.path, 'b/3.png'))
  } catch (error) {
    return context.skip(`no links on this machine: ${String(error)}`)
  }
  expect(await names('b', 'c.png')).toEqual(['1.png', '2.png', '3.png', 'c.png'])
})

test('a folder has its limit', async () => {
  put('b/1', 'b/2', 'b/c/3')
  await expect(findFiles([join(folder.path, 'b')], 2)).rejects.toThrow(expect.objectContaining({ code: 'FOLDER_TOO_MANY_FILES', params: { path: join(folder.path, 'b'), most: 2 } }) as Error)
  expect(await findFiles([join(folder.path, 'b')], 3)).toHaveLength(3)
})
