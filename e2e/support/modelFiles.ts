import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { projectorShapes, writeProjector } from '../../bench/synthetic/projector.ts'
import { textShapes, writeTextModel } from '../../bench/synthetic/textModel.ts'
import type { ModelFiles } from '../../main/contract/domains/model.ts'
import { demoModel } from './samples.ts'

/** Copies of the demo model's files: a model of the person's own, whose answers are known. */
export async function copiedModel(folder: string): Promise<ModelFiles & { projector: string }> {
  await mkdir(folder, { recursive: true })
  const model = join(folder, 'my-llava.gguf'), projector = join(folder, 'my-llava-mmproj.gguf')
  await Promise.all([copyFile(demoModel.model, model), copyFile(demoModel.projector, projector)])
  return { model, projector }
}

/** A projector that was made for a model of another width than the demo model's. */
export async function strangeProjector(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'mmproj-of-another-model.gguf')
  writeProjector(path, projectorShapes.tiny)
  return path
}

/** A pair that works, with random weights, whose projector was written before projectors named their kind. */
export async function oldPair(folder: string): Promise<ModelFiles & { projector: string }> {
  await mkdir(folder, { recursive: true })
  const model = join(folder, 'old-llava.gguf'), projector = join(folder, 'old-llava-mmproj.gguf')
  writeTextModel(model, textShapes.tiny)
  writeProjector(projector, { ...projectorShapes.tiny, projectorType: false })
  return { model, projector }
}
