import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { projectorShapes, writeProjector } from '../../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel } from '../../../bench/synthetic/textModel.ts'
import { dataPaths } from '../../platform/paths.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { Store } from '../../storage/Store.ts'
import { ModelLibrary } from './ModelLibrary.ts'

let folder: ReturnType<typeof temporaryFolder>
let store: Store
let library: ModelLibrary
let released: string[]
let changes: number

beforeEach(() => {
  folder = temporaryFolder()
  const paths = dataPaths(join(folder.path, 'data'))
  store = new Store(paths)
  released = []
  changes = 0
  let time = 0
  const release = async (paths: readonly string[]) => {
    await Promise.resolve()
    released.push(...paths)
  }
  const changed = () => {
    changes++
  }
  library = new ModelLibrary({ store, folder: paths.models, release, changed, now: () => ++time })
})

afterEach(() => {
  store.dispose()
  folder.remove()
})

const at = (...names: string[]): string => join(folder.path, ...names)
const coded = (code: string, params: object = {}) => expect.objectContaining({ code, params: expect.objectContaining(params) as object }) as object

function writeModel(...names: string[]): string {
  mkdirSync(at(...names.slice(0, -1)), { recursive: true })
  writeTextModel(at(...names), textShapes.tiny)
  return at(...names)
}

/** `output` of another width than the tiny model's belongs to another model. */
function writeMmproj(names: string[], output: number = textShapes.tiny.width): string {
  writeProjector(at(...names), { ...projectorShapes.tiny, output })
  return at(...names)
}

describe('import', () => {
  test('a folder: its models with their projectors, where they lie', async () => {
    const model = writeModel('llava', 'llava-q4.gguf'), text = writeModel('vicuna', 'vicuna.gguf')
    const projector = writeMmproj(['llava', 'mmproj.gguf'])
    writeMmproj(['vicuna', 'other.gguf'], 128)
    writeFileSync(at('llava', 'notes.txt'), 'notes')
    const { added, refused } = await library.import([folder.path])
    expect(added.map(({ name, files, source, missing }) => ({ name, files, source, missing })).sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'llava-q4', files: { model, projector }, source: 'import', missing: [] },
      { name: 'vicuna', files: { model: text, projector: null }, source: 'import', missing: [] },
    ])
    expect(refused).toEqual([])
    expect(changes).toBe(1)
  })

  test('two files from different folders belong together; one file finds what lies beside it', async () => {
    const model = writeModel('a', 'model.gguf')
    mkdirSync(at('b'))
    const projector = writeMmproj(['b', 'mmproj.gguf'])
    expect((await library.import([model, projector])).added[0]?.files).toEqual({ model, projector })
    copyFileSync(projector, at('a', 'mmproj.gguf'))
    expect((await library.import([model])).added[0]?.files).toEqual({ model, projector: at('a', 'mmproj.gguf') })
    expect(await library.list()).toHaveLength(1)
  })

  test('two fitting projectors beside a model would be a guess', async () => {
    const model = writeModel('a', 'model.gguf')
    writeMmproj(['a', 'one.gguf'])
    writeMmproj(['a', 'two.gguf'])
    expect((await library.import([at('a')])).added[0]?.files).toEqual({ model, projector: null })
  })

  test('tells what is wrong with what is no model, and takes the rest', async () => {
    const model = writeModel('model.gguf')
    writeFileSync(at('text.gguf'), 'no model')
    const { added, refused } = await library.import([model, at('text.gguf'), at('nowhere')])
    expect(added).toHaveLength(1)
    expect(refused.map(({ path, problem }) => [path, problem.code]).sort()).toEqual([[at('nowhere'), 'FILE_MISSING'], [at('text.gguf'), 'MODEL_NOT_GGUF']])
  })

  test('a link in a folder that leads nowhere is told as such, with where it leads', async () => {
    const model = writeModel('a', 'model.gguf')
    symlinkSync(at('store', 'gone'), at('a', 'linked.gguf'))
    const { added, refused } = await library.import([at('a')])
    expect(added.map(({ files }) => files.model)).toEqual([model])
    expect(refused).toEqual([{ path: at('a', 'linked.gguf'), problem: { code: 'FILE_LINK_BROKEN', params: { path: at('a', 'linked.gguf'), target: at('store', 'gone') } } }])
    await expect(library.import([at('a', 'linked.gguf')])).rejects.toEqual(coded('FILE_LINK_BROKEN'))
  })

  test('stops when it is aborted, and in a folder that cannot be one of models', async () => {
    writeModel('model.gguf')
    await expect(library.import([folder.path], AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
    mkdirSync(at('large'))
    for (let index = 0; index <= 20_000; index++) writeFileSync(at('large', `${index}`), '')
    await expect(library.import([at('large')])).rejects.toEqual(coded('FOLDER_TOO_LARGE', { path: at('large') }))
  })

  test('a file without a name of its own gets one, and one with a very long name a shorter one', async () => {
    writeModel('.gguf')
    writeModel(`${'x'.repeat(225)}.gguf`)
    const { added } = await library.import([at('.gguf'), at(`${'x'.repeat(225)}.gguf`)])
    expect(added.map(({ name }) => name).sort()).toEqual(['model', 'x'.repeat(200)])
  })

  test('a download that is imported again stays one, with its origin', async () => {
    const model = writeModel('data', 'models', 'a--b', 'q4.gguf')
    library.addDownloaded({ model, projector: null }, { name: 'LLaVA', template: null, catalogue: { model: 'llava', variant: 'q4' }, repository: 'a/b' })
    expect((await library.import([model])).added).toMatchObject([{ source: 'download', catalogue: { model: 'llava', variant: 'q4' }, repository: 'a/b' }])
  })

  test('rejects where there is no model at all', async () => {
    mkdirSync(at('empty'))
    await expect(library.import([at('empty')])).rejects.toEqual(coded('MODEL_MISSING', { path: at('empty') }))
    await expect(library.import([writeMmproj(['mmproj.gguf'])])).rejects.toEqual(coded('MODEL_IS_PROJECTOR', { path: at('mmproj.gguf') }))
    await expect(library.import([at('nowhere.gguf')])).rejects.toEqual(coded('FILE_MISSING'))
    expect(await library.list()).toEqual([])
  })

  test('a link that leads nowhere later is shown as such', async () => {
    const model = writeModel('disk', 'model.gguf')
    symlinkSync(model, at('link.gguf'))
    const { added } = await library.import([at('link.gguf')])
    expect(added[0]).toMatchObject({ missing: [], files: { model: at('link.gguf') } })
    rmSync(model)
    expect(await library.list()).toMatchObject([{ missing: [at('link.gguf')], bytes: 0 }])
  })
})

