import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { projectorShapes, writeProjector } from '../../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel } from '../../../bench/synthetic/textModel.ts'
import type { AppEvent } from '../../contract/domains/app.ts'
import type { InstalledModel } from '../../contract/domains/library.ts'
import type { LoadOptions, MeasureInput, Measurement } from '../../engine/protocol.ts'
import { AppError } from '../../contract/errors/AppError.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Store } from '../../storage/Store.ts'
import type { Services } from '../createServices.ts'
import type { ScriptedEngine } from '../testing/ScriptedEngine.ts'
import { scriptedModel } from '../testing/ScriptedEngine.ts'
import { confSettings } from '../settings/confBackend.ts'
import { testServices } from '../testing/testServices.ts'

let folder: ReturnType<typeof temporaryFolder>
let services: Services
let engine: ScriptedEngine

beforeEach(async () => {
  folder = temporaryFolder()
  ;({ services, engine } = await testServices(join(folder.path, 'data')))
  engine.use = (options: LoadOptions) => {
    engine.used.push(options)
    engine.model = { ...scriptedModel, files: options.files, isDemo: options.isDemo }
    engine.retry()
  }
})

afterEach(async () => {
  await services.dispose()
  folder.remove()
})

const at = (...names: string[]) => join(folder.path, ...names)
const coded = (code: string) => expect.objectContaining({ code }) as object
const demo = { model: '/demo.gguf', projector: '/demo-mmproj.gguf' }

/** A model with its projector in a folder of their own, taken into the list. */
async function imported(name: string): Promise<InstalledModel> {
  mkdirSync(at(name))
  writeTextModel(at(name, `${name}.gguf`), textShapes.tiny)
  writeProjector(at(name, 'mmproj.gguf'), { ...projectorShapes.tiny, output: textShapes.tiny.width })
  const { added } = await services.library.list.import([at(name)])
  return added[0]!
}

