import { existsSync, mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../engine/startEngine.ts'
import { projectorShapes, writeProjector } from '../synthetic/projector.ts'
import { textShapes, writeTextModel } from '../synthetic/textModel.ts'

const folder = join(root, 'bench', 'models')
/** The largest file written here, with room to spare. */
const bytesNeeded = 9 * 1024 ** 3

/** The synthetic models that speed is measured on, by what they are; written when first asked for and kept (`bench/models`). */
const writers = {
  'synthetic-7b.gguf': (path: string) => writeTextModel(path, textShapes['7b']),
  'synthetic-tiny.gguf': (path: string) => writeTextModel(path, textShapes.tiny),
  'synthetic-tiny-32k.gguf': (path: string) => writeTextModel(path, { ...textShapes.tiny, vocabulary: 'llama' }),
  'synthetic-small.gguf': (path: string) => writeTextModel(path, textShapes.small),
  /** A narrow tower with LLaVA-1.5's picture and its 576 tokens. */
  'synthetic-tiny-mmproj.gguf': (path: string) => writeProjector(path, projectorShapes.deep),
  /** LLaVA-1.5's vision tower in front of the small model. */
  'synthetic-small-mmproj.gguf': (path: string) => writeProjector(path, { ...projectorShapes['7b'], output: textShapes.small.width }),
  'synthetic-7b-mmproj.gguf': (path: string) => writeProjector(path, projectorShapes['7b']),
  'synthetic-13b.gguf': (path: string) => writeTextModel(path, textShapes['13b']),
  'synthetic-13b-mmproj.gguf': (path: string) => writeProjector(path, projectorShapes['13b']),
}

/** Shapes of model and projector that comparisons with pictures can be run on; all take 576 tokens for a picture. */
export const benchShapes = ['tiny', 'small', '7b', '13b'] as const
export type BenchShape = (typeof benchShapes)[number]

/** A model with its projector. */
export interface BenchFiles {
  readonly model: string
  readonly projector: string
}

/** The files of a shape. `tiny`: next to nothing to compute; `small`: LLaVA-1.5's eyes, a small language model; `7b`, `13b`: LLaVA-1.5's own. */
export function benchFiles(shape: BenchShape): BenchFiles {
  return { model: benchModel(`synthetic-${shape}.gguf`), projector: benchModel(`synthetic-${shape}-mmproj.gguf`) }
}

/** Path of a model; writes it where it is missing. Throws where the disk has no room. */
export function benchModel(name: keyof typeof writers): string {
  const path = join(folder, name)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < bytesNeeded) throw new Error(`${name} needs ${bytesNeeded} free bytes in bench/models`)
  console.log(`Writing ${name} ...`)
  writers[name](path)
  return path
}
