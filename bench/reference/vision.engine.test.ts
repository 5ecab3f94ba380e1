import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureAddon } from '../../main/engine/native/build/ensureAddon.mjs'
import { startEngine } from '../engine/startEngine.ts'
import { writeTruncated } from '../synthetic/broken.ts'
import { projectorShapes, writeProjector, writeSparseProjector } from '../synthetic/projector.ts'
import { textShapes, writeTextModel } from '../synthetic/textModel.ts'
import { lowestCosine } from './compare.ts'
import { encodeInChild } from './encodeInChild.ts'
import type { Encoded } from './encodeInChild.ts'
import { randomPicture } from './pictures.ts'
import { resizeBicubic } from './pillow.ts'
import type { Rgb } from './pillow.ts'
import { expandToSquare, llavaSquare } from './square.ts'
import { visionReference } from './vision.ts'

/**
 * What the engine makes of a picture against the official computation, token by token, on random weights; and that each of our
 * changes to libmtmd is what makes it so.
 */
const threshold = 0.999
const root = fileURLToPath(new URL('../../', import.meta.url))
/** The library variant that serves the CPU; for Apple silicon there is only one. */
const variant = process.platform === 'darwin' && process.arch === 'arm64' ? 'metal' : 'cpu'

const pictures = {
  square: randomPicture(640, 640, 1),
  wide: randomPicture(640, 427, 2),
  tall: randomPicture(427, 641, 3),
  'smaller than the model sees': randomPicture(97, 60, 4),
}

/** Projector files by what is special about them; `blocks` is how many the official computation runs. */
const kinds = {
  trimmed: { shape: projectorShapes.deep, blocks: 23 },
  complete: { shape: { ...projectorShapes.deep, blocks: 24 }, blocks: 23 },
  layered: { shape: { ...projectorShapes.deep, featureLayer: [21] }, blocks: 21 },
  linear: { shape: { ...projectorShapes.deep, kind: 'linear', aspectRatio: 'pad' }, blocks: 23 },
  untyped: { shape: { ...projectorShapes.deep, projectorType: false }, blocks: 23 },
  tail: { shape: { ...projectorShapes.deep, weights: 'f32', geluTail: true }, blocks: 23 },
} as const
type Kind = keyof typeof kinds

