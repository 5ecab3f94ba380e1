import type * as FileSystem from 'node:fs'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../../../../platform/testing.ts'
import { writeFont } from '../../testing/writeFont.ts'
import { FontShelf } from './FontShelf.ts'

/** Who may do everything, such as a container's only user, can read any folder: that one cannot be is played here. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof FileSystem>()
  const readFolder = (path: string, options: { recursive?: boolean; withFileTypes: true }) => {
    const met = options.recursive === true ? fs.readdirSync(path, { recursive: true, encoding: 'utf8' }) : [path]
    if (met.some((each) => each.endsWith('closed'))) throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
    return fs.readdirSync(path, options)
  }
  return { ...fs, readdirSync: vi.fn(readFolder) }
})

let folder: ReturnType<typeof temporaryFolder>
const put = (path: string) => {
  mkdirSync(join(folder.path, path, '..'), { recursive: true })
  writeFileSync(join(folder.path, path), writeFont('发'))
}
const shelf = () => new FontShelf([join(folder.path, 'fonts')])
beforeEach(() => {
  folder = temporaryFolder()
  mkdirSync(join(folder.path, 'fonts'))
})
afterEach(() => {
  vi.restoreAllMocks()
  folder.remove()
})

test('a folder that may not be read does not hide the fonts beside it', () => {
  mkdirSync(join(folder.path, 'fonts/closed'))
  put('fonts/truetype/wqy/SimHei.ttf')
  expect(shelf().fontFor('simplified')?.path).toBe(join(folder.path, 'fonts/truetype/wqy/SimHei.ttf'))
})

test('links to folders, which may lead in circles, are not followed; links to fonts are', () => {
  put('elsewhere/simhei.ttf')
  symlinkSync(join(folder.path, 'elsewhere'), join(folder.path, 'fonts/linked'), 'junction')
  symlinkSync(join(folder.path, 'fonts'), join(folder.path, 'fonts/round'), 'junction')
  expect(shelf().fontFor('simplified')).toBeNull()
  put('fonts/real/malgun.ttf')
  symlinkSync(join(folder.path, 'fonts/real/malgun.ttf'), join(folder.path, 'fonts/batang.ttc'))
  expect(shelf().fontFor('korean')).not.toBeNull()
})

test('folders deeper than any family of fonts are left alone', () => {
  put(`fonts/${'a/'.repeat(12)}malgun.ttf`)
  put(`fonts/${'b/'.repeat(13)}simhei.ttf`)
  expect(shelf().fontFor('korean')).not.toBeNull()
  expect(new FontShelf([join(folder.path, 'fonts/b')]).fontFor('simplified')).not.toBeNull()
  expect(shelf().fontFor('simplified')).toBeNull()
})

test('that there is none is remembered for some seconds, not longer', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1000)
  const fonts = shelf()
  expect(fonts.fontFor('simplified')).toBeNull()
  put('fonts/simhei.ttf')
  vi.mocked(readdirSync).mockClear()
  clock.mockReturnValue(3000)
  expect(fonts.fontFor('simplified')).toBeNull()
  expect(fonts.fontFor('japanese')).toBeNull()
  expect(readdirSync).not.toHaveBeenCalled()
  clock.mockReturnValue(6000)
  expect(fonts.fontFor('simplified')).not.toBeNull()
})
