import { isLlava } from './checkProjector.ts'
import { guessable, keyProblem, missingKeys } from './clipKeys.ts'
import { countAt, numbersAt } from './ggufHeader.ts'
import type { GgufHeader } from './ggufHeader.ts'
import { llavaProblem } from './llavaTensors.ts'
import { namedType, projectorType } from './projector.ts'

/** A metadata entry to write. */
export type NewEntry =
  | { readonly key: string; readonly type: 'string'; readonly value: string }
  | { readonly key: string; readonly type: 'bool'; readonly value: boolean }
  | { readonly key: string; readonly type: 'u32'; readonly value: number }
  | { readonly key: string; readonly type: 'f32[]' | 'i32[]'; readonly value: readonly number[] }

/** Mean and deviation of CLIP's training pictures, per channel, and its projection's width (`openai/clip-vit-large-patch14-336`); the last is only asked for, not used. */
const clip = { mean: [0.48145466, 0.4578275, 0.40821073], deviation: [0.26862954, 0.26130258, 0.27577711], dimension: 768 } as const
/** Blocks of a whole CLIP-L, whose last one LLaVA does not use. */
const wholeTower = 24

/** Whether all that a projector lacks can be made up: it is plainly LLaVA's, and only such keys are missing as had one value in all of them. */
export function isRepairable(header: GgufHeader): boolean {
  const known: readonly string[] = Object.values(guessable)
  return isLlava(projectorType(header)) && missingKeys(header).every((key) => known.includes(key)) && keyProblem(header) === null && llavaProblem(header) === null
}

/** The entries that make a repairable projector whole; none where it is whole already. */
export function repairedEntries(header: GgufHeader): NewEntry[] {
  const missing = missingKeys(header)
  const isNamed = namedType(header) === 'mlp'
  if (isNamed && missing.length === 0) return []
  const entries: NewEntry[] = missing.map((key) => guess(key))
  // A single layer is an "mlp" too, to us: main/engine/native/patches/04-linear-projector.patch.
  if (!isNamed) entries.push({ key: 'clip.projector_type', type: 'string', value: 'mlp' })
  const layer = lastBlock(header)
  if (layer !== null) entries.push({ key: 'clip.vision.feature_layer', type: 'i32[]', value: [layer] })
  return entries
}

function guess(key: string): NewEntry {
  switch (key) {
    case guessable.vision:
      return { key, type: 'bool', value: true }
    case guessable.dimension:
      return { key, type: 'u32', value: clip.dimension }
    default:
      return { key, type: 'f32[]', value: key === guessable.mean ? clip.mean : clip.deviation }
  }
}

/**
 * The block LLaVA reads, which the file then names, as main/engine/native/patches/02-all-blocks.patch takes it where it does not:
 * without either, llama.cpp leaves out one more. Null where the file names it, and for Yi-VL, which does read the last but one.
 */
function lastBlock({ metadata, tensors }: GgufHeader): number | null {
  if ((numbersAt(metadata, 'clip.vision.feature_layer') ?? []).length > 0 || tensors.has('mm.3.weight')) return null
  const blocks = countAt(metadata, 'clip.vision.block_count') ?? 0
  return blocks === wholeTower && tensors.has('v.class_embd') ? blocks - 1 : blocks
}
