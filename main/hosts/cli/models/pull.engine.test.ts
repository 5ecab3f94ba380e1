import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ForwardProxy } from '../../../../bench/hub/ForwardProxy.ts'
import { textShapes, writeSparseTextModel } from '../../../../bench/synthetic/textModel.ts'
import { dataPaths } from '../../../platform/paths.ts'
import { Store } from '../../../storage/Store.ts'
import { runProgram } from '../../shared/testing/Program.ts'
import { demo, PIECE, PullBench, pullBig, pullDemo, resources } from './testing/PullBench.ts'

const receipt = join(resources, 'samples/receipt-1.png')

let bench: PullBench
beforeEach(async () => (bench = await PullBench.start()))
afterEach(async () => await bench.stop())

describe('models pull', () => {
  it('fetches a model with its projector; it is in the list, and answers by its name', async () => {
    const { code, out, error } = await bench.models(pullDemo)
    expect([code, out]).toEqual([0, 'demo-llava is ready.\n'])
    expect(error).toMatch(/^(demo-llava: .+\n)+$/)
    for (const name of demo) expect(readFileSync(bench.file('owner--demo', name)).equals(readFileSync(join(resources, 'demo-model', name))), name).toBe(true)
    expect(await bench.list()).toMatchObject([{ name: 'demo-llava', source: 'download', repository: 'owner/demo', missing: [], files: { model: bench.file('owner--demo', demo[0]), projector: bench.file('owner--demo', demo[1]) } }])
    expect(await runProgram(['ask', '--model', 'demo-llava', '--image', receipt, 'What is the total?'], bench.env())).toEqual({ code: 0, out: '$25.97\n', error: '' })
    expect(await bench.models(['remove', 'demo-llava'])).toMatchObject({ code: 0 })
    expect(existsSync(bench.file('owner--demo'))).toBe(false)
  })

  it('prints the model as JSON; what is there already is not fetched again', async () => {
    await bench.models(pullDemo)
    const { asked } = bench
    const { code, out } = await bench.models([...pullDemo, '--json'])
    expect([code, bench.asked]).toEqual([0, asked])
    expect(JSON.parse(out)).toMatchObject({ name: 'demo-llava', files: { projector: bench.file('owner--demo', demo[1]) } })
  })

  it('knows the names of the catalogue, and what else it says about them', async () => {
    writeSparseTextModel(bench.at('vicuna.gguf'), textShapes.tiny)
    bench.hub.put('TheBloke/vicuna-7B-v1.5-GGUF/vicuna-7b-v1.5.Q5_K_M.gguf', readFileSync(bench.at('vicuna.gguf')))
    expect(await bench.models(['pull', 'Vicuna-7B:q5_k_m'])).toMatchObject({ code: 0, out: 'Vicuna 7B v1.5 Q5_K_M is ready.\n' })
    expect(await bench.list()).toMatchObject([{ template: 'vicuna_v1', catalogue: { model: 'vicuna-7b', variant: 'q5-k-m' } }])
    expect((await bench.models(['info', 'vicuna-7b'])).code).toBe(0)
  })

  it('shows how far it is where nobody watches: a line for every tenth', async () => {
    bench.putBig()
    const { error } = await bench.models(pullBig)
    const tenths = [...error.matchAll(/^big: (\d+) %$/gm)].map(([, percent]) => Number(percent))
    expect(tenths.length).toBeGreaterThan(0)
    expect(tenths).toEqual([...new Set(tenths)].sort((a, b) => a - b))
    expect(tenths.every((percent) => percent % 10 === 0)).toBe(true)
  })

  it('takes the mirror and the proxy of the settings, and those of the environment', async () => {
    const proxy = await ForwardProxy.start()
    try {
      expect((await bench.models(pullDemo, { HTTP_PROXY: `http://${proxy.host}` })).code).toBe(0)
      expect(proxy.seen.some((url) => url.startsWith(bench.hub.url))).toBe(true)
      await bench.models(['remove', 'demo'])
      proxy.seen.length = 0
      mkdirSync(bench.data, { recursive: true })
      writeFileSync(dataPaths(bench.data).settings, JSON.stringify({ downloads: { hub: bench.hub.url, proxy: `http://${proxy.host}` } }))
      expect((await bench.models(pullDemo, { HF_ENDPOINT: 'http://127.0.0.1:1' })).code).toBe(0)
      expect(proxy.seen.some((url) => url.startsWith(bench.hub.storeUrl))).toBe(true)
    } finally {
      await proxy.stop()
    }
  })

  it.each([
    [2, 'owner/demo is a repository: name its model file with --model and its projector with --mmproj', ['owner/demo']],
    [2, '--model and --mmproj name files of a repository (owner/name)', ['llava-1.5-7b', '--model', 'a.gguf']],
    [1, 'There is no model called llava-9', ['llava-9']],
    [1, 'There is no model called llava-1.5-7b:Q3_K', ['llava-1.5-7b:Q3_K']],
    [2, 'is no .gguf file', ['owner/demo', '--model', 'a.safetensors']],
  ])('%d %s', async (code, sentence, args) => {
    const result = await bench.models(['pull', ...args])
    expect(result).toMatchObject({ code, out: '', error: expect.stringContaining(sentence) as string })
    expect(result.error.trimEnd().split('\n')).toHaveLength(1)
    expect(bench.hub.seen).toEqual([])
  })
})

