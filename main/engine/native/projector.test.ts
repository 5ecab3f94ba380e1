import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NativeBinding, NativeModel, NativeProjector } from './binding.d.ts'
import { codeOf, DEMO_MODEL, DEMO_PROJECTOR, loadBinding, loadDemoModel, loadDemoProjector, readSample } from './testing.ts'

let binding: NativeBinding
let model: NativeModel
let projector: NativeProjector
const folder = mkdtempSync(join(tmpdir(), 'llava-desk-projector-'))

beforeAll(async () => {
  binding = await loadBinding()
  model = await loadDemoModel(binding)
  projector = await loadDemoProjector(binding, model)
})

afterAll(async () => {
  await projector.dispose()
  await model.dispose()
  rmSync(folder, { recursive: true })
})

describe('a projector', () => {
  test('describes itself', () => {
    expect(projector.info).toEqual({ type: 'mlp', imageSize: 336, patchSize: 14, embeddingWidth: 192, tokensPerImage: 576, preparation: 'pad', rowEnds: false })
  })

  test('gives the same embeddings for the same picture', async () => {
    const { rgb, width, height } = await readSample('receipt-1.png')
    const first = await projector.encode(rgb, width, height)
    const second = await projector.encode(rgb, width, height)
    expect(first).toMatchObject({ tokens: 576, width: 192, positions: 576, mrope: null, nonCausal: false })
    expect(first.data).toHaveLength(576 * 192)
    expect([...first.before, ...first.after]).toEqual([])
    expect(Buffer.compare(Buffer.from(first.data.buffer), Buffer.from(second.data.buffer))).toBe(0)
  })

  test('sees a picture and its own square alike', async () => {
    const { rgb, width, height } = await readSample('form-1.png')
    const square = await projector.square(rgb, width, height)
    const direct = await projector.encode(rgb, width, height)
    const bySquare = await projector.encode(square.rgb, square.size, square.size)
    expect(Buffer.compare(Buffer.from(direct.data.buffer), Buffer.from(bySquare.data.buffer))).toBe(0)
  })

  test('pads a square of the right side with the mean colour, offsets rounded down', async () => {
    const width = 336
    const height = 101
    const { rgb, size } = await projector.square(new Uint8Array(width * height * 3).fill(7), width, height)
    const rowColours = Array.from({ length: size }, (_, y) => [...rgb.subarray(y * size * 3, y * size * 3 + 3)])
    expect(size).toBe(336)
    // (336 - 101) / 2 = 117.5 rows above, rounded down.
    expect(rowColours.slice(0, 117).every((colour) => colour.join() === '122,116,104')).toBe(true)
    expect(rowColours.slice(117, 218).every((colour) => colour.join() === '7,7,7')).toBe(true)
    expect(rowColours.slice(218).every((colour) => colour.join() === '122,116,104')).toBe(true)
  })

  test.each([
    [1, 1],
    [3, 1000],
    [2000, 1],
    [1000, 17000],
    [32768, 1],
  ])('takes a picture of %i by %i, in memory that follows its own size', async (width, height) => {
    const before = process.resourceUsage().maxRSS
    const { rgb, size } = await projector.square(new Uint8Array(width * height * 3).fill(50), width, height)
    expect(size).toBe(336)
    expect(rgb).toHaveLength(336 * 336 * 3)
    // Kilobytes. The whole padded square of the last two would take 870 MB and 3.2 GB.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(300_000)
  })

  test('refuses wrong arguments', async () => {
    const rgb = new Uint8Array(300)
    expect(await codeOf(async () => await projector.encode(rgb, 10, 11))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await projector.encode(rgb, 0, 10))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await projector.encode(rgb, 10.5, 10))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await projector.square(new Float32Array(300) as unknown as Uint8Array, 10, 10))).toBe('BAD_ARGUMENT')
    expect(await codeOf(() => binding.loadProjector(DEMO_PROJECTOR, {} as NativeModel, { useGpu: false, threads: 2 }, () => undefined))).toBe('BAD_ARGUMENT')
  })

  test('can be aborted in the middle of a picture and used on', async () => {
    const { rgb, width, height } = await readSample('receipt-1.png')
    const wanted = await projector.encode(rgb, width, height)
    const running = projector.encode(rgb, width, height)
    const waiting = projector.encode(rgb, width, height)
    setTimeout(() => projector.abort(), 5)
    expect(await codeOf(async () => await running)).toBe('ABORTED')
    expect(await codeOf(async () => await waiting)).toBe('ABORTED')
    const again = await projector.encode(rgb, width, height)
    expect(Buffer.compare(Buffer.from(again.data.buffer), Buffer.from(wanted.data.buffer))).toBe(0)
  })

  test('is refused after it was disposed, which may happen twice and in the middle of a picture', async () => {
    const second = await loadDemoProjector(binding, model)
    const { rgb, width, height } = await readSample('receipt-1.png')
    const running = second.encode(rgb, width, height)
    const disposed = second.dispose()
    expect(await codeOf(async () => await running)).toBe('ABORTED')
    await disposed
    await second.dispose()
    expect(await codeOf(async () => await second.encode(rgb, width, height))).toBe('DISPOSED')
  })
})

describe('loading a projector', () => {
  const options = { useGpu: false, threads: 2 }

  test('stops when aborted', async () => {
    const load = binding.loadProjector(DEMO_PROJECTOR, model, options, () => undefined)
    load.abort()
    expect(await codeOf(() => load.done)).toBe('ABORTED')
  })

  test.each([
    ['an absent file', () => join(folder, 'absent.gguf')],
    ['a language model', () => DEMO_MODEL],
    ['half a projector', () => half()],
  ])('refuses %s', async (_name, path) => {
    expect(await codeOf(() => binding.loadProjector(path(), model, options, () => undefined).done)).toBe('LOAD_FAILED')
  })
})

function half(): string {
  const path = join(folder, 'half.gguf')
  copyFileSync(DEMO_PROJECTOR, path)
  truncateSync(path, Math.floor(readFileSync(DEMO_PROJECTOR).length / 2))
  return path
}
