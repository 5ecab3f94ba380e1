import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openedFile, withProjector } from './openedFile.ts'

describe('the file on the command line', () => {
  it('is the model the system asks to open, relative to its folder', () => {
    expect(openedFile(['llava-desk', '--no-sandbox', 'models/LLaVA.GGUF'], resolve('/home/me'))).toBe(resolve('/home/me/models/LLaVA.GGUF'))
  })

  it('is none for the app itself and for switches', () => {
    expect(openedFile(['llava-desk.gguf'], '/')).toBeNull()
    expect(openedFile(['electron', '.', '--model=x.gguf'], '/')).toBeNull()
  })
})

describe('its projector', () => {
  let folder: string
  const put = async (...names: string[]): Promise<void> => {
    for (const name of names) await writeFile(join(folder, name), '')
  }
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'opened-'))))
  afterEach(async () => await rm(folder, { recursive: true }))

  it('is the one that lies beside it', async () => {
    await put('llava-7b.gguf', 'mmproj-llava-7b-f16.gguf', 'other.gguf', 'mmproj.txt')
    expect(await withProjector(join(folder, 'llava-7b.gguf'))).toEqual({ model: join(folder, 'llava-7b.gguf'), projector: join(folder, 'mmproj-llava-7b-f16.gguf') })
  })

  it('is none where there is none or more than one', async () => {
    await put('llava-7b.gguf')
    expect((await withProjector(join(folder, 'llava-7b.gguf'))).projector).toBeNull()
    await put('mmproj-a.gguf', 'mmproj-b.gguf')
    expect((await withProjector(join(folder, 'llava-7b.gguf'))).projector).toBeNull()
  })

  it('is not the opened file itself', async () => {
    await put('mmproj-a.gguf')
    expect((await withProjector(join(folder, 'mmproj-a.gguf'))).projector).toBeNull()
  })
})
