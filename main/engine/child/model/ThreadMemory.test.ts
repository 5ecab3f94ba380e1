import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../platform/testing.ts'
import { ThreadMemory } from './ThreadMemory.ts'

describe('ThreadMemory', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => (folder = temporaryFolder()))
  afterEach(() => folder.remove())

  it('keeps what was measured for a model, apart from others', async () => {
    const path = join(folder.path, 'cache', 'threads.json')
    await new ThreadMemory(path, 'a').write(8, { answering: 4, prompt: 8 })
    await new ThreadMemory(path, 'b').write(8, { answering: 6, prompt: 6 })
    expect(await new ThreadMemory(path, 'a').read(8)).toEqual({ answering: 4, prompt: 8 })
    expect(await new ThreadMemory(path, 'b').read(8)).toEqual({ answering: 6, prompt: 6 })
    expect(await new ThreadMemory(path, 'a').read(6)).toBeNull()
  })

  it('forgets the oldest of very many', async () => {
    const path = join(folder.path, 'threads.json')
    for (let model = 0; model < 60; model++) await new ThreadMemory(path, String(model)).write(2, { answering: 1, prompt: 2 })
    expect(await new ThreadMemory(path, '9').read(2)).toBeNull()
    expect(await new ThreadMemory(path, '10').read(2)).toEqual({ answering: 1, prompt: 2 })
  })

  it('measures again after a week', async () => {
    const path = join(folder.path, 'threads.json')
    const memory = new ThreadMemory(path, 'a')
    await memory.write(2, { answering: 1, prompt: 2 })
    const week = 7 * 24 * 3_600_000
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"measuredAt":(\d+)/, (_, at: string) => `"measuredAt":${Number(at) - week - 1}`))
    expect(await memory.read(2)).toBeNull()
  })

  it('knows nothing from a damaged file, or one for fewer threads than it says', async () => {
    const path = join(folder.path, 'threads.json')
    for (const text of ['', '[]', '{"x":{"answering":0,"prompt":1}}', '{"x":3}', '{"x":{"answering":1,"prompt":1}}']) {
      writeFileSync(path, text)
      expect(await new ThreadMemory(path, 'a').read(2), text).toBeNull()
    }
    await new ThreadMemory(path, 'a').write(2, { answering: 3, prompt: 2 })
    expect(await new ThreadMemory(path, 'a').read(2)).toBeNull()
  })

  it('goes on where nothing can be written, or nothing is to be', async () => {
    const path = join(folder.path, 'folder.json')
    mkdirSync(path)
    for (const place of [path, null]) {
      const memory = new ThreadMemory(place, 'a')
      await memory.write(2, { answering: 1, prompt: 2 })
      expect(await memory.read(2)).toBeNull()
    }
  })
})
