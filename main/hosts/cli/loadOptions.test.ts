import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settings as settingsSchema } from '../../contract/domains/app.ts'
import { checkModelOptions, loadOptions, readSettings } from './loadOptions.ts'
import { UsageError } from './UsageError.ts'

const demo = { model: '/app/demo.gguf', projector: '/app/demo-mmproj.gguf' }
const defaults = settingsSchema.parse({})
const configured = { model: '/models/llava.gguf', projector: '/models/mmproj.gguf' }

describe('which model answers', () => {
  it('is loaded as the settings say; none is the demo model', () => {
    const engine = { ...defaults.engine, contextSize: 2048, idleMinutes: 5 }
    expect(loadOptions(configured, { ...defaults, engine }, demo)).toEqual({ files: configured, isDemo: false, backend: 'auto', threads: null, contextSize: 2048, gpuLayers: null, kvType: null, projectorOnGpu: null })
    expect(loadOptions(null, defaults, demo)).toMatchObject({ files: demo, isDemo: true })
  })
})

describe('model options that contradict each other', () => {
  it('are refused', () => {
    expect(() => checkModelOptions({ mmproj: 'p.gguf' }, false)).toThrow(UsageError)
    expect(() => checkModelOptions({ model: 'm.gguf' }, true)).toThrow(UsageError)
  })

  it('are not: a text-only model for a question without pictures, both, none, a name, which may have a projector', () => {
    checkModelOptions({ model: 'llava-1.5-7b' }, true)
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
