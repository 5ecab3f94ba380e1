import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { memorySteps } from '../../engine/client/memorySteps.ts'
import { silentLogger } from '../../platform/log.ts'
import { dataPaths } from '../../platform/paths.ts'
import { demoModel } from '../shared/demoModel.ts'
import { runProgram } from '../shared/testing/Program.ts'
import { loadOptions, readSettings } from './loadOptions.ts'

const root = resolve(import.meta.dirname, '../../..')
const model = join(root, 'resources/demo-model/demo-llava.gguf')
const projector = join(root, 'resources/demo-model/demo-llava-mmproj.gguf')
const receipt = join(root, 'resources/samples/receipt-1.png')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commands-'))
  const jpeg = await sharp(receipt).jpeg().toBuffer()
  await Promise.all([
    writeFile(join(folder, 'text.png'), 'this is no picture'),
    writeFile(join(folder, 'empty.png'), ''),
    writeFile(join(folder, 'cut.jpg'), jpeg.subarray(0, jpeg.length / 2)),
    writeFile(join(folder, 'text.gguf'), 'this is no model, but a text of some length'),
    sharp({ create: { width: 30000, height: 30000, channels: 3, background: 'white' }, limitInputPixels: false }).png({ compressionLevel: 1 }).toFile(join(folder, 'huge.png')),
  ])
})
afterAll(async () => await rm(folder, { recursive: true }))

describe('ask', () => {
  it('prints the right answer and a line end, nothing else', async () => {
    expect(await runProgram(['ask', '--image', receipt, 'What is the total?'])).toEqual({ code: 0, out: '$25.97\n', error: '' })
  })

  it('finds files from where the person is, and needs no data folder', async () => {
    const { code, out } = await runProgram(['ask', '--image', relative(folder, receipt), 'What is the total?'], { HOME: '/nonexistent' }, folder)
    expect([code, out]).toEqual([0, '$25.97\n'])
    await expect(access('/nonexistent/llava-desk')).rejects.toThrow()
  })

  it('prints one JSON object with all figures', async () => {
    const { code, out } = await runProgram(['ask', '--json', '--image', receipt, '--max-tokens', '3', 'What is the total?'])
    expect(code).toBe(0)
    const answered = JSON.parse(out) as { answer: string }
    expect(answered).toMatchObject({ stopReason: 'length', model: 'demo-llava', tokens: { image: 576, generated: 3 }, reused: { promptTokens: 0, images: 0 } })
    expect('$25.97'.startsWith(answered.answer)).toBe(true)
  })

  it('writes the question with the template of the command line', async () => {
    // The demo model's file brings the wording of LLaVA's own demo: other words, as many tokens, the same answer.
    const tokens = async (template: string) => {
      const { out } = await runProgram(['ask', '--json', '--template', template, '--image', receipt, 'What is the total?'])
      const { answer, tokens: count } = JSON.parse(out) as { answer: string; tokens: { prompt: number } }
      return [answer, count.prompt]
    }
    const trained = await tokens('vicuna_v1')
    expect(trained[0]).toBe('$25.97')
    expect(await tokens('embedded')).toEqual(trained)
    expect((await tokens('chatml_direct'))[1]).not.toBe(trained[1])
  })

  it('repeats a random answer by its seed', async () => {
    const ask = async (seed: string) => (await runProgram(['ask', '--temperature', '3', '--seed', seed, '--max-tokens', '12', 'What is the total?'])).out
    const [first, same, other] = [await ask('1'), await ask('1'), await ask('2')]
    expect(same).toBe(first)
    expect(other).not.toBe(first)
  })

  it('says beside the answer that the model was loaded with less for want of memory', async () => {
    const data = join(folder, 'data')
    const { memorySteps: path } = dataPaths(data)
    const load = loadOptions(null, await readSettings('/nonexistent'), demoModel(join(root, 'resources')))
    memorySteps(path, silentLogger).remember(load, { contextSize: 1024, gpuLayers: 0, kvType: 'f16' })
    await vi.waitFor(async () => await access(path))
    const { code, out, error } = await runProgram(['ask', '--image', receipt, 'What is the total?'], { LLAVA_DESK_DATA: data })
    expect([code, out, error]).toEqual([0, '$25.97\n', expect.stringMatching(/^The model did not fit into memory in full.* a context of 1024 tokens.*\n$/)])
  })

  it('answers with the model of the command line, also without vision', async () => {
    expect((await runProgram(['ask', '--model', model, '--mmproj', projector, '--image', receipt, 'What is the total?'])).out).toBe('$25.97\n')
    expect((await runProgram(['ask', '--model', model, '--max-tokens', '2', 'What is the total?'])).code).toBe(0)
  })
})

