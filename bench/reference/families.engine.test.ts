import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureAddon } from '../../main/engine/native/build/ensureAddon.mjs'
import { startEngine } from '../engine/startEngine.ts'
import { projectorShapes, writeProjector } from '../synthetic/projector.ts'
import type { ProjectorShape } from '../synthetic/projector.ts'
import { textShapes, writeTextModel } from '../synthetic/textModel.ts'
import { anyresReference } from './anyres.ts'
import type { AnyresSteps } from './anyres.ts'
import { lowestCosine } from './compare.ts'
import { encodeInChild } from './encodeInChild.ts'
import type { Encoded } from './encodeInChild.ts'
import { randomPicture } from './pictures.ts'
import { resizeBicubic } from './pillow.ts'
import type { Rgb } from './pillow.ts'
import { clipSquare, llavaSquare } from './square.ts'
import { visionReference } from './vision.ts'

/** The other LLaVAs' ways with a picture against the official computation, token by token, on random weights. */
const threshold = 0.999
const root = fileURLToPath(new URL('../../', import.meta.url))
/** The library variant that serves the CPU; for Apple silicon there is only one. */
const variant = process.platform === 'darwin' && process.arch === 'arm64' ? 'metal' : 'cpu'

const files = {
  tiles: projectorShapes.tiles,
  'v.image_newline': { ...projectorShapes.tiles, newline: 'v.image_newline' },
  'no newline': { ...projectorShapes.tiles, newline: undefined },
  'no keys': { ...projectorShapes.tiles, aspectRatio: undefined, mergeType: undefined },
  fullTiles: projectorShapes.fullTiles,
  linear: projectorShapes.linear,
  square: { ...projectorShapes.tiny, aspectRatio: 'square' },
} satisfies Record<string, { [Key in keyof ProjectorShape]: ProjectorShape[Key] | undefined }>
type File = keyof typeof files

/** Square, exact ratios, and ones that leave a rest; the last is smaller than the canvas both ways. */
const sizes = [[336, 336], [672, 672], [640, 480], [1920, 1080], [500, 1500], [300, 200]] as const
const pictureOf = ([width, height]: readonly [number, number]): Rgb => randomPicture(width, height, width + height)
/** At a sixth of the size, for the model whose tiles are. */
const small = sizes.map(([width, height]) => pictureOf([Math.round(width / 6), Math.round(height / 6)]))

