import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomPicture } from '../../bench/reference/pictures.ts'
import type { ProjectorShape } from '../../bench/synthetic/projector.ts'
import { Random } from '../../bench/synthetic/random.ts'
import { bundleEngine, codeOf, demoOptions, startEngine } from '../engine/client/testing/realEngine.ts'
import type { RealEngine } from '../engine/client/testing/realEngine.ts'
import { checkFiles } from './checkFiles.ts'
import { readGguf } from './readGguf.ts'
import { mutate } from './testing/mutate.ts'
import { writeProjector, writeTextModel } from './testing/writers.ts'

/** Fixed: what another seed may find in llama.cpp should not stop somebody's commit. */
const seed = 7
const mutations = 150

describe('damaged headers that pass', () => {
  const picture = randomPicture(40, 30, 6)
  let folder = ''
  let real: RealEngine
  const at = (name: string) => join(folder, name)
  beforeAll(async () => {
    await bundleEngine()
    folder = mkdtempSync(join(tmpdir(), 'mutations-'))
    writeFileSync(at('picture.ppm'), Buffer.concat([Buffer.from(`P6\n${picture.width} ${picture.height}\n255\n`), picture.data]))
    real = startEngine()
  })
  afterAll(async () => {
    await real[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each<[what: string, role: 'model' | 'projector', projector: Partial<ProjectorShape>]>([
    ['model', 'model', {}],
    ['projector', 'projector', {}],
    ['old linear projector', 'projector', { kind: 'linear', projectorType: false }],
    ['projector with tiles and a feature layer', 'projector', { blocks: 2, featureLayer: [2], entries: { 'clip.vision.image_grid_pinpoints': { type: 'i32[]', value: [28, 56, 56, 28] } } }],
  ])(`end no process: %s (seed ${seed})`, async (_, role, shape) => {
    writeTextModel(at('model.gguf'))
    writeProjector(at('projector.gguf'), shape)
    const path = at(`${role}.gguf`)
    const whole = readFileSync(path)
    const end = (await readGguf(path, role)).header.dataStart
    const random = new Random(seed)
    let process: number | null = null
    for (let passed = 0; passed < mutations; ) {
      // The same paths again would be no reason to load anew.
      const damaged = at(`damaged-${passed % 2}.gguf`)
      const files = { model: at('model.gguf'), projector: at('projector.gguf'), [role]: damaged }
      writeFileSync(damaged, mutate(whole, end, random))
      if ((await codeOf(checkFiles(files))) !== 'no error') continue
      passed++
      real.engine.use({ ...demoOptions, isDemo: false, contextSize: 512, files })
      const loaded = await codeOf(real.engine.ready())
      const seen = loaded === 'no error' ? await codeOf(real.engine.see({ picture: { key: 'picture', path: at('picture.ppm') }, pixelsOut: null, embeddingsOut: null })) : loaded
      expect(['no error', 'MODEL_LOAD_FAILED', 'OUT_OF_MEMORY'], `mutation ${passed}: ${real.log.slice(-20).join('\n')}`).toContain(seen)
      process ??= real.engine.processId
      expect(real.engine.processId).toBe(process)
    }
  })
})
