import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../../platform/log.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Store } from '../../storage/Store.ts'
import { PixelFiles } from './PixelFiles.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

const rgb = { width: 1, height: 1, data: new Uint8Array(3) }

test('what killed processes left goes with the next one, what living ones need stays', async () => {
  const paths = dataPaths(folder.path)
  const left = join(paths.pixels, '0d5ad8ec-3f0c-4d8e-9d9c-0a2f9d1c7b11')
  mkdirSync(left, { recursive: true })
  writeFileSync(join(left, 'page.ppm'), 'P6')
  const [living, next] = [new Store(paths), new Store(paths)]
  const needed = await (await PixelFiles.ofProcess(paths, living, silentLogger)).writeRgb(rgb)
  expect(existsSync(left)).toBe(false)
  const pixels = await PixelFiles.ofProcess(paths, next, silentLogger)
  const own = await pixels.writeRgb(rgb)
  expect([needed.path, own.path].every(existsSync)).toBe(true)
  living.dispose()
  await PixelFiles.ofProcess(paths, next, silentLogger)
  expect([needed.path, own.path].map(existsSync)).toEqual([false, true])
  await pixels.dispose()
  expect(readdirSync(paths.pixels)).toEqual([])
  next.dispose()
})
