import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { NativeBinding, NativeModel } from './binding.d.ts'
import { codeOf, CONTEXT, DEMO_MODEL, DEMO_PROJECTOR, loadBinding, loadDemoModel } from './testing.ts'

let binding: NativeBinding
let model: NativeModel
const folder = mkdtempSync(join(tmpdir(), 'llava-desk-model-'))
const options = { gpuLayers: 0, useMmap: true, devices: 'none' } as const

beforeAll(async () => {
  binding = await loadBinding()
  model = await loadDemoModel(binding)
})

afterAll(async () => {
  await model.dispose()
  rmSync(folder, { recursive: true })
})

describe('the system', () => {
  test('names its devices', () => {
    const { text, devices } = binding.systemInfo()
    expect(text).toContain('CPU')
    expect(devices.some(({ type, totalBytes }) => type === 'cpu' && totalBytes > 0)).toBe(true)
  })

  test('logs whole lines with their level', async () => {
    const lines: { level: string; text: string }[] = []
    binding.setLogger((level, text) => lines.push({ level, text }))
    await codeOf(() => binding.loadModel(join(folder, 'absent.gguf'), options, () => undefined).done)
    // Lines arrive in their own time, not before the promise settles.
    await vi.waitFor(() => {
      expect(lines.some(({ level, text }) => level === 'error' && text.includes('absent.gguf'))).toBe(true)
    })
    binding.setLogger(null)
    expect(lines.every(({ text }) => !text.includes('\n'))).toBe(true)
  })
})

describe('a model', () => {
  test('describes itself', () => {
    expect(model.info).toMatchObject({ architecture: 'llama', name: 'demo-llava', embeddingWidth: 192, layers: 4, trainedContext: 2048, vocabulary: 929, addsBos: true })
    expect(model.info.chatTemplate).toContain('ASSISTANT')
    expect(model.info.bytes).toBeGreaterThan(4e6)
  })

  test('turns text into tokens and back', () => {
    const text = 'Total: $25.97 äöü 中文 \u{1f600}'
    const tokens = model.tokenize(text, { special: false, bos: false })
    expect(Buffer.concat([...tokens].map((token) => model.piece(token))).toString('utf8').trim()).toBe(text)
    expect([...model.tokenize(text, { special: false, bos: true })]).toEqual([1, ...tokens])
  })

  test('reads control tokens only when told to', () => {
    expect([...model.tokenize('</s>', { special: true, bos: false })]).toContain(2)
    expect([...model.tokenize('</s>', { special: false, bos: false })]).not.toContain(2)
    expect(model.isEndOfGeneration(2)).toBe(true)
    expect(model.isEndOfGeneration(5)).toBe(false)
  })

  test('refuses wrong arguments', async () => {
    expect(await codeOf(() => model.piece(929))).toBe('BAD_ARGUMENT')
    expect(await codeOf(() => model.piece(-1))).toBe('BAD_ARGUMENT')
    expect(await codeOf(() => model.tokenize(5 as unknown as string, { special: false, bos: false }))).toBe('BAD_ARGUMENT')
    expect(await codeOf(() => binding.loadModel(DEMO_MODEL, { ...options, gpuLayers: 1.5 }, () => undefined))).toBe('BAD_ARGUMENT')
    expect(await codeOf(() => binding.createContext({} as NativeModel, CONTEXT))).toBe('BAD_ARGUMENT')
  })

  test('is refused after it was disposed, which may happen twice', async () => {
    const second = await loadDemoModel(binding)
    const context = await binding.createContext(second, CONTEXT)
    await second.dispose()
    await second.dispose()
    expect(await codeOf(() => second.tokenize('a', { special: false, bos: false }))).toBe('DISPOSED')
    // A context keeps what it needs of the model.
    expect(await context.step([{ sequence: 0, position: 0, tokens: [5] }])).toEqual([[]])
    await context.dispose()
  })
})

describe('loading', () => {
  test('reports its progress up to the end', async () => {
    const progress: number[] = []
    const loaded = await binding.loadModel(DEMO_MODEL, options, (fraction) => progress.push(fraction)).done
    expect(progress.at(-1)).toBe(1)
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
    await loaded.dispose()
  })

  test('stops when aborted', async () => {
    const load = binding.loadModel(DEMO_MODEL, options, () => undefined)
    load.abort()
    expect(await codeOf(() => load.done)).toBe('ABORTED')
  })

  test('ends as aborted although it was finished, where nobody knew that yet', async () => {
    const load = binding.loadModel(DEMO_MODEL, options, () => undefined)
    // The loader's thread finishes meanwhile (it takes a few milliseconds); this thread cannot be told of it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    load.abort()
    expect(await codeOf(() => load.done)).toBe('ABORTED')
  })

  test.each([
    ['an absent file', () => join(folder, 'absent.gguf')],
    ['a text', () => write('text.gguf', Buffer.from('this is no model'))],
    ['an empty file', () => write('empty.gguf', Buffer.alloc(0))],
    ['half a model', () => cut('half.gguf', 0.5)],
    ['a model cut in its header', () => cut('header.gguf', 0.001)],
    ['a projector', () => DEMO_PROJECTOR],
  ])('refuses %s', async (_name, path) => {
    expect(await codeOf(() => binding.loadModel(path(), options, () => undefined).done)).toBe('LOAD_FAILED')
  })
})

function write(name: string, content: Buffer): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

function cut(name: string, share: number): string {
  copyFileSync(DEMO_MODEL, join(folder, name))
  truncateSync(join(folder, name), Math.floor(readFileSync(DEMO_MODEL).length * share))
  return join(folder, name)
}
