import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogger, silentLogger } from '../../platform/log.ts'
import { dataPaths } from '../../platform/paths.ts'
import type { DataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Store } from '../../storage/Store.ts'
import { chooseModel } from './chooseModel.ts'
import type { ModelOptions } from './program.ts'

const demo = { model: '/app/demo.gguf', projector: '/app/demo-mmproj.gguf' }
const kept = { files: { model: '/models/llava.gguf', projector: '/models/mmproj.gguf' }, adapters: [{ path: '/models/lora.gguf', scale: 0.5 }], template: 'llava_v1' as const }
const ofList = { load: { files: kept.files, isDemo: false, adapters: kept.adapters }, template: kept.template }

let folder: ReturnType<typeof temporaryFolder>
let paths: DataPaths
/** What the person was told. */
let told: string[]
beforeEach(() => {
  told = []
  folder = temporaryFolder()
  paths = dataPaths(join(folder.path, 'data'))
})
afterEach(() => folder.remove())

const choose = async (options: ModelOptions = {}) => await chooseModel(options, paths, demo, { logger: silentLogger, tell: (notice) => told.push(notice.code) })

function keep(): void {
  const store = new Store(paths)
  store.installedModels.add({ id: 'some-id', name: 'LLaVA 7B', files: kept.files, adapters: [], template: kept.template, source: 'import', catalogue: null, repository: null, addedAt: 1 })
  store.installedModels.change('some-id', { adapters: kept.adapters })
  store.dispose()
}

function configure(): void {
  mkdirSync(paths.root, { recursive: true })
  writeFileSync(paths.settings, JSON.stringify({ model: kept.files }))
}

describe('a path', () => {
  it('is relative to where the person is, and needs no data folder', async () => {
    expect(await choose({ model: 'm.gguf', mmproj: '../p.gguf' })).toMatchObject({ load: { files: { model: resolve('m.gguf'), projector: resolve('../p.gguf') }, isDemo: false, adapters: [] }, template: null })
    expect((await choose({ model: './m' })).load.files).toEqual({ model: resolve('m'), projector: null })
    expect(existsSync(paths.root)).toBe(false)
  })

  it('may lack its ending', async () => {
    const path = join(folder.path, 'model')
    writeFileSync(path, '')
    const before = process.cwd()
    process.chdir(folder.path)
    try {
      expect((await choose({ model: 'model' })).load.files.model).toBe(resolve('model'))
    } finally {
      process.chdir(before)
    }
  })

  it('is taken as it is, whatever the list keeps about it', async () => {
    keep()
    expect(await choose({ model: kept.files.model })).toMatchObject({ load: { files: { projector: null }, adapters: [] }, template: null })
  })
})

describe('a name of the list', () => {
  it('brings projector, adapters and template', async () => {
    keep()
    expect(await choose({ model: 'llava-7b' })).toMatchObject(ofList)
    expect(await choose({ model: 'some-id' })).toMatchObject(ofList)
    expect((await choose({ model: 'llava', mmproj: '/other.gguf' })).load.files).toEqual({ model: kept.files.model, projector: resolve('/other.gguf') })
  })

  it('that nothing has is refused; no list is made for it', async () => {
    await expect(choose({ model: 'llava' })).rejects.toMatchObject({ code: 'MODEL_UNKNOWN', params: { name: 'llava' } })
    expect(existsSync(paths.root)).toBe(false)
    keep()
    await expect(choose({ model: 'vicuna' })).rejects.toMatchObject({ code: 'MODEL_UNKNOWN', params: { name: 'vicuna' } })
  })
})

describe('without a model on the command line', () => {
  it('the one in use answers, with what the list keeps about it', async () => {
    configure()
    expect(await choose()).toMatchObject({ load: { files: kept.files, adapters: [] }, template: null })
    keep()
    expect(await choose()).toMatchObject(ofList)
  })

  it('and where the list cannot be read, without that; the log says so', async () => {
    configure()
    mkdirSync(paths.database)
    const lines: string[] = []
    expect(await chooseModel({}, paths, demo, { logger: createLogger([(line) => lines.push(line)]), tell: (notice) => told.push(notice.code) })).toMatchObject({ load: { files: kept.files, adapters: [] }, template: null })
    expect(lines).toHaveLength(1)
  })

  it('else the demo model', async () => {
    expect(await choose()).toMatchObject({ load: { files: demo, isDemo: true, adapters: [] }, template: null })
    expect(existsSync(paths.root)).toBe(false)
  })
})

it('a list that is damaged is set aside, and the person is told', async () => {
  configure()
  writeFileSync(paths.database, 'this is no database, but a text of some length'.repeat(100))
  expect(await choose()).toMatchObject({ load: { files: kept.files, adapters: [] }, template: null })
  expect(told).toEqual(['DATABASE_DAMAGED'])
  expect(await choose()).toMatchObject({ load: { files: kept.files } })
  expect(told).toHaveLength(1)
})
