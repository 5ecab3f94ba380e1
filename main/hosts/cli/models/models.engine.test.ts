import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectorShapes, writeProjector } from '../../../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel } from '../../../../bench/synthetic/textModel.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { readOnlyFolder, temporaryFolder } from '../../../platform/testing.ts'
import { Store } from '../../../storage/Store.ts'
import { runProgram } from '../../shared/testing/Program.ts'

const resources = resolve(import.meta.dirname, '../../../../resources')
const receipt = join(resources, 'samples/receipt-1.png')

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => (folder = temporaryFolder()))
afterEach(() => folder.remove())

const at = (...names: string[]): string => join(folder.path, ...names)
const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => await runProgram(['models', ...args], { LLAVA_DESK_DATA: at('data'), ...env }, folder.path)
const listed = async () => JSON.parse((await run(['list', '--json'])).out) as { id: string; name: string; files: { model: string; projector: string | null }; missing: string[] }[]

/** A model, and a projector of this width beside it. */
function write(name: string, output: number | null = textShapes.tiny.width): { model: string; projector: string } {
  mkdirSync(at(name), { recursive: true })
  writeTextModel(at(name, `${name}.gguf`), textShapes.tiny)
  if (output !== null) writeProjector(at(name, 'mmproj.gguf'), { ...projectorShapes.tiny, output })
  return { model: at(name, `${name}.gguf`), projector: at(name, 'mmproj.gguf') }
}

