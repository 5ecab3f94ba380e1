import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { build } from 'vite'
import { samplePath, samples } from '../../../../bench/samples.ts'
import { engineBundle } from '../../../launch/bundles.mjs'
import type { EngineStatus } from '../../../contract/domains/model.ts'
import { createLogger } from '../../../platform/log.ts'
import type { GenerateEvent, GenerateInput, GenerateStats, SampledToken, LoadOptions, PromptPart } from '../../protocol.ts'
import type { Engine } from '../Engine.ts'
import { EngineClient } from '../EngineClient.ts'
import type { EngineClientOptions } from '../EngineClient.ts'
import { forkLauncher } from '../ForkProcess.ts'

const root = join(import.meta.dirname, '../../../..')
/** Inside the clone, so that the bundle finds its packages. */
const bundleFolder = join(root, 'build/test-engine')

export const addonFolder = join(root, 'out/native')
export const engineEntry = join(bundleFolder, 'engine.js')

export const demoOptions: LoadOptions = {
  files: { model: join(root, 'resources/demo-model/demo-llava.gguf'), projector: join(root, 'resources/demo-model/demo-llava-mmproj.gguf') },
  isDemo: true,
  backend: 'cpu',
  threads: null,
  contextSize: null,
  gpuLayers: null,
}

export interface RealEngine extends AsyncDisposable {
  readonly engine: EngineClient
  /** Every status since the start. */
  readonly statuses: EngineStatus[]
  /** Lines of the log, for a test's own failure. */
  readonly log: string[]
}

/** Bundles the engine process from its sources, as the app's build does. */
export async function bundleEngine(): Promise<void> {
  await build(engineBundle(root, bundleFolder))
}

/** A supervisor over real processes; they end with it. Nothing is kept on disk unless said otherwise. */
export function startEngine(disk: Pick<EngineClientOptions, 'cacheFolder' | 'saveAfterMs'> = {}): RealEngine {
  const log: string[] = []
  const engine = new EngineClient({ launcher: forkLauncher(engineEntry), addonFolder, logger: createLogger([(line) => log.push(line)], 'debug'), ...disk })
  const statuses: EngineStatus[] = []
  engine.subscribe((status) => statuses.push(status))
  return { engine, statuses, log, [Symbol.asyncDispose]: async () => await engine.stop() }
}

/** Sample pictures as the engine takes them: PPM files in a folder of their own. */
export class Samples implements AsyncDisposable {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async create(): Promise<Samples> {
    const folder = await mkdtemp(join(tmpdir(), 'llava-desk-samples-'))
    for (const { file } of samples.images) {
      const { data, info } = await sharp(samplePath(file)).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
      await writeFile(join(folder, `${file}.ppm`), Buffer.concat([Buffer.from(`P6\n${info.width} ${info.height}\n255\n`), data]))
    }
    return new Samples(folder)
  }

  picture(file: string): { key: string; path: string } {
    return { key: file, path: join(this.folder, `${file}.ppm`) }
  }

  /** The literal form of expected.json: system text, picture, question. */
  prompt(file: string, question: string): PromptPart[] {
    const [before = '', after = ''] = samples.template.replace('{system}', samples.system).replace('{prompt}', () => question).split('<image>')
    return [
      { type: 'text', text: before, trusted: false },
      { type: 'image', picture: this.picture(file) },
      { type: 'text', text: after, trusted: false },
    ]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** A greedy request. */
export function greedy(prompt: PromptPart[], options: Partial<GenerateInput> = {}): GenerateInput {
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 1 }
  return { conversation: 'a', prompt, sampling, maxTokens: 100, stopTexts: [], ...options }
}

export interface Answer {
  readonly text: string
  readonly tokens: number[]
  readonly stop: 'end' | 'length'
  readonly stats: GenerateStats
  readonly sampled: readonly SampledToken[] | undefined
}

/** Reads a whole answer; checks that deltas come numbered in order. `on` sees every event. */
export async function answerOf(engine: Engine, input: GenerateInput, signal?: AbortSignal, on: (event: GenerateEvent) => void = () => undefined): Promise<Answer> {
  let text = ''
  const tokens: number[] = []
  let next = 0
  for await (const event of engine.generate(input, signal)) {
    on(event)
    if (event.type === 'end') return { text, tokens, stop: event.stop, stats: event.stats, sampled: event.sampled }
    if (event.type !== 'delta') continue
    if (event.seq !== next++) throw new Error(`delta ${event.seq} came as number ${next - 1}`)
    text += event.text
    tokens.push(...event.tokens)
  }
  throw new Error('the answer ended without its end event')
}

/** The code of the `AppError` a promise rejects with; "no error" where it resolves. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  )
}
