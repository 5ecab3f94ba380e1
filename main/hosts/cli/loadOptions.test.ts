import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settings as settingsSchema } from '../../contract/domains/app.ts'
import { checkModelOptions, loadOptions, readSettings } from './loadOptions.ts'
import { UsageError } from './UsageError.ts'

const demo = { model: '/app/demo.gguf', projector: '/app/demo-mmproj.gguf' }
const defaults = settingsSchema.parse({})
const configured = { model: '/models/llava.gguf', projector: '/models/mmproj.gguf' }

describe('which model answers', () => {
  it('the one of the command line, relative to where the person is', () => {
    const { files, isDemo } = loadOptions({ model: 'm.gguf', mmproj: '../p.gguf' }, { ...defaults, model: configured }, demo, resolve('/home/me'))
    expect([files, isDemo]).toEqual([{ model: resolve('/home/me/m.gguf'), projector: resolve('/home/p.gguf') }, false])
  })

  it('without a projector, one that sees nothing', () => {
    expect(loadOptions({ model: '/m.gguf' }, defaults, demo, '/').files.projector).toBeNull()
  })

  it('else the configured one, else the demo model', () => {
    expect(loadOptions({}, { ...defaults, model: configured }, demo, '/')).toMatchObject({ files: configured, isDemo: false })
    expect(loadOptions({}, defaults, demo, '/')).toMatchObject({ files: demo, isDemo: true, backend: 'auto', threads: null })
  })
})

describe('model options that contradict each other', () => {
  it('are refused', () => {
    expect(() => checkModelOptions({ mmproj: 'p.gguf' }, false)).toThrow(UsageError)
    expect(() => checkModelOptions({ model: 'm.gguf' }, true)).toThrow(UsageError)
  })

  it('are not: a text-only model for a question without pictures, both, none', () => {
    checkModelOptions({ model: 'm.gguf' }, false)
    checkModelOptions({ model: 'm.gguf', mmproj: 'p.gguf' }, true)
    checkModelOptions({}, true)
  })
})

describe('the settings file', () => {
  let folder: string
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'settings-'))))
  afterEach(async () => await rm(folder, { recursive: true }))

  it('is read', async () => {
    await writeFile(join(folder, 'settings.json'), JSON.stringify({ model: configured }))
    expect((await readSettings(join(folder, 'settings.json'))).model).toEqual(configured)
  })

  it('is neither needed nor touched, however damaged', async () => {
    expect(await readSettings(join(folder, 'settings.json'))).toEqual(defaults)
    await writeFile(join(folder, 'settings.json'), '{')
    expect(await readSettings(join(folder, 'settings.json'))).toEqual(defaults)
    expect(await readdir(folder)).toEqual(['settings.json'])
  })
})
