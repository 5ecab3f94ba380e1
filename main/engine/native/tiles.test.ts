import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countAnyresTokens } from '../../../bench/reference/anyres.ts'
import { projectorShapes, writeProjector } from '../../../bench/synthetic/projector.ts'
import type { ProjectorShape } from '../../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel } from '../../../bench/synthetic/textModel.ts'
import type { NativeBinding, NativeModel, NativeProjector } from './binding.d.ts'
import { codeOf, loadBinding } from './testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'llava-desk-tiles-'))
const options = { useGpu: false, threads: 2 }
let binding: NativeBinding
let model: NativeModel

beforeAll(async () => {
  binding = await loadBinding()
  writeTextModel(join(folder, 'text.gguf'), textShapes.tiny)
  model = await binding.loadModel(join(folder, 'text.gguf'), { gpuLayers: 0, useMmap: true, devices: 'none' }, () => undefined).done
})
afterAll(async () => {
  await model.dispose()
  rmSync(folder, { recursive: true })
})

async function load(shape: ProjectorShape): Promise<NativeProjector> {
  const path = join(folder, 'projector.gguf')
  writeProjector(path, shape)
  return await binding.loadProjector(path, model, options, () => undefined).done
}
const grey = (width: number, height: number) => new Uint8Array(width * height * 3).fill(90)

describe('a projector that sees tiles', () => {
  let full: NativeProjector
  let small: NativeProjector
  beforeAll(async () => {
    full = await load(projectorShapes.fullTiles)
    small = await load(projectorShapes.tiles)
  })
  afterAll(async () => {
    await full.dispose()
    await small.dispose()
  })

  test('describes itself', () => {
    expect(full.info).toEqual({ type: 'mlp', imageSize: 336, patchSize: 14, embeddingWidth: 64, tokensPerImage: null, preparation: 'tiles', rowEnds: true })
  })

  test.each([[336, 336, 1176], [640, 480, 2340], [1024, 768, 2340], [672, 672, 2928], [1920, 1080, 1948], [500, 1500, 2376]])('counts what LLaVA-1.6 takes for %i x %i', (width, height, tokens) => {
    expect(full.layout(width, height)).toMatchObject({ tokens, positions: tokens, before: new Int32Array(), after: new Int32Array() })
  })

  test('counts as the official computation for every size', () => {
    const side = fc.oneof(fc.integer({ min: 1, max: 16384 }), fc.integer({ min: 1, max: 2000 }), fc.constantFrom(336, 672, 1008, 1344))
    fc.assert(fc.property(side, side, (width, height) => {
      expect(full.layout(width, height).tokens).toBe(countAnyresTokens([width, height], projectorShapes.fullTiles.pinpoints, 336, 24))
    }), { numRuns: 3000 })
  })

  test.each([[1, 1], [56, 56], [57, 55], [1, 3000], [3000, 1], [20, 5000], [999, 7]])('gives as many tokens as it counted for %i x %i', async (width, height) => {
    const embeddings = await small.encode(grey(width, height), width, height)
    expect(embeddings.tokens).toBe(small.layout(width, height).tokens)
    expect(embeddings.data).toHaveLength(embeddings.tokens * 64)
    expect(embeddings.data.every(Number.isFinite)).toBe(true)
  })

  test('tells its progress after each tile, and stops between them when aborted', async () => {
    const fractions: number[] = []
    await small.encode(grey(200, 200), 200, 200, (fraction) => fractions.push(fraction))
    expect(fractions).toEqual([1 / 5, 2 / 5, 3 / 5, 4 / 5, 1])
    const heard: number[] = []
    const running = full.encode(grey(672, 672), 672, 672, (fraction) => {
      heard.push(fraction)
      full.abort()
    })
    expect(await codeOf(async () => await running)).toBe('ABORTED')
    expect(heard.length).toBeLessThan(5)
    expect((await full.encode(grey(672, 672), 672, 672)).tokens).toBe(2928)
  })

  test('shows the whole picture, squashed, as its square', async () => {
    const { rgb, size } = await small.square(grey(300, 30), 300, 30)
    expect([size, rgb.length, new Set(rgb)]).toEqual([56, 56 * 56 * 3, new Set([90])])
  })

  test('refuses wrong arguments', async () => {
    expect(await codeOf(() => small.layout(0, 5))).toBe('BAD_ARGUMENT')
    expect(await codeOf(async () => await small.encode(grey(5, 5), 5, 5, 7 as unknown as () => void))).toBe('BAD_ARGUMENT')
  })
})

describe('the way a picture is prepared', () => {
  const { tiles, tiny, linear } = projectorShapes
  test.each<[preparation: string, what: string, shape: ProjectorShape]>([
    ['pad', 'two layers', tiny],
    ['crop', 'one layer', { ...tiny, kind: 'linear' }],
    ['crop', 'pictures of 224', { ...linear, kind: 'mlp' }],
    ['pad', 'one layer that was trained on padded pictures', { ...linear, aspectRatio: 'pad' }],
    ['crop', 'two layers that were trained on square pictures', { ...tiny, aspectRatio: 'square' }],
    ['pad', 'resolutions that were not used', { ...tiles, aspectRatio: 'pad' }],
  ])('is %s for %s', async (preparation, _what, shape) => {
    const projector = await load(shape)
    expect(projector.info.preparation).toBe(preparation)
    const { imageSize, patchSize } = projector.info
    expect(projector.layout(3, 1000).tokens).toBe((imageSize / patchSize) ** 2)
    for (const [width, height] of [[1, 1], [1, 2000], [2000, 1], [imageSize, imageSize + 1]] as const) {
      const { rgb, size } = await projector.square(grey(width, height), width, height)
      expect([size, rgb.length]).toEqual([imageSize, imageSize * imageSize * 3])
      if (preparation === 'crop') expect(new Set(rgb)).toEqual(new Set([90]))
    }
    await projector.dispose()
  })

  test.each<[what: string, shape: ProjectorShape]>([
    ['tiles put together another way', { ...tiles, mergeType: 'flat' }],
    ['tiles of no fixed number', { ...tiles, aspectRatio: 'anyres_max_9' }],
    ['tiles of no resolutions', { ...tiny, aspectRatio: 'anyres' }],
    ['a resolution that tiles do not fill', { ...tiles, pinpoints: [[56, 112], [100, 56]] }],
    ['a resolution of nothing', { ...tiles, pinpoints: [[0, 56]] }],
    ['a resolution of very many tiles', { ...tiles, pinpoints: [[5600, 5600]] }],
  ])('is never guessed: %s do not load', async (_what, shape) => {
    expect(await codeOf(async () => await load(shape))).toBe('LOAD_FAILED')
  })
})