describe('vision as LLaVA was trained', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vision-'))
  const modelPath = join(folder, 'text.gguf')
  const projectorPath = (kind: Kind): string => join(folder, `${kind}.gguf`)
  let addon = ''

  beforeAll(async () => {
    writeTextModel(modelPath, textShapes.tiny)
    for (const kind of Object.keys(kinds) as Kind[]) writeProjector(projectorPath(kind), kinds[kind].shape)
    addon = (await ensureAddon({ root, log: console.log, variants: [variant] })).addons[variant]!
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const references = new Map<string, ArrayLike<number>>()
  const official = (kind: Kind, picture: Rgb): ArrayLike<number> => {
    const key = `${kind} ${picture.width}x${picture.height}`
    const known = references.get(key) ?? visionReference(projectorPath(kind), kinds[kind].blocks).embeddings(picture).data
    references.set(key, known)
    return known
  }

  const encode = async (build: string, requests: readonly { kind: Kind; picture: Rgb }[]): Promise<Exclude<Encoded, { error: string }>[]> => {
    const outcome = await encodeInChild(build, modelPath, requests.map(({ kind, picture }) => ({ projectorPath: projectorPath(kind), picture })))
    if ('died' in outcome) throw new Error(`the process died: ${outcome.died}`)
    return outcome.map((one) => {
      if ('error' in one) throw new Error(one.error)
      return one
    })
  }

  const agreement = (encoded: Exclude<Encoded, { error: string }>, kind: Kind, picture: Rgb): number => {
    const cosine = lowestCosine(encoded.embeddings, official(kind, picture), encoded.width)
    console.log(`lowest cosine over tokens, ${kind} projector, ${picture.width}x${picture.height}: ${cosine.toFixed(6)}`)
    return cosine
  }

  it('sees square, wide, tall and small pictures', async () => {
    const all = Object.values(pictures)
    const encoded = await encode(addon, all.map((picture) => ({ kind: 'trimmed', picture })))
    for (const [i, picture] of all.entries()) {
      expect(Buffer.compare(encoded[i]!.square, llavaSquare(picture, 336).data)).toBe(0)
      expect(agreement(encoded[i]!, 'trimmed', picture)).toBeGreaterThanOrEqual(threshold)
    }
  })

  it('writes the same from the engine process', async () => {
    const { width, height, data } = pictures.tall
    const [path, pixelsOut, embeddingsOut] = ['tall.ppm', 'square.ppm', 'tall.f32'].map((name) => join(folder, name)) as [string, string, string]
    writeFileSync(path, Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), data]))
    const engine = await startEngine({ model: modelPath, projector: projectorPath('trimmed') }, { threads: 1, contextSize: 1024 })
    try {
      const seen = await engine.see({ picture: { key: 'tall', path }, pixelsOut, embeddingsOut })
      expect(seen).toEqual({ width: 336, height: 336, tokens: 576, embeddingWidth: 64 })
    } finally {
      await engine.stop()
    }
    expect(Buffer.compare(readFileSync(pixelsOut).subarray(-336 * 336 * 3), llavaSquare(pictures.tall, 336).data)).toBe(0)
    const bytes = readFileSync(embeddingsOut)
    const embeddings = Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4))
    expect(lowestCosine(embeddings, official('trimmed', pictures.tall), 64)).toBeGreaterThanOrEqual(threshold)
  })

  it('runs complete, layered, linear, untyped and F32 projector files', async () => {
    const others = ['complete', 'layered', 'linear', 'untyped', 'tail'] as const
    const encoded = await encode(addon, others.map((kind) => ({ kind, picture: pictures.wide })))
    for (const [i, kind] of others.entries()) expect(agreement(encoded[i]!, kind, pictures.wide)).toBeGreaterThanOrEqual(threshold)
  })

  it('would not pass with the padding added after the resizing', async () => {
    const { width, height } = pictures.wide
    const fitted = resizeBicubic(pictures.wide, 336, Math.ceil((336 * height) / width))
    const [encoded] = await encode(addon, [{ kind: 'trimmed', picture: expandToSquare(fitted) }])
    expect(agreement(encoded!, 'trimmed', pictures.wide)).toBeLessThan(threshold)
  })

  // The first time each compiles the files its patches are for; clip.cpp takes longest and is back as it was after the first.
  describe('would not pass without the patch', { timeout: 900_000 }, () => {
    const without = async (...patches: string[]): Promise<string> => {
      const outDir = join(root, 'build', 'without-patch', patches.join('+'))
      return (await ensureAddon({ root, log: console.log, variants: [variant], withoutPatches: patches, outDir })).addons[variant]!
    }

    const numeric = [
      ['01-cls-first', 'trimmed'],
      ['02-all-blocks', 'trimmed'],
      ['03-erf-gelu', 'tail'],
    ] as const
    const loading = [
      ['04-linear-projector', 'linear'],
      ['05-untyped-projector', 'untyped'],
    ] as const
    const errors = '06-load-errors'
    const newline = '07-image-newline'
    const measure = '08-measure'
    // Undone together, to spare the compiler: each of their files meets one of them alone.
    const withoutLoading = async (): Promise<string> => await without(...loading.map(([patch]) => patch), errors, newline, measure)

    it('covers every patch', () => {
      const covered = [...numeric.map(([patch]) => patch), ...loading.map(([patch]) => patch), errors, newline, measure]
      expect(readdirSync(join(root, 'main', 'engine', 'native', 'patches')).sort()).toEqual(covered.map((patch) => `${patch}.patch`))
    })

    it.each(loading)('%s', async (_, kind) => {
      const outcome = await encodeInChild(await withoutLoading(), modelPath, [{ projectorPath: projectorPath(kind), picture: pictures.wide }])
      expect('died' in outcome || 'error' in outcome[0]!).toBe(true)
    })

    it(newline, async () => {
      const tiles = join(folder, 'tiles.gguf')
      writeProjector(tiles, projectorShapes.tiles)
      const tokens = async (build: string): Promise<number> => {
        const outcome = await encodeInChild(build, modelPath, [{ projectorPath: tiles, picture: pictures.square }])
        if ('died' in outcome || 'error' in outcome[0]!) throw new Error('the tiles were not encoded')
        return outcome[0]!.embeddings.length / outcome[0]!.width
      }
      // 16 of the overview, then 8 rows of 8, each with its end or without.
      expect([await tokens(addon), await tokens(await withoutLoading())]).toEqual([16 + 8 * 9, 16 + 8 * 8])
    })

    it(measure, async () => {
      // Two terabytes of weights: what allocates them fails.
      const huge = join(folder, 'huge.gguf')
      writeSparseProjector(huge, { ...projectorShapes.tiny, output: 1 << 20 })
      const bytes = async (build: string): Promise<number | null> => {
        const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('measureChild.ts', import.meta.url)), build, modelPath, huge])
        const measured = JSON.parse(stdout) as { projectorBytes: number }[] | string
        return typeof measured === 'string' ? null : (measured[0]?.projectorBytes ?? null)
      }
      expect(await bytes(addon)).toBeGreaterThan(2 ** 41)
      expect(await bytes(await withoutLoading()).catch(() => null)).toBe(null)
    })

    it(errors, async () => {
      const cut = join(folder, 'cut.gguf')
      // Cut within the last tensor: a reader that goes on to another one would notice by itself.
      writeTruncated(cut, projectorPath('trimmed'), 0.9999)
      const request = [{ projectorPath: cut, picture: pictures.wide }]
      expect(await encodeInChild(addon, modelPath, request)).toEqual([{ error: 'LOAD_FAILED' }])
      expect(await encodeInChild(await withoutLoading(), modelPath, request)).not.toEqual([{ error: 'LOAD_FAILED' }])
    })

    it.each(numeric)('%s', async (patch, kind) => {
      const [encoded] = await encode(await without(patch), [{ kind, picture: pictures.wide }])
      expect(agreement(encoded!, kind, pictures.wide)).toBeLessThan(threshold)
    })
  })
})
