import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomPicture } from '../../bench/reference/pictures.ts'
import { projectorShapes, writeProjector } from '../../bench/synthetic/projector.ts'
import type { ProjectorShape } from '../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel, writeTextModelParts } from '../../bench/synthetic/textModel.ts'
import { bundleEngine, demoOptions, startEngine } from '../engine/client/testing/realEngine.ts'
import type { RealEngine } from '../engine/client/testing/realEngine.ts'
import { repairProjector } from './repairProjector.ts'

const picture = randomPicture(97, 60, 5)

describe('in the engine', () => {
  let folder = ''
  let real: RealEngine
  const at = (name: string) => join(folder, name)
  beforeAll(async () => {
    await bundleEngine()
    folder = mkdtempSync(join(tmpdir(), 'repair-'))
    writeTextModel(at('model.gguf'), textShapes.tiny)
    writeFileSync(at('picture.ppm'), Buffer.concat([Buffer.from(`P6\n${picture.width} ${picture.height}\n255\n`), picture.data]))
    real = startEngine()
  })
  afterAll(async () => {
    await real[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  const embeddings = async (projector: string): Promise<Buffer> => {
    real.engine.use({ ...demoOptions, isDemo: false, files: { model: at('model.gguf'), projector } })
    await real.engine.ready()
    await real.engine.see({ picture: { key: 'picture', path: at('picture.ppm') }, pixelsOut: null, embeddingsOut: at('embeddings') })
    return readFileSync(at('embeddings'))
  }

  it.each<[what: string, shape: Partial<ProjectorShape>, lacks: Partial<ProjectorShape>, runsAsItIs: boolean]>([
    ['of two layers', {}, { projectorType: false }, true],
    ['of one layer', { kind: 'linear' }, { projectorType: false }, true],
    ['of one layer that calls itself linear', { kind: 'linear' }, { entries: { 'clip.projector_type': { type: 'string', value: 'linear' } } }, false],
    ['of a whole tower', { blocks: 24 }, { projectorType: false }, true],
    ['of a whole tower without a class token', { blocks: 24, classToken: false }, { projectorType: false }, true],
    ['without keys that had one value in all of them', {}, { projectorType: false, entries: { 'clip.has_vision_encoder': null, 'clip.vision.projection_dim': null, 'clip.vision.image_mean': null, 'clip.vision.image_std': null } }, false],
  ])('a repaired projector %s sees as the original', async (_, shape, lacks, runsAsItIs) => {
    writeProjector(at('whole.gguf'), { ...projectorShapes.tiny, ...shape })
    writeProjector(at('old.gguf'), { ...projectorShapes.tiny, ...shape, ...lacks })
    const repaired = await repairProjector(at('old.gguf'))
    const seen = await embeddings(repaired)
    // The same weights with nothing missing: patch 02 chooses the blocks then, not the key.
    expect(seen.equals(await embeddings(at('whole.gguf')))).toBe(true)
    if (runsAsItIs) expect(seen.equals(await embeddings(at('old.gguf')))).toBe(true)
    expect(new Set(seen).size).toBeGreaterThan(200)
    rmSync(repaired)
  })

  it('runs a model in several files', async () => {
    const [model = ''] = writeTextModelParts(at('parts'), textShapes.tiny, 3)
    real.engine.use({ ...demoOptions, isDemo: false, files: { model, projector: null } })
    expect(await real.engine.ready()).toMatchObject({ architecture: 'llama', layers: 3 })
  })
})
