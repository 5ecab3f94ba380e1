/** What the addon's tests share: the built addon, the demo model and its samples. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getLlama } from 'node-llama-cpp'
import sharp from 'sharp'
import { samplePath, samples } from '../../../bench/samples.ts'
import type { NativeBinding, NativeContext, NativeContextOptions, NativeErrorCode, NativeModel, NativeProjector, NativeSamplerOptions } from './binding.d.ts'
import { ensureAddon } from './build/ensureAddon.mjs'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
export const DEMO_MODEL = join(ROOT, 'resources/demo-model/demo-llava.gguf')
export const DEMO_PROJECTOR = join(ROOT, 'resources/demo-model/demo-llava-mmproj.gguf')

/** The likeliest token each time, and nothing that changes how likely one is. */
export const GREEDY: NativeSamplerOptions = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  repeatPenalty: 1,
  repeatLastN: 0,
  frequencyPenalty: 0,
  presencePenalty: 0,
  seed: 1,
}

/** Room for four sequences of the demo model. */
export const CONTEXT: NativeContextOptions = {
  contextSize: 2048,
  batchSize: 2048,
  microBatchSize: 512,
  sequences: 4,
  threads: 2,
  flashAttention: true,
  kvType: 'f16',
}

/** The addon of the cpu variant, built first where needed; in the order that the engine loads it. */
export async function loadBinding(): Promise<NativeBinding> {
  const { addons } = await ensureAddon({ root: ROOT, log: () => undefined })
  await getLlama({ gpu: false, build: 'never', progressLogs: false })
  return createRequire(import.meta.url)(addons['cpu'] ?? '') as NativeBinding
}

/** Loads it for the CPU. The caller disposes of it. */
export async function loadDemoModel(binding: NativeBinding): Promise<NativeModel> {
  return await binding.loadModel(DEMO_MODEL, { gpuLayers: 0, useMmap: true, devices: 'none' }, () => undefined).done
}

/** The same for its projector. */
export async function loadDemoProjector(binding: NativeBinding, model: NativeModel): Promise<NativeProjector> {
  return await binding.loadProjector(DEMO_PROJECTOR, model, { useGpu: false, threads: 2 }, () => undefined).done
}

/** A picture as the addon takes it. */
export interface Pixels {
  rgb: Uint8Array
  width: number
  height: number
}

/** Decodes one of the sample pictures. */
export async function readSample(name: string): Promise<Pixels> {
  const { data, info } = await sharp(samplePath(name)).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { rgb: new Uint8Array(data), width: info.width, height: info.height }
}

/** The tokens before a picture, and those from the question on, as LLaVA was trained. */
export function promptTokens(model: NativeModel, question: string): { before: Int32Array; after: Int32Array } {
  return {
    before: model.tokenize(`${samples.system} USER: `, { special: false, bos: true }),
    after: model.tokenize(`\n${question} ASSISTANT:`, { special: false, bos: false }),
  }
}

/** Samples greedily from `tokens` on until the reply ends; returns its text and its tokens. */
export async function generate(
  context: NativeContext,
  binding: NativeBinding,
  model: NativeModel,
  start: { sequence: number; position: number; tokens: Int32Array },
  options: Partial<NativeSamplerOptions> = {},
  limit = 120,
): Promise<{ text: string; tokens: number[]; logProbabilities: number[] }> {
  const sampler = binding.createSampler(model, { ...GREEDY, ...options })
  const reply = { bytes: [] as number[], tokens: [] as number[], logProbabilities: [] as number[] }
  let { position, tokens }: { position: number; tokens: Int32Array | number[] } = start
  while (reply.tokens.length < limit) {
    const [[sampled] = []] = await context.step([{ sequence: start.sequence, position, tokens, sampler }])
    if (!sampled) throw new Error('no token was sampled')
    reply.tokens.push(sampled.token)
    reply.logProbabilities.push(sampled.logProbability)
    if (sampled.endOfGeneration) break
    reply.bytes.push(...sampled.piece)
    position += tokens.length
    tokens = [sampled.token]
  }
  sampler.dispose()
  return { text: Buffer.from(reply.bytes).toString('utf8'), tokens: reply.tokens, logProbabilities: reply.logProbabilities }
}

/** The code of the error that a call throws or rejects with; fails where it does neither. */
export async function codeOf(call: () => unknown): Promise<NativeErrorCode> {
  try {
    await call()
  } catch (error) {
    return (error as { code: NativeErrorCode }).code
  }
  throw new Error('the call succeeded')
}
