import { existsSync, mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../engine/startEngine.ts'
import { projectorShapes, writeProjector } from '../synthetic/projector.ts'
import { textShapes, writeTextModel } from '../synthetic/textModel.ts'

const folder = join(root, 'bench', 'models')
/** The largest file written here, with room to spare. */
const bytesNeeded = 6 * 1024 ** 3

/** The synthetic models that speed is measured on, by what they are; written when first asked for and kept (`bench/models`). */
const writers = {
  'synthetic-7b.gguf': (path: string) => writeTextModel(path, textShapes['7b']),
  'synthetic-tiny.gguf': (path: string) => writeTextModel(path, textShapes.tiny),
  'synthetic-tiny-32k.gguf': (path: string) => writeTextModel(path, { ...textShapes.tiny, vocabulary: 'llama' }),
  'synthetic-small.gguf': (path: string) => writeTextModel(path, textShapes.small),
  /** LLaVA-1.5's vision tower in front of the small model. */
  'synthetic-small-mmproj.gguf': (path: string) => writeProjector(path, { ...projectorShapes['7b'], output: textShapes.small.width }),
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
