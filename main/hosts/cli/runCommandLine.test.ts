import { describe, expect, it } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { errorCodes } from '../../contract/errors/codes.ts'
import { exitCodeOf } from './exitCode.ts'
import type { Actions, AskOptions, SeeOptions, ServeOptions } from './program.ts'
import { runCommandLine } from './runCommandLine.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './UsageError.ts'

interface Run {
  readonly code: number
  readonly out: string
  readonly error: string
  readonly calls: readonly (readonly unknown[])[]
}

/** Runs a command line whose actions only note what they were called with, or fail with `failure`. */
async function run(args: readonly string[], failure?: unknown, language: Terminal['language'] = 'en'): Promise<Run> {
  let out = '', error = ''
  const calls: unknown[][] = []
  const note = (...call: unknown[]): Promise<void> => {
    calls.push(call)
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is no Error must be reported as well
    return failure === undefined ? Promise.resolve() : Promise.reject(failure)
  }
  const actions: Actions = {
    ask: async (question: string, options: AskOptions) => await note('ask', question, options),
    see: async (image: string, options: SeeOptions) => await note('see', image, options),
    extract: async (inputs, options) => await note('extract', inputs, options),
    serve: async (options: ServeOptions) => await note('serve', options),
    api: async (options) => await note('api', options),
    models: {
      list: async (...call) => await note('list', ...call.slice(0, 1)),
      info: async (...call) => await note('info', ...call.slice(0, 2)),
      pull: async (...call) => await note('pull', ...call.slice(0, 2)),
      import: async (...call) => await note('import', ...call.slice(0, 2)),
      remove: async (...call) => await note('remove', ...call.slice(0, 2)),
      plan: async (...call) => await note('plan', ...call.slice(0, 2)),
    },
    cache: {
      usage: async (...call) => await note('usage', ...call.slice(0, 1)),
      clear: async (...call) => await note('clear', ...call.slice(0, 1)),
      limit: async (...call) => await note('limit', ...call.slice(0, 2)),
    },
    chats: {
      list: async (...call) => await note('chats list', ...call.slice(0, 1)),
      export: async (...call) => await note('chats export', ...call.slice(0, 2)),
      import: async (...call) => await note('chats import', ...call.slice(0, 2)),
    },
  }
  const terminal: Terminal = { out: (text) => (out += text), error: (text) => (error += text), outIsScreen: false, errorIsScreen: false, language }
  const code = await runCommandLine(args, '1.2.3', actions, terminal)
  return { code, out, error, calls }
}

