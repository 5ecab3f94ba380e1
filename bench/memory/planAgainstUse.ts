import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelInfo } from '../../main/contract/domains/model.ts'
import type { Engine } from '../../main/engine/client/Engine.ts'
import type { GenerateInput, LoadOptions, Measurement, MemoryUse } from '../../main/engine/protocol.ts'
import { writeSparseProjector } from '../synthetic/projector.ts'
import { writeSparseTextModel } from '../synthetic/textModel.ts'
import type { MemoryShape } from './shapes.ts'

/** What was planned for a load, and what the process then took. */
export interface PlanAndUse {
  readonly measured: Measurement
  readonly info: ModelInfo
  readonly used: MemoryUse
  /** Bytes. */
  readonly planned: number
  readonly taken: number
  /** `planned` to `taken`. */
  readonly ratio: number
}

/** Where the ratio may lie: a plan that says too little lets people try what cannot fit; one that says too much keeps them from what would. */
export const lowestRatio = 0.97
export const highestRatio = 1.1

/** Sides of the picture that is looked at; a wide one, which LLaVA-1.6 cuts into all its tiles. */
const [width, height] = [640, 480]

/**
 * Plans a load, loads, lets the model look at a picture and answer, and asks what the process takes: all that the plan counts is
 * in use by then. The weights are holes in files, which are gone afterwards.
 */
export async function planAgainstUse(engine: Engine, shape: MemoryShape, options: Partial<LoadOptions> = {}): Promise<PlanAndUse> {
  const folder = mkdtempSync(join(tmpdir(), 'llava-desk-memory-'))
  try {
    const wanted: LoadOptions = { files: writeFiles(folder, shape), isDemo: false, adapters: [], backend: 'cpu', threads: null, contextSize: shape.contextSize, gpuLayers: null, ...options }
    const measured = await engine.measure(wanted)
    engine.use(wanted)
    const info = await engine.ready()
    await answer(engine, folder, shape)
    const used = await engine.memory()
    const planned = plannedBytes(measured)
    return { measured, info, used, planned, taken: used.resident, ratio: planned / used.resident }
  } finally {
    await engine.unload()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Everything together that a plan counts, on all devices. */
export function plannedBytes({ process, adapters, places }: Measurement): number {
  return places.reduce((sum, { weights, mapped, copied, kv, compute, projector, encode }) => sum + weights + mapped + copied + kv + compute + projector + encode, process + adapters)
}

function writeFiles(folder: string, { text, projector }: MemoryShape): LoadOptions['files'] {
  const files = { model: join(folder, 'model.gguf'), projector: projector === null ? null : join(folder, 'mmproj.gguf') }
  writeSparseTextModel(files.model, text)
  if (projector !== null && files.projector !== null) writeSparseProjector(files.projector, projector)
  return files
}

async function answer(engine: Engine, folder: string, { projector }: MemoryShape): Promise<void> {
  const path = join(folder, 'picture.ppm')
  writeFileSync(path, Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), Buffer.alloc(width * height * 3, 127)]))
  // As many tokens as a picture has, or more: a whole micro-batch.
  const words = 'What is the total? '.repeat(projector === null ? 120 : 1)
  const question = { type: 'text', text: words, trusted: false } as const
  const prompt: GenerateInput['prompt'] = projector === null ? [question] : [{ type: 'image', picture: { key: 'picture', path } }, question]
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 1 }
  for await (const event of engine.generate({ conversation: 'memory', prompt, sampling, maxTokens: 4, stopTexts: [] })) if (event.type === 'end') return
  throw new Error('the answer has no end')
}
