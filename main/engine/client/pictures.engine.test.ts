import { readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectorShapes, writeProjector } from '../../../bench/synthetic/projector.ts'
import type { ProjectorShape } from '../../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel } from '../../../bench/synthetic/textModel.ts'
import type { GenerateEvent, LoadOptions, PromptPart } from '../protocol.ts'
import { answerOf, bundleEngine, codeOf, demoOptions, greedy, startEngine } from './testing/realEngine.ts'
import type { RealEngine } from './testing/realEngine.ts'

const { tiny, linear, tiles, gemma3, fullTiles } = projectorShapes
const projectors = {
  pad: tiny,
  crop: linear,
  tiles,
  libmtmd: gemma3,
  /** Each tile takes a while. */
  slow: { ...fullTiles, width: 256, heads: 4, feedForward: 1024, blocks: 6 },
} satisfies Record<string, ProjectorShape>
/** Of the picture most tests ask about, and of one that takes four tiles of 336. */
const [width, height] = [200, 150]
const large = { width: 640, height: 600 }

const ppm = (columns: number, rows: number) => Buffer.concat([Buffer.from(`P6\n${columns} ${rows}\n255\n`), Buffer.from(Array.from({ length: columns * rows * 3 }, (_, i) => (i * 7919) % 256))])

describe('pictures in the real engine', () => {
  let folder = ''
  let real: RealEngine
  const at = (name: string) => join(folder, name)
  const use = async (name: keyof typeof projectors) => {
    const options: LoadOptions = { ...demoOptions, isDemo: false, files: { model: at('text.gguf'), projector: at(`${name}.gguf`) }, threads: 1 }
    real.engine.use(options)
    return await real.engine.ready()
  }
  const prompt = (key: string, file = 'picture.ppm'): PromptPart[] => [
    { type: 'text', text: 'look', trusted: false },
    { type: 'image', picture: { key, path: at(file) } },
    { type: 'text', text: 'what', trusted: false },
  ]
  beforeAll(async () => {
    await bundleEngine()
    folder = await mkdtemp(join(tmpdir(), 'llava-desk-pictures-'))
    writeTextModel(at('text.gguf'), textShapes.tiny)
    for (const [name, shape] of Object.entries(projectors)) writeProjector(at(`${name}.gguf`), shape)
    await writeFile(at('picture.ppm'), ppm(width, height))
    await writeFile(at('large.ppm'), ppm(large.width, large.height))
    real = startEngine()
  })
  afterAll(async () => {
    await real[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  it.each<[preparation: keyof typeof projectors, tokens: number, seen: readonly [number, number]]>([
    ['pad', 16, [56, 56]],
    ['crop', 256, [224, 224]],
    // 16 of the overview; on a canvas of two by two tiles, 6 rows of 8 features show the picture, each with its end.
    ['tiles', 70, [56, 56]],
    // What libmtmd makes of it is not told: the picture as it came.
    ['libmtmd', 4, [width, height]],
  ])('are counted, shown and answered alike where they are prepared by %s', async (preparation, tokens, [seenWidth, seenHeight]) => {
    await use(preparation)
    const counted = await real.engine.count(prompt('a'))
    expect(counted.imageTokens).toBe(tokens)
    const seen = await real.engine.see({ picture: { key: 'a', path: at('picture.ppm') }, pixelsOut: at('seen.ppm'), embeddingsOut: at('seen.f32') })
    expect(seen).toEqual({ width: seenWidth, height: seenHeight, tokens, embeddingWidth: 64 })
    expect(readFileSync(at('seen.ppm')).length).toBe(`P6\n${seenWidth} ${seenHeight}\n255\n`.length + seenWidth * seenHeight * 3)
    expect(statSync(at('seen.f32')).size).toBe(tokens * 64 * 4)
    const { stats } = await answerOf(real.engine, greedy(prompt('a'), { maxTokens: 4 }))
    expect(stats).toMatchObject({ promptTokens: counted.tokens, imageTokens: tokens, reusedImages: 1 })
    // Kept or encoded anew, the embeddings are the same.
    const fresh = await answerOf(real.engine, greedy(prompt('b'), { maxTokens: 4, conversation: 'b' }))
    expect(fresh.stats).toMatchObject({ imageTokens: tokens, reusedImages: 0 })
  })

  describe('that take a while', () => {
    const slow = (key: string) => greedy(prompt(key, 'large.ppm'), { maxTokens: 8 })
    const fractionOf = (event: GenerateEvent): number | null => (event.type === 'progress' && event.phase === 'image' ? event.fraction : null)

    it('are left between two tiles by who aborts, and encoded for who asks again', async () => {
      await use('slow')
      const pid = real.engine.processId
      const left = new AbortController()
      const fractions: number[] = []
      const first = codeOf(answerOf(real.engine, slow('left'), left.signal, (event) => {
        const fraction = fractionOf(event)
        if (fraction === null) return
        fractions.push(fraction)
        left.abort()
      }))
      expect(await first).toBe('ABORTED')
      expect([fractions[0], fractions.includes(1)]).toEqual([1 / 5, false])
      expect(await real.engine.missing(['left'])).toEqual({ keys: ['left'] })
      const { stats } = await answerOf(real.engine, slow('left'))
      expect(stats).toMatchObject({ imageTokens: (await real.engine.count(slow('left').prompt)).imageTokens, reusedImages: 0 })
      expect(real.engine.processId).toBe(pid)
    })

    it('are encoded to their end for others who wait for them', async () => {
      await use('slow')
      const left = new AbortController()
      let other: Promise<unknown> | undefined
      const first = codeOf(answerOf(real.engine, slow('shared'), left.signal, (event) => {
        if (fractionOf(event) === null) return
        other ??= real.engine.see({ picture: { key: 'shared', path: at('large.ppm') }, pixelsOut: null, embeddingsOut: null })
        if (fractionOf(event) === 3 / 5) left.abort()
      }))
      expect(await first).toBe('ABORTED')
      expect(await other).toMatchObject({ embeddingWidth: 64 })
      expect(await real.engine.missing(['shared'])).toEqual({ keys: [] })
    })

    it('are answered the same while loads are measured', async () => {
      await use('slow')
      const pid = real.engine.processId
      const alone = await answerOf(real.engine, slow('alone'))
      const measuring = Promise.all([real.engine.measure(demoOptions), real.engine.measure({ ...demoOptions, contextSize: 512 })])
      const beside = await answerOf(real.engine, slow('beside'))
      const measured = await measuring
      expect(beside.tokens).toEqual(alone.tokens)
      expect(measured.map(({ plan }) => plan.contextSize)).toEqual([2048, 512])
      expect([real.engine.processId, real.engine.status.state]).toEqual([pid, 'ready'])
    })
  })
})