describe('the command line', () => {
  it('reads all options of ask', async () => {
    const { code, calls } = await run([
      ...['ask', '--image', 'a.png', '--image', 'b.jpg', '--model', 'm.gguf', '--mmproj', 'p.gguf', '--temperature', '0.7'],
      ...['--seed', '42', '--max-tokens', '99', '--system', '', '--template', 'llava_v0', '--json', 'What?'],
    ])
    expect(code).toBe(0)
    const options = { image: ['a.png', 'b.jpg'], model: 'm.gguf', mmproj: 'p.gguf', temperature: 0.7, seed: 42, maxTokens: 99, system: '', template: 'llava_v0', json: true }
    expect(calls).toEqual([['ask', 'What?', options]])
  })

  it('asks greedily and about no picture by default', async () => {
    expect((await run(['ask', 'What?'])).calls).toEqual([['ask', 'What?', { image: [], temperature: 0 }]])
  })

  it('takes a question that begins with a dash after --', async () => {
    expect((await run(['ask', '--', '--what?'])).calls).toEqual([['ask', '--what?', { image: [], temperature: 0 }]])
  })

  it('reads see, serve and api', async () => {
    expect((await run(['see', 'a.png', '--png', 'o.png', '--embeddings', 'o.f32'])).calls).toEqual([['see', 'a.png', { png: 'o.png', embeddings: 'o.f32' }]])
    expect((await run(['serve', '--port', '8080', '--no-open'])).calls).toEqual([['serve', { port: 8080, open: false }]])
    expect((await run(['serve'])).calls).toEqual([['serve', { port: 0, open: true }]])
    expect((await run(['serve', '--api'])).calls).toEqual([['serve', { port: 0, open: true, api: true }]])
    expect((await run(['serve', '--api', '8081'])).calls).toEqual([['serve', { port: 0, open: true, api: 8081 }]])
    expect((await run(['api', '--port', '8080', '--token-file', 'token.txt'])).calls).toEqual([['api', { port: 8080, tokenFile: 'token.txt' }]])
    expect((await run(['api'])).calls).toEqual([['api', {}]])
  })

  it.each([
    [['list', '--json'], ['list', { json: true }]],
    [['list', '--available'], ['list', { available: true }]],
    [['info', 'llava', '--mmproj', 'p.gguf', '--verbose'], ['info', 'llava', { mmproj: 'p.gguf', verbose: true }]],
    [['pull', 'llava-1.5-7b:Q5_K_M'], ['pull', 'llava-1.5-7b:Q5_K_M', { revision: 'main' }]],
    [['pull', 'owner/name', '--model', 'm.gguf', '--mmproj', 'p.gguf', '--revision', 'v1', '--json'], ['pull', 'owner/name', { model: 'm.gguf', mmproj: 'p.gguf', revision: 'v1', json: true }]],
    [['import', 'a.gguf', 'folder'], ['import', ['a.gguf', 'folder'], {}]],
    [['remove', 'llava', '--keep-files'], ['remove', 'llava', { keepFiles: true }]],
    [['plan', 'llava', '--context', '2048', '--gpu-layers', '3', '--kv', 'q8_0', '--projector', 'cpu', '--backend', 'vulkan'], ['plan', 'llava', { context: 2048, gpuLayers: 3, kv: 'q8_0', projector: 'cpu', backend: 'vulkan' }]],
  ])('reads models %j', async (args, call) => {
    expect(await run(['models', ...args])).toMatchObject({ code: 0, error: '', calls: [call] })
  })

  it.each([
    [[], ['usage', {}]],
    [['--json'], ['usage', { json: true }]],
    [['usage', '--verbose'], ['usage', { verbose: true }]],
    [['clear', '--json'], ['clear', { json: true }]],
    [['limit', '500MB'], ['limit', 500 * 2 ** 20, {}]],
    [['limit', '1.5 gb', '--json'], ['limit', 1.5 * 2 ** 30, { json: true }]],
    [['limit', '1T'], ['limit', 2 ** 40, {}]],
    [['limit', 'off'], ['limit', 0, {}]],
  ])('reads cache %j', async (args, call) => {
    expect(await run(['cache', ...args])).toMatchObject({ code: 0, error: '', calls: [call] })
  })

  it.each([['--help'], ['cache', '--help'], ['cache', 'limit', '--help'], ['models', '--help'], ['models', 'pull', '--help'], ['ask', '--help'], ['help', 'ask'], ['--version']])('answers %j on stdout with 0', async (...args) => {
    const { code, out, error } = await run(args)
    expect([code, error]).toEqual([0, ''])
    expect(out).not.toBe('')
  })
})