describe('a model of the list', () => {
  test('is loaded and remembered, and every page is told of the list', async () => {
    const events: AppEvent[] = []
    const end = new AbortController()
    const reading = (async () => {
      for await (const event of services.events.subscribe(end.signal)) events.push(event)
    })()
    const { id, files } = await imported('llava')
    expect(await services.library.desk.use(id)).toMatchObject({ state: 'ready', info: { files } })
    expect(services.settings.get().model).toEqual(files)
    expect(engine.used.at(-1)).toMatchObject({ files, isDemo: false, adapters: [] })
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['modelsChanged', 'settingsChanged'])))
    end.abort()
    await reading
    await expect(services.library.desk.use('none')).rejects.toEqual(coded('MODEL_UNKNOWN'))
  })

  test('brings its adapters to the engine: at once where it is in use, at the next load where it is not', async () => {
    const { id } = await imported('llava')
    const other = await imported('other')
    writeFileSync(at('a.gguf'), 'an adapter')
    const adapters = [{ path: at('a.gguf'), scale: 0.5 }]
    const before = engine.used.length
    await services.library.desk.change(id, { adapters })
    expect(engine.used).toHaveLength(before)
    await services.library.desk.use(id)
    expect(engine.used.at(-1)).toMatchObject({ adapters })
    await services.library.desk.change(id, { adapters: [] })
    expect(engine.used.at(-1)).toMatchObject({ adapters: [] })
    await services.library.desk.use(other.id)
    expect(engine.used.at(-1)).toMatchObject({ files: other.files, adapters: [] })
    await expect(services.library.desk.change(id, { adapters: [{ path: at('none.gguf'), scale: 1 }] })).rejects.toEqual(coded('ADAPTER_MISSING'))
  })

  test('is loaded anew with another projector, which is remembered', async () => {
    const { id, files } = await imported('llava')
    await services.library.desk.use(id)
    copyFileSync(at('llava', 'mmproj.gguf'), at('better.gguf'))
    await services.library.desk.change(id, { projector: at('better.gguf') })
    expect(engine.used.at(-1)).toMatchObject({ files: { model: files.model, projector: at('better.gguf') } })
    expect(services.settings.get().model).toEqual({ model: files.model, projector: at('better.gguf') })
  })

  test('writes its prompts with the template chosen for it', async () => {
    const { id } = await imported('llava')
    await services.library.desk.use(id)
    const ask = async () => {
      const { answer } = services.chats.ask({ chatId: services.chats.create().id, text: 'Hi', images: [] })
      for await (const event of services.chats.follow(answer.id)) if (event.type === 'end') expect(event.message.status).toBe('done')
      return engine.generated.at(-1)!.prompt.map((part) => (part.type === 'text' ? part.text : '')).join('')
    }
    expect(await ask()).toContain('USER: Hi ASSISTANT:')
    await services.library.desk.change(id, { template: 'chatml_direct' })
    expect(await ask()).toContain('<|im_start|>user\nHi<|im_end|>')
  })

  test('gives its place to the demo model when it is removed while in use, and is let go of first', async () => {
    const { id } = await imported('llava')
    await services.library.desk.use(id)
    const states: string[] = []
    engine.subscribe(({ state }) => states.push(state))
    await services.library.desk.remove(id, true)
    expect([await services.library.list.list(), services.settings.get().model, engine.used.at(-1)?.files, states]).toEqual([[], null, demo, ['none', 'ready']])
    // It was only pointed to.
    expect(existsSync(at('llava', 'llava.gguf'))).toBe(true)
  })

  test('is let go of when one of its files is about to be replaced, and of no others', async () => {
    const { id, files } = await imported('llava')
    await services.library.desk.use(id)
    await services.models.release([at('other.gguf')])
    expect(services.models.status.state).toBe('ready')
    await services.models.release([files.projector!])
    expect(services.models.status.state).toBe('none')
    // The engine knows a split model by its first part.
    await services.models.release(['/m-00002-of-00002.gguf'])
    expect(engine.released.at(-1)).toEqual(['/m-00001-of-00002.gguf', '/m-00002-of-00002.gguf'])
  })

  test('makes way while one of its files is replaced, and comes back however that ends', async () => {
    const { id, files } = await imported('llava')
    await services.library.desk.use(id)
    const states: string[] = []
    const fail = async () => {
      states.push(services.models.status.state)
      await Promise.reject(new Error('full'))
    }
    await expect(services.models.whileReleased([files.model], fail)).rejects.toThrow('full')
    expect([states, services.models.status]).toMatchObject([['none'], { state: 'ready', info: { files } }])
    await services.models.unload()
    await services.models.whileReleased([files.model], async () => await Promise.resolve())
    expect(services.models.status.state).toBe('none')
  })

  test('stays unloaded when only its name or the time of rest changes', async () => {
    const { id } = await imported('llava')
    await services.library.desk.use(id)
    await services.models.unload()
    await services.library.desk.change(id, { name: 'Mine' })
    services.settings.change({ engine: { ...services.settings.get().engine, idleMinutes: 5 } })
    expect([services.models.status.state, engine.rests.at(-1)]).toEqual(['none', 5])
  })

  test('takes the place of another also where that cannot be remembered, which is said', async () => {
    await services.dispose()
    const { path } = confSettings(at('data', 'settings.json'))
    const full = () => {
      throw new AppError('DISK_FULL', { path })
    }
    ;({ services, engine } = await testServices(join(folder.path, 'data'), { settings: { path, open: () => ({ read: () => ({}), write: full }) } }))
    const { id, files } = await imported('llava')
    await expect(services.library.desk.use(id)).rejects.toEqual(coded('DISK_FULL'))
    expect(engine.used.at(-1)).toMatchObject({ files })
  })

  test('has no projector to be fetched where nobody knows of one', async () => {
    const { id } = await imported('llama')
    expect(() => services.library.desk.fetchProjector(id)).toThrow(coded('PROJECTOR_UNKNOWN'))
    expect(() => services.library.desk.fetchProjector('none')).toThrow(coded('MODEL_UNKNOWN'))
  })
})