describe('a gated repository', () => {
  it('says how to give a token, in both languages, and takes one', async () => {
    bench.hub.token = 'hf_secret'
    const { code, out, error } = await bench.models(pullDemo)
    expect([code, out]).toEqual([1, ''])
    expect(error).toContain('owner/demo is open only to people with an account. Enter an access token in the settings, or set HF_TOKEN, and try again.\n')
    expect((await bench.models(pullDemo, { LANG: 'zh_CN.UTF-8' })).error).toContain('owner/demo 仅对有账户的用户开放。请在设置中输入访问令牌，或设置 HF_TOKEN，然后重试。\n')
    expect(await bench.models(pullDemo, { HF_TOKEN: 'hf_secret', LANG: 'zh_CN.UTF-8' })).toMatchObject({ code: 0, out: 'demo-llava 已就绪。\n' })
    expect(bench.hub.seen.filter(({ at, headers }) => at === 'store' && headers['authorization'] !== undefined)).toEqual([])
  })

  it('takes the token that is kept in the data folder', async () => {
    bench.hub.token = 'hf_kept'
    mkdirSync(bench.data, { recursive: true })
    writeFileSync(dataPaths(bench.data).hubToken, 'hf_kept\n', { mode: 0o600 })
    expect((await bench.models(pullDemo)).code).toBe(0)
  })
})

describe.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGKILL'] as const)('%s in the middle (Windows: a test cannot send it)', (signal) => {
  it('keeps what was fetched; the same command goes on with it', async () => {
    const files = bench.putBig()
    const first = bench.program(['models', ...pullBig])
    bench.hub.onBody = () => {
      if (bench.recorded.length >= 2) first.child.kill(signal)
    }
    const ended = await first.ended
    bench.hub.onBody = () => undefined
    expect(ended).toEqual(signal === 'SIGINT' ? { code: 130, signal: null } : { code: null, signal: 'SIGKILL' })
    if (signal === 'SIGINT') expect(first.error).toMatch(/\nThe download of big is paused\. The same command goes on with it\.\n$/)
    expect([first.out, await bench.list()]).toEqual(['', []])

    // Another model does not have to wait for the one that was broken off.
    expect((await bench.models(pullDemo)).code).toBe(0)
    expect(existsSync(bench.file('owner--big/big.gguf'))).toBe(false)

    const { recorded } = bench, from = bench.hub.seen.length
    expect(await bench.models(pullBig)).toMatchObject({ code: 0, out: 'big is ready.\n' })
    for (const { name, bytes } of files) expect(readFileSync(bench.file('owner--big', name)).equals(bytes), name).toBe(true)
    const again = bench.ranges(from).filter(({ url }) => url.includes('big.gguf')).map(({ range: [first] }) => Math.floor(first / PIECE))
    expect(recorded.length).toBeGreaterThanOrEqual(2)
    expect(again.filter((piece) => recorded.includes(piece))).toEqual([])
    expect(await bench.list()).toHaveLength(2)
  })
})

describe('two processes on one data folder', () => {
  const total = (files: readonly { bytes: Buffer }[]) => files.reduce((sum, { bytes }) => sum + bytes.length, 0)

  it('pull the same: it is fetched once, and both say so', async () => {
    const files = bench.putBig()
    const both = [bench.program(['models', ...pullBig]), bench.program(['models', ...pullBig])]
    for (const { ended } of both) expect(await ended).toEqual({ code: 0, signal: null })
    for (const { out } of both) expect(out).toBe('big is ready.\n')
    expect(bench.asked).toBe(total(files))
    expect(await bench.list()).toHaveLength(1)
  })

  it('pull different ones: one waits for the other', async () => {
    bench.putBig()
    const [first, second] = [bench.program(['models', ...pullBig]), bench.program(['models', ...pullDemo])]
    for (const { ended } of [first, second]) expect(await ended).toEqual({ code: 0, signal: null })
    expect((await bench.list()).map(({ name }) => name).sort()).toEqual(['big', 'demo-llava'])
    const urls = bench.hub.seen.filter(({ at, method }) => at === 'store' && method === 'GET').map(({ url }) => url.includes('/big/'))
    // All of one, then all of the other: the queue takes turns by whole downloads.
    expect(urls.filter((isBig, index) => index > 0 && isBig !== urls[index - 1])).toHaveLength(1)
  })

  it('are the app and a command: whoever has the claim works, and both know when it is there', async () => {
    const files = bench.putBig()
    const app = bench.program(['serve', '--no-open'])
    await app.until(() => app.out.includes('token='))
    expect(await bench.models(pullBig)).toMatchObject({ code: 0, out: 'big is ready.\n' })
    expect(bench.asked).toBe(total(files))
    const store = new Store(dataPaths(bench.data))
    expect(store.downloads.list()).toMatchObject([{ state: 'done', worker: null }])
    store.dispose()
    app.child.kill('SIGTERM')
    expect(await app.ended).toEqual({ code: 0, signal: null })
  })
})