describe('wrong usage', () => {
  it.each([
    ['ask'],
    ['ask', 'one', 'two'],
    ['ask', '--colour', 'red', 'What?'],
    ['ask', 'What?', '--image'],
    ['ask', 'What?', '--temperature', 'hot'],
    ['ask', 'What?', '--temperature', '-1'],
    ['ask', 'What?', '--temperature', '1e-1'],
    ['ask', 'What?', '--temperature', ''],
    ['ask', 'What?', '--temperature', 'NaN'],
    ['ask', 'What?', '--seed', '1.5'],
    ['ask', 'What?', '--seed', '4294967296'],
    ['ask', 'What?', '--seed', '0x10'],
    ['ask', 'What?', '--max-tokens', '0'],
    ['ask', 'What?', '--template', 'vicuna'],
    ['ask', 'What?', '--template'],
    ['see'],
    ['see', 'a.png', 'b.png'],
    ['serve', '--port', '65536'],
    ['serve', '--port', '80a'],
    ['serve', 'now'],
    ['dance'],
    ['models', 'dance'],
    ['models', 'pull'],
    ['models', 'info', 'a', 'b'],
    ['models', 'plan', 'a', '--kv', 'q1'],
    ['cache', 'dance'],
    ['cache', 'limit'],
    ['cache', 'limit', '4'],
    ['cache', 'limit', '-1GB'],
    ['cache', 'limit', 'GB'],
    ['cache', 'limit', '2000TB'],
    ['cache', 'clear', 'all'],
  ])('%j exits with 2, one sentence on stderr, and does nothing', async (...args) => {
    const { code, out, error, calls } = await run(args)
    expect([code, out, calls]).toEqual([2, '', []])
    expect(error).toMatch(/^error: .+\n/)
    expect(error).not.toMatch(/^ +at /m)
  })

  it('is also what an action finds out', async () => {
    expect(await run(['ask', 'What?'], new UsageError('--mmproj needs --model'))).toMatchObject({ code: 2, error: 'error: --mmproj needs --model\n' })
  })
})

describe('a failure', () => {
  it('is one sentence in the language of the terminal', async () => {
    const failure = new AppError('IMAGE_EMPTY', { name: 'a.png' }, { cause: new Error('secret cause') })
    expect(await run(['ask', 'What?'], failure)).toMatchObject({ code: 1, out: '', error: 'a.png is empty (0 bytes). Choose another file.\n' })
    expect(await run(['ask', 'What?'], failure, 'zh-CN')).toMatchObject({ code: 1, error: 'a.png 是空文件（0 字节）。请选择其他文件。\n' })
  })

  it('shows where it came from with --verbose', async () => {
    const { error } = await run(['ask', 'What?', '--verbose'], new AppError('IMAGE_EMPTY', { name: 'a' }, { cause: new Error('the cause') }))
    expect(error).toMatch(/^a is empty .*\n.*IMAGE_EMPTY[^]*Caused by: Error: the cause\n/)
  })

  it('that nobody expected is ours: 3, without a trace', async () => {
    for (const failure of [new TypeError('x is undefined'), 'a string']) {
      const { code, error } = await run(['ask', 'What?'], failure)
      expect(code).toBe(3)
      expect(error.trimEnd().split('\n')).toHaveLength(1)
    }
  })

  it('of a person who pressed Ctrl+C is silent: 130', async () => {
    expect(await run(['ask', 'What?'], new AppError('ABORTED'))).toMatchObject({ code: 130, error: '' })
    expect(await run(['ask', 'What?'], AbortSignal.abort().reason)).toMatchObject({ code: 130, error: '' })
  })

  it('has the exit code of its kind', () => {
    const expected: readonly (readonly [RegExp, number])[] = [
      [/^(IMAGE|FILE|DOCUMENT|RUN|EXPORT)_|^DISK_FULL$|^FOLDER_|^PORT_|^MODEL_(UNKNOWN|NAME_)|^TEMPLATE_(INVALID|MISSING|NAME_|SHIPPED)/, 1],
      [/^(MODEL(?!_UNKNOWN|_NAME_)|PROJECTOR|ENGINE)_|^TEMPLATE_FAILED$|^OUT_OF_MEMORY$/, 3],
      [/^(BAD_INPUT|QUESTION_EMPTY)$/, 2],
    ]
    for (const [pattern, exit] of expected) {
      const codes = errorCodes.filter((code) => pattern.test(code))
      expect(codes.length).toBeGreaterThan(0)
      for (const code of codes) expect([code, exitCodeOf(code)]).toEqual([code, exit])
    }
    for (const code of errorCodes) expect([1, 2, 3, 130]).toContain(exitCodeOf(code))
  })
})
