import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AppError } from '../../contract/errors/AppError.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { ScriptedEngine } from '../testing/ScriptedEngine.ts'
import { OneShot } from './OneShot.ts'

let folder: ReturnType<typeof temporaryFolder>
let engine: ScriptedEngine
let oneShot: OneShot
let sound = ''
let cut = ''
beforeEach(async () => {
  folder = temporaryFolder()
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, folder.path)
  const jpeg = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#777' } }).jpeg().toBuffer()
  sound = join(folder.path, 'sound.jpg')
  cut = join(folder.path, 'cut.jpg')
  writeFileSync(sound, jpeg)
  writeFileSync(cut, jpeg.subarray(0, jpeg.length - 300))
  engine = new ScriptedEngine()
  oneShot = OneShot.create(engine)
})
afterEach(async () => {
  await oneShot.dispose()
  vi.unstubAllEnvs()
  folder.remove()
})

/** Files of pixels in the temporary folder. */
const pixelFiles = () => readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ppm'))
/** Asks, and takes the first step. */
const ask = async (...images: string[]) => await oneShot.ask({ text: 'What?', images, options: {}, template: null }).next()

describe('while the model is still being loaded', () => {
  beforeEach(() => engine.show({ state: 'loading', name: 'm', files: { model: '/m.gguf', projector: null }, isDemo: false, fraction: 0.1 }))

  test.each([
    ['asked about', async () => await ask(sound, cut)],
    ['looked at', async () => await oneShot.see({ image: cut, png: null, embeddings: null })],
  ])('a picture that breaks off is refused when it is %s, its header being whole', async (_what, use) => {
    const calls = [vi.spyOn(engine, 'ready'), vi.spyOn(engine, 'see'), vi.spyOn(engine, 'subscribe')]
    await expect(use()).rejects.toMatchObject({ code: 'IMAGE_DAMAGED', params: { name: 'cut.jpg' } })
    for (const call of calls) expect(call).not.toHaveBeenCalled()
    expect(pixelFiles()).toEqual([])
  })
})

test('the pixels decoded at first are those the engine gets, until the answer ends', async () => {
  engine.retry()
  const steps: string[] = []
  for await (const step of oneShot.ask({ text: 'What?', images: [sound], options: {}, template: null })) {
    steps.push(step.type)
    if (step.type !== 'delta') continue
    const [picture] = engine.generated[0]!.prompt.flatMap((part) => (part.type === 'image' ? [part.picture] : []))
    expect(pixelFiles()).toHaveLength(1)
    expect(readFileSync(picture!.path).subarray(0, 15).toString()).toBe('P6\n900 600\n255\n')
    expect(dirname(dirname(picture!.path))).toBe(folder.path)
  }
  expect(steps.at(-1)).toBe('end')
  expect(pixelFiles()).toEqual([])
})

test('no pixels stay where the engine does not take them', async () => {
  engine.loadError = new AppError('MODEL_MISSING', { path: '/m.gguf' })
  engine.retry()
  await expect(ask(sound, sound)).rejects.toMatchObject({ code: 'MODEL_MISSING' })
  expect(pixelFiles()).toEqual([])
})