describe('models list', () => {
  it('says what to do where there is none, in both languages', async () => {
    expect(await run(['list'])).toEqual({ code: 0, out: 'No models yet. "llava-desk models pull llava-1.5-7b" gets one; "models list --available" shows what there is.\n', error: '' })
    expect((await run(['list'], { LANG: 'zh_CN.UTF-8' })).out).toBe('还没有模型。“llava-desk models pull llava-1.5-7b”可下载一个；“models list --available”列出可用的模型。\n')
    expect(await run(['list', '--json'])).toEqual({ code: 0, out: '[]\n', error: '' })
  })

  it('shows what can be had, without a data folder', async () => {
    const { code, out, error } = await run(['list', '--available'], { LLAVA_DESK_DATA: '/nonexistent' })
    expect([code, error]).toEqual([0, ''])
    expect(out).toMatch(/^NAME +QUANTISATIONS +SIZE +LICENCE\nllava-1\.5-7b +Q4_K_M Q5_K_M Q6_K Q8_0 +4\.7 GB +Llama 2 /)
    const models = JSON.parse((await run(['list', '--available', '--json'])).out) as { id: string; variants: object[] }[]
    expect(models.map(({ id }) => id)).toEqual(out.trimEnd().split('\n').slice(1).map((line) => line.split(' ')[0]))
    expect(models[0]?.variants[0]).toMatchObject({ id: 'q4-k-m', model: { repository: 'second-state/Llava-v1.5-7B-GGUF' }, projector: { path: 'llava-v1.5-7b-mmproj-model-f16.gguf' } })
  })

  it('says where nothing can be kept', async (context) => {
    const readOnly = readOnlyFolder()
    if ('reason' in readOnly) return context.skip(readOnly.reason)
    const { code, out, error } = await run(['list'], { LLAVA_DESK_DATA: join(readOnly.path, 'data') })
    readOnly.remove()
    expect([code, out]).toEqual([1, ''])
    expect(error).toContain(join(readOnly.path, 'data'))
    expect(error.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('models import', () => {
  it('takes a folder in where it lies', async () => {
    const { model, projector } = write('llava'), text = write('vicuna', 128)
    const { code, out, error } = await run(['import', '.'])
    expect([code, error]).toEqual([0, ''])
    expect(out).toMatch(/^NAME +SIZE +SEES +WHERE\n/)
    expect(out).toMatch(new RegExp(`^llava +\\d+ kB +pictures +${model}$`, 'm'))
    expect(out).toMatch(new RegExp(`^vicuna +\\d+ kB +text +${text.model}$`, 'm'))
    expect((await listed()).map(({ files }) => files)).toEqual(expect.arrayContaining([{ model, projector }, { model: text.model, projector: null }]))
  })

  it('takes two files that belong together, and one that finds its projector beside it', async () => {
    const { model } = write('a', null), { projector } = write('b')
    const added = JSON.parse((await run(['import', '--json', 'a/a.gguf', 'b/mmproj.gguf'])).out) as { added: object[]; refused: object[] }
    expect(added).toEqual({
      added: [{ id: expect.any(String) as string, name: 'a', files: { model, projector }, adapters: [], template: null, source: 'import', catalogue: null, repository: null, addedAt: expect.any(Number) as number, bytes: expect.any(Number) as number, missing: [] }],
      refused: [],
    })
    expect((await run(['import', 'b/b.gguf'])).code).toBe(0)
    expect((await listed()).map(({ files }) => files.projector)).toEqual([projector, projector])
  })

  it('says what is no model, and takes the rest', async () => {
    write('llava')
    writeFileSync(at('text.gguf'), 'this is no model, but a text of some length')
    const { code, out, error } = await run(['import', 'llava', 'text.gguf', 'nowhere'])
    expect(code).toBe(0)
    expect(out.trimEnd().split('\n')).toHaveLength(2)
    expect(error.trimEnd().split('\n').sort()).toEqual([expect.stringContaining('text.gguf is not a GGUF model'), expect.stringContaining(`There is no file at ${at('nowhere')}`)])
    expect(await run(['import', 'nowhere'], { LANG: 'zh_CN.UTF-8' })).toMatchObject({ code: 1, out: '', error: expect.stringContaining(at('nowhere')) as string })
    expect(await run(['import', 'text.gguf'])).toMatchObject({ code: 3, out: '' })
  })

  it.skipIf(process.platform === 'win32')('shows a link that leads nowhere as such, before and after (Windows: links take a right)', async () => {
    const { model } = write('llava', null)
    symlinkSync(model, at('link.gguf'))
    symlinkSync(at('gone'), at('broken.gguf'))
    expect(await run(['import', 'broken.gguf'])).toMatchObject({ code: 1, out: '', error: `${at('broken.gguf')} is a link to ${at('gone')}, which is not there. Plug in the disk it lies on, or get the file again.\n` })
    expect((await run(['import', 'link.gguf'])).code).toBe(0)
    rmSync(model)
    expect(await listed()).toMatchObject([{ name: 'link', missing: [at('link.gguf')] }])
    expect((await run(['list'])).out).toContain(`${at('link.gguf')} (its files are not there)`)
    expect((await run(['list'], { LANG: 'zh_CN.UTF-8' })).out).toContain(`${at('link.gguf')} (文件不在原处)`)
  })
})

describe('models info', () => {
  it('judges a pair that belongs together: 0', async () => {
    write('llava')
    const { code, out, error } = await run(['info', 'llava/llava.gguf'], { LLAVA_DESK_DATA: '/nonexistent' })
    expect([code, error]).toEqual([0, ''])
    expect(out).toMatch(/^synthetic 64x2 +llama F16 +0\.2 M, 4096 tokens +\d+ kB\nmmproj mlp +56 px +width 64 +\d+ kB\nNothing is wrong with it\.\n$/)
    await run(['import', 'llava'])
    expect((await run(['info', 'llava'])).out).toBe(out)
    expect(JSON.parse((await run(['info', '--json', 'llava'])).out)).toMatchObject({ files: { projector: at('llava', 'mmproj.gguf') }, model: { architecture: 'llama' }, projector: { type: 'mlp' }, findings: [], loadable: true })
  })

  it('says that a pair does not belong together: 3, also as JSON', async () => {
    write('llava')
    write('other', 128)
    const args = ['info', 'llava/llava.gguf', '--mmproj', 'other/mmproj.gguf']
    const { code, error } = await run(args)
    expect(code).toBe(3)
    expect(error).toMatch(/width|128/)
    const json = await run([...args, '--json'])
    expect(json).toMatchObject({ code: 3, error })
    expect(JSON.parse(json.out)).toMatchObject({ loadable: false, findings: [{ severity: 'error', problem: { code: 'PROJECTOR_WIDTH_MISMATCH', params: { projectorWidth: 128, modelWidth: 64 } } }] })
    expect((await run(args, { LANG: 'zh_CN.UTF-8' })).error).toMatch(/[\u4e00-\u9fff].*128/)
  })

  it('says that nothing can see: 0, since text can be asked', async () => {
    write('vicuna', null)
    const { code, out } = await run(['info', 'vicuna/vicuna.gguf'])
    expect(code).toBe(0)
    expect(out.trimEnd().split('\n')).toHaveLength(2)
    expect(out).not.toContain('Nothing is wrong')
  })

  it.each([
    [3, 'There is no model file at', ['nowhere.gguf']],
    [3, 'is a projector (mmproj), not a language model', ['llava/mmproj.gguf']],
    [3, 'There is no projector', ['llava/llava.gguf', '--mmproj', 'nowhere.gguf']],
    [1, 'There is no model called llava-2', ['llava-2']],
  ])('%d %s', async (code, sentence, args) => {
    write('llava')
    const result = await run(['info', ...args])
    expect(result.code).toBe(code)
    expect(result.error).toContain(sentence)
    expect(result.error.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('models remove', () => {
  /** Takes the model in as if it had been downloaded. */
  function download(name: string): string {
    const paths = dataPaths(at('data'))
    const model = join(paths.models, 'a--b', `${name}.gguf`)
    mkdirSync(join(paths.models, 'a--b'), { recursive: true })
    writeTextModel(model, textShapes.tiny)
    const store = new Store(paths)
    store.installedModels.add({ id: `id-of-${name}`, name, files: { model, projector: null }, adapters: [], template: null, source: 'download', catalogue: null, repository: 'a/b', addedAt: 1 })
    store.dispose()
    return model
  }

  it('deletes the files of a download, or leaves them', async () => {
    const [gone, stays] = [download('gone'), download('stays')]
    expect(await run(['remove', 'gone'])).toEqual({ code: 0, out: 'gone was removed.\n', error: '' })
    expect(await run(['remove', 'stays', '--keep-files', '--json'])).toEqual({ code: 0, out: '{\n  "id": "id-of-stays",\n  "name": "stays"\n}\n', error: '' })
    expect(await listed()).toEqual([])
    expect((await run(['info', gone])).code).toBe(3)
    expect((await run(['info', stays])).code).toBe(0)
  })

  it('never touches what was imported', async () => {
    const { model } = write('llava')
    await run(['import', 'llava'])
    expect((await run(['remove', 'llava'], { LANG: 'zh_CN.UTF-8' })).out).toBe('已移除 llava。\n')
    expect((await run(['info', model])).code).toBe(0)
  })

  it('guesses nothing: 1', async () => {
    download('llava-7b')
    download('llava-13b')
    expect(await run(['remove', 'vicuna'])).toEqual({ code: 1, out: '', error: 'There is no model called vicuna. "llava-desk models list" shows those that are there.\n' })
    const { code, error } = await run(['remove', 'llava'])
    expect([code, error]).toEqual([1, expect.stringMatching(/^llava may mean several models: llava-.* \(id-of-llava-.*\), llava-.*\. Give more of the name\.\n$/)])
    expect(await listed()).toHaveLength(2)
  })
})

describe('a name of the list', () => {
  beforeEach(async () => {
    for (const file of ['demo-llava.gguf', 'demo-llava-mmproj.gguf']) symlinkSync(join(resources, 'demo-model', file), at(file))
    await run(['import', 'demo-llava.gguf'])
  })
  const program = async (...args: string[]) => await runProgram(args, { LLAVA_DESK_DATA: at('data') }, folder.path)

  it('is enough for ask and see', async () => {
    expect(await program('ask', '--model', 'demo', '--image', receipt, 'What is the total?')).toEqual({ code: 0, out: '$25.97\n', error: '' })
    expect((await program('see', '--model', 'demo-llava', receipt)).out).toBe('336 x 336 pixels, 576 tokens x 192\n')
    expect(await program('ask', '--model', 'vicuna', 'Q')).toMatchObject({ code: 1, error: expect.stringContaining('There is no model called vicuna') as string })
  })

  it('brings the template the list keeps', async () => {
    const store = new Store(dataPaths(at('data')))
    const [model] = store.installedModels.list()
    store.installedModels.change(model!.id, { template: 'chatml_direct' })
    store.dispose()
    const tokens = async (...more: string[]) => (JSON.parse((await program('ask', '--json', '--max-tokens', '2', '--image', receipt, ...more, 'What is the total?')).out) as { tokens: { prompt: number } }).tokens.prompt
    const kept = await tokens('--model', 'demo')
    expect(kept).toBe(await tokens('--template', 'chatml_direct'))
    expect(kept).not.toBe(await tokens('--model', 'demo', '--template', 'vicuna_v1'))
  })

  it('says where its model sees nothing', async () => {
    const { model } = write('vicuna', null)
    await run(['import', model])
    expect(await program('ask', '--model', 'vicuna', '--image', receipt, 'Q')).toMatchObject({ code: 3, out: '', error: expect.stringContaining('was loaded without a projector') as string })
  })
})