describe('see', () => {
  it('writes the square picture and the embeddings', async () => {
    const png = join(folder, 'seen.png'), embeddings = join(folder, 'seen.f32')
    const { code, out } = await runProgram(['see', receipt, '--png', 'seen.png', '--embeddings', embeddings], {}, folder)
    expect([code, out]).toEqual([0, '336 x 336 pixels, 576 tokens x 192\n'])
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 336, height: 336, channels: 3 })
    const values = await readFile(embeddings)
    expect(values.length).toBe(576 * 192 * 4)
    expect(new Float32Array(values.buffer, values.byteOffset, 10).every((value) => Number.isFinite(value))).toBe(true)
  })

  it.each([['--png'], ['--embeddings']])('says which folder of %s is missing, and makes none up', async (option) => {
    const { code, error } = await runProgram(['see', receipt, option, join(folder, 'none/out')])
    expect([code, error]).toEqual([1, `There is no file at ${join(folder, 'none')}. Check the path and try again.\n`])
    await expect(access(join(folder, 'none'))).rejects.toThrow()
  })

  it.skipIf(process.platform !== 'linux')('reports a full disk (Linux: /dev/full stands for one) and replaces no device', async () => {
    for (const option of ['--png', '--embeddings']) {
      const { code, error } = await runProgram(['see', receipt, option, '/dev/full'])
      expect([code, error]).toEqual([1, expect.stringMatching(/^There is no space left on the disk of \/dev\/full\./)])
    }
  })
})

describe('a bad input gives one clear sentence and its exit code:', () => {
  it.each([
    [1, 'text.png is not a picture', ['--image', 'text.png']],
    [1, 'empty.png is empty', ['--image', 'empty.png']],
    [1, 'cut.jpg is damaged or incomplete', ['--image', 'cut.jpg']],
    [1, 'huge.png has 30000 × 30000 pixels', ['--image', 'huge.png']],
    [1, 'There is no file at', ['--image', 'none.png']],
    [3, 'is not a GGUF model', ['--model', 'text.gguf']],
    [3, 'There is no model file at', ['--model', 'none.gguf']],
    [3, 'is a projector (mmproj), not a language model', ['--model', projector]],
    [3, 'is a language model, not a projector', ['--model', model, '--mmproj', model, '--image', receipt]],
    [3, 'is not a GGUF projector', ['--model', model, '--mmproj', 'text.gguf', '--image', receipt]],
    [2, 'error: --mmproj needs --model', ['--mmproj', projector]],
    [2, 'error: --model needs --mmproj to see pictures', ['--model', model, '--image', receipt]],
    [2, 'Type a question first', [], '  '],
    [2, "error: unknown option '--nonsense'", ['--nonsense']],
  ])('%d %s', async (code, sentence, options, question = 'What is the total?') => {
    const result = await runProgram(['ask', ...options, question], {}, folder)
    expect(result).toMatchObject({ code, out: '' })
    expect(result.error).toContain(sentence)
    expect(result.error.trimEnd().split('\n')).toHaveLength(1)
  })

  it('in Chinese, where the terminal speaks it', async () => {
    const { error } = await runProgram(['ask', '--image', 'empty.png', 'Q'], { LANG: 'zh_CN.UTF-8' }, folder)
    expect(error).toBe('empty.png 是空文件（0 字节）。请选择其他文件。\n')
  })
})