describe('vision of the other LLaVAs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'families-'))
  const modelPath = join(folder, 'text.gguf')
  const pathOf = (file: File): string => join(folder, `${file}.gguf`)
  let addon = ''
  beforeAll(async () => {
    writeTextModel(modelPath, textShapes.tiny)
    for (const [file, shape] of Object.entries(files)) writeProjector(pathOf(file as File), Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as unknown as ProjectorShape)
    addon = (await ensureAddon({ root, log: console.log, variants: [variant] })).addons[variant]!
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const encode = async (file: File, pictures: readonly Rgb[]): Promise<Exclude<Encoded, { error: string }>[]> => {
    const outcome = await encodeInChild(addon, modelPath, pictures.map((picture) => ({ projectorPath: pathOf(file), picture })))
    if ('died' in outcome) throw new Error(`the process died: ${outcome.died}`)
    return outcome.map((one) => {
      if ('error' in one) throw new Error(one.error)
      return one
    })
  }
  /** -1 where the sequences are not of the same length. */
  const agreement = (what: string, encoded: Exclude<Encoded, { error: string }>, reference: ArrayLike<number>): number => {
    const cosine = encoded.embeddings.length === reference.length ? lowestCosine(encoded.embeddings, reference, encoded.width) : -1
    console.log(`${what}: ${encoded.embeddings.length / encoded.width} tokens, lowest cosine ${cosine.toFixed(6)}`)
    return cosine
  }

  describe('LLaVA-1.6', () => {
    it.each(['tiles', 'v.image_newline', 'no newline', 'no keys'] as const)('assembles overview and tiles of every shape of picture as trained (%s)', async (file) => {
      const reference = anyresReference(pathOf(file), 3)
      const encoded = await encode(file, small)
      for (const [i, picture] of small.entries()) {
        expect(Buffer.compare(encoded[i]!.square, resizeBicubic(picture, 56, 56).data)).toBe(0)
        expect(agreement(`${file}, ${picture.width}x${picture.height}`, encoded[i]!, reference.embeddings(picture).data)).toBeGreaterThanOrEqual(threshold)
      }
    })

    it('does at full size', async () => {
      const pictures = [pictureOf([640, 480]), pictureOf([500, 1500])]
      const reference = anyresReference(pathOf('fullTiles'), 3)
      for (const [i, encoded] of (await encode('fullTiles', pictures)).entries()) {
        const { width, height } = pictures[i]!
        expect(encoded.embeddings.length / encoded.width).toBe([2340, 2376][i])
        expect(agreement(`full size, ${width}x${height}`, encoded, reference.embeddings(pictures[i]!).data)).toBeGreaterThanOrEqual(threshold)
      }
    })

    it.each<Partial<AnyresSteps>>([{ overviewFirst: false }, { unpad: false }, { newline: false }])('would not agree with %j', async (steps) => {
      const picture = pictureOf([640, 427])
      const [encoded] = await encode('tiles', [picture])
      expect(agreement('as trained', encoded!, anyresReference(pathOf('tiles'), 3).embeddings(picture).data)).toBeGreaterThanOrEqual(threshold)
      expect(agreement(JSON.stringify(steps), encoded!, anyresReference(pathOf('tiles'), 3, steps).embeddings(picture).data)).toBeLessThan(threshold)
    })

    it('is what the engine process counts and writes', async () => {
      const { width, height, data } = pictureOf([640, 427])
      const path = join(folder, 'wide.ppm')
      writeFileSync(path, Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), data]))
      const picture = { key: 'wide', path }
      const engine = await startEngine({ model: modelPath, projector: pathOf('tiles') }, { threads: 1, contextSize: 1024 })
      try {
        const pixelsOut = join(folder, 'seen.ppm')
        const { tokens } = await engine.see({ picture: { key: 'seen', path }, pixelsOut, embeddingsOut: null })
        // The overview stands for what is seen.
        expect(Buffer.compare(readFileSync(pixelsOut).subarray(-56 * 56 * 3), resizeBicubic({ width, height, data }, 56, 56).data)).toBe(0)
        const prompt = [{ type: 'image', picture }, { type: 'text', text: 'hello', trusted: false }] as const
        expect(await engine.count(prompt)).toMatchObject({ imageTokens: tokens })
        // Neither the square alone nor counting encodes anything.
        expect(await engine.missing(['wide', 'seen'])).toEqual({ keys: ['wide', 'seen'] })
        const fractions: (number | null)[] = []
        for await (const event of engine.generate({ conversation: 'a', prompt: [...prompt], sampling: { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 1 }, maxTokens: 4, stopTexts: [] })) {
          if (event.type === 'progress' && event.phase === 'image') fractions.push(event.fraction)
          if (event.type === 'end') expect(event.stats.imageTokens).toBe(tokens)
        }
        expect(fractions).toEqual([null, 1 / 5, 2 / 5, 3 / 5, 4 / 5, 1])
      } finally {
        await engine.stop()
      }
    })
  })

  describe('LLaVA-1.0', () => {
    const pictures = [pictureOf([336, 336]), pictureOf([640, 427]), pictureOf([427, 641]), pictureOf([97, 60])]

    it('sees the middle of the picture', async () => {
      const reference = visionReference(pathOf('linear'), 23)
      const encoded = await encode('linear', pictures)
      for (const [i, picture] of pictures.entries()) {
        const square = clipSquare(picture, 224)
        expect(Buffer.compare(encoded[i]!.square, square.data)).toBe(0)
        expect(agreement(`linear, ${picture.width}x${picture.height}`, encoded[i]!, reference.features(square).data)).toBeGreaterThanOrEqual(threshold)
      }
      expect(agreement('padded', encoded[1]!, reference.features(llavaSquare(pictures[1]!, 224)).data)).toBeLessThan(threshold)
    })

    it('does so with two layers too, where the file says that it was trained so', async () => {
      const [encoded] = await encode('square', [pictures[1]!])
      expect(agreement('square', encoded!, visionReference(pathOf('square'), 3).features(clipSquare(pictures[1]!, 56)).data)).toBeGreaterThanOrEqual(threshold)
    })
  })
})