test('a model that another process takes in is told to every page', async () => {
  const events: string[] = []
  const end = new AbortController()
  const reading = (async () => {
    for await (const { type } of services.events.subscribe(end.signal)) events.push(type)
  })()
  const elsewhere = new Store(dataPaths(join(folder.path, 'data')))
  elsewhere.installedModels.add({ id: 'x', name: 'x', files: { model: '/x.gguf', projector: null }, adapters: [], template: null, source: 'import', catalogue: null, repository: null, addedAt: 1 })
  elsewhere.dispose()
  await vi.waitFor(() => expect(events).toEqual(['modelsChanged']), { timeout: 20_000 })
  end.abort()
  await reading
})

describe('a plan', () => {
  const measured = (kv: number): Measurement & { note: string } => ({
    backend: 'cpu', device: null, adapters: 0, process: 5, note: '',
    plan: { contextSize: 2048, cells: 2048, gpuLayers: 0, layers: 3, projectorOnGpu: false, kvType: 'f16', threads: 1 },
    places: [{ name: 'CPU', description: 'x', type: 'cpu', totalBytes: 1000, freeBytes: 500, weights: 0, mapped: 50, copied: 0, kv, compute: 0, projector: 0, encode: 0 }],
  })

  test('is made with the settings, the choices before them, and with the memory that the model in use will give back', async () => {
    const asked: MeasureInput[] = []
    engine.measure = (options: MeasureInput) => {
      asked.push(options)
      return Promise.resolve(measured(asked.length === 1 ? 100 : 10))
    }
    const { files } = await imported('llava')
    services.settings.change({ engine: { ...services.settings.get().engine, contextSize: 1024, kvType: 'q8_0' } })
    const plan = await services.library.plans.plan(files, { contextSize: 512 })
    expect(asked).toMatchObject([{ files: demo, contextSize: 2048, kvType: 'f16', projectorOnGpu: false }, { files, contextSize: 512, kvType: 'q8_0', comingFree: { CPU: 105 } }])
    expect(plan).toMatchObject({ verdict: 'cpu', places: [{ kind: 'ram', freeBytes: 605, neededBytes: 65 }] })
    await services.library.plans.plan(files, {})
    expect(asked).toHaveLength(3)
  })

  test('rejects with the first thing that is wrong with the files', async () => {
    writeFileSync(at('words.gguf'), 'no model')
    await expect(services.library.plans.plan({ model: at('words.gguf'), projector: null }, {})).rejects.toEqual(coded('MODEL_NOT_GGUF'))
  })
})

test('memory is that of the engine process while it holds a model', async () => {
  engine.memory = () => Promise.resolve({ resident: 77, fileBacked: null, context: null, embeddings: 0, devices: [{ name: 'CPU', description: 'x', type: 'cpu', totalBytes: 10, freeBytes: 4 }, { name: 'CUDA0', description: 'RTX', type: 'gpu', totalBytes: 9, freeBytes: 3 }] })
  expect(await services.library.plans.memory()).toEqual({ engineBytes: 77, places: [{ kind: 'ram', name: '', totalBytes: 10, freeBytes: 4 }, { kind: 'gpu', name: 'RTX', totalBytes: 9, freeBytes: 3 }] })
  await services.models.unload()
  expect(await services.library.plans.memory()).toMatchObject({ engineBytes: null, places: [{ kind: 'ram' }] })
})

test('the engine rests after the minutes of the settings', () => {
  expect(engine.rests).toEqual([null])
  services.settings.change({ engine: { ...services.settings.get().engine, idleMinutes: 5 } })
  expect(engine.rests).toEqual([null, 5])
})