describe('removal', () => {
  const meta = { name: 'LLaVA', template: null, catalogue: null, repository: 'a/b' }

  test('deletes the files of a download that nobody else uses, after they were let go', async () => {
    const { models } = dataPaths(at('data'))
    const q4 = writeModel('data', 'models', 'a--b', 'q4.gguf'), q8 = writeModel('data', 'models', 'a--b', 'q8.gguf')
    const projector = writeMmproj(['data', 'models', 'a--b', 'mmproj.gguf'])
    const [first, second] = [q4, q8].map((model) => library.addDownloaded({ model, projector }, meta)) as [string, string]
    await library.remove(first, true)
    expect(released).toEqual([q4, projector])
    expect([q4, q8, projector].map((path) => existsSync(path))).toEqual([false, true, true])
    await library.remove(second, true)
    expect([q8, projector, join(models, 'a--b')].map((path) => existsSync(path))).toEqual([false, false, false])
    expect(await library.list()).toEqual([])
  })

  test('leaves what an unfinished download counts on', async () => {
    const q4 = writeModel('data', 'models', 'a--b', 'q4.gguf')
    const projector = writeMmproj(['data', 'models', 'a--b', 'mmproj.gguf'])
    const id = library.addDownloaded({ model: q4, projector }, meta)
    const file = { repository: 'a/b', revision: 'main', bytes: null, sha256: null, received: 0, made: false }
    const request = { type: 'repository', repository: 'a/b', revision: 'main', model: 'q8.gguf', projector: 'mmproj.gguf' } as const
    store.downloads.add({ id: 'q8', name: 'Q8', request, files: [{ ...file, path: 'q8.gguf', role: 'model' }, { ...file, path: 'mmproj.gguf', role: 'projector' }] }, 1)
    await library.remove(id, true)
    expect([q4, projector].map((path) => existsSync(path))).toEqual([false, true])
  })

  test('never deletes what the person pointed to, nor files outside the download folder', async () => {
    const model = writeModel('mine.gguf')
    const { added } = await library.import([model])
    await library.remove(added[0]!.id, true)
    expect(existsSync(model)).toBe(true)
    await library.remove(library.addDownloaded({ model, projector: null }, meta), true)
    expect(existsSync(model)).toBe(true)
  })
})

test('models are found by what the catalogue calls them', () => {
  const add = (name: string) => library.addDownloaded({ model: at(`${name}.gguf`), projector: null }, { name, template: null, catalogue: null, repository: 'a/b' })
  const [q4, q8] = [add('LLaVA-1.5 7B Q4_K_M'), add('LLaVA-1.5 7B Q8_0')] as const
  expect(library.named('llava-1.5-7b:q4_k_m').id).toBe(q4)
  expect(library.named('LLaVA 1.5 7b q8').id).toBe(q8)
  expect(library.named(q8).id).toBe(q8)
  expect(() => library.named('llava-1.5-7b')).toThrow(coded('MODEL_NAME_AMBIGUOUS', { name: 'llava-1.5-7b', models: expect.stringContaining('7B Q8_0 (') as string }))
  add('LLaVA-1.5 7B')
  expect(library.named('llava-1.5-7b').name).toBe('LLaVA-1.5 7B')
  add('llava_1.5_7b')
  expect(() => library.named('llava-1.5-7b')).toThrow(coded('MODEL_NAME_AMBIGUOUS'))
  for (const nothing of ['', ' ', 'llava-2']) expect(() => library.named(nothing)).toThrow(coded('MODEL_UNKNOWN', { name: nothing }))
})

test('models are found by id, name and beginning', async () => {
  await library.import([writeModel('a', 'llava-7b.gguf'), writeModel('b', 'llava-13b.gguf'), writeModel('c', 'vicuna.gguf')])
  expect(library.named('LLaVA-7B').name).toBe('llava-7b')
  expect(library.named('vic').name).toBe('vicuna')
  expect(() => library.named('llava')).toThrow(coded('MODEL_NAME_AMBIGUOUS', { name: 'llava' }))
  const { id } = library.named('vicuna')
  expect(await library.change(id, { name: 'Text', template: 'vicuna_v1' })).toMatchObject({ name: 'Text', template: 'vicuna_v1' })
  expect(library.find(id).name).toBe('Text')
  await expect(library.change('none', {})).rejects.toEqual(coded('MODEL_UNKNOWN'))
})
